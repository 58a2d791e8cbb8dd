"""Bytes of a table's text, read by position: a file on disk, or a temporary one where it had to be unpacked.

Positions are read with `pread` rather than mapped: pages of a mapping count towards the process's memory for as
long as they stay in the cache, and memory must not grow with the file.
"""

from __future__ import annotations

import io
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from revenue.imports.read.limits import MB, Refused, size_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK = 4 * MB


class Content:
    """Random access to `size` bytes from `start` of an open file. The descriptor closes with the object."""

    def __init__(self, descriptor: int, start: int = 0, path: Path | None = None) -> None:
        self._descriptor = descriptor
        self._path = path
        self.start = start
        self.size = max(0, os.fstat(descriptor).st_size - start)
        self._close = weakref.finalize(self, os.close, descriptor)

    @classmethod
    def of_path(cls, path: Path) -> Content:
        """The file at `path`. Raises OSError where it cannot be opened."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC), path=path)

    @classmethod
    def of_blocks(cls, blocks: Iterable[bytes], limit: int) -> Content:
        """The blocks written to a temporary file that has no name; Refused above `limit` bytes."""
        with tempfile.TemporaryFile(prefix="assay-") as file:
            written = 0
            for block in blocks:
                written += len(block)
                if written > limit:
                    raise Refused(f"it unpacks to more than {size_text(limit)}")
                file.write(block)
            file.flush()
            return cls(os.dup(file.fileno()))

    def after(self, start: int) -> Content:
        """The same file from `start` bytes further on, as an object of its own."""
        return Content(os.dup(self._descriptor), self.start + start)

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end."""
        parts = []
        while length > 0 and (part := os.pread(self._descriptor, length, self.start + offset)):
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    @contextmanager
    def named(self) -> Iterator[str]:
        """A path to these bytes, for readers in another process."""
        if self._path is not None and self.start == 0:
            yield str(self._path)
            return
        with tempfile.NamedTemporaryFile(prefix="assay-") as file:
            for block in self.blocks():
                file.write(block)
            file.flush()
            yield file.name

    def file(self) -> io.BufferedReader:
        """The bytes as a seekable file."""
        return io.BufferedReader(_Reading(self))

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The bytes in file order, `size` at a time."""
        offset = 0
        while block := self.read(offset, size):
            yield block
            offset += len(block)


class _Reading(io.RawIOBase):
    """A position in a content, as the standard library's archive readers want it."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._content.size}[whence]
        if base + offset < 0:
            raise OSError("a position before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        data = self._content.read(self._at, len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
