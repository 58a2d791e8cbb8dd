"""Bytes of a table's text, read by position: a file on disk, or a temporary one where it had to be unpacked.

Positions are read with `pread` rather than mapped: pages of a mapping count towards the process's memory for as
long as they stay in the cache, and memory must not grow with the file.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

from revenue.imports.read.limits import MB, Refused, size_text

BLOCK = 4 * MB


class Content:
    """Random access to `size` bytes from `start` of an open file. The descriptor closes with the object."""

    def __init__(self, descriptor: int, start: int = 0) -> None:
        self._descriptor = descriptor
        self.start = start
        self.size = max(0, os.fstat(descriptor).st_size - start)
        self._close = weakref.finalize(self, os.close, descriptor)

    @classmethod
    def of_path(cls, path: Path) -> Content:
        """The file at `path`. Raises OSError where it cannot be opened."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

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

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The bytes in file order, `size` at a time."""
        offset = 0
        while block := self.read(offset, size):
            yield block
            offset += len(block)
