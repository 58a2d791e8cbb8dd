"""Originals, kept byte for byte under their checksum: `ASSAY_HOME/files/originals/ab/abcdef…`."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Original:
    """A stored file: its checksum and its size in bytes."""

    sha256: str
    size: int


def folder() -> Path:
    """Where originals are kept."""
    return Path(settings.ASSAY_FILES) / "originals"


def path_of(sha256: str) -> Path:
    """The stored file with that checksum, whether or not it is there."""
    return folder() / sha256[:2] / sha256


def store(blocks: Iterable[bytes]) -> Original:
    """Writes `blocks` to the store and returns checksum and size.

    The file appears under its name only when it is complete and on disk; the same content is kept once.
    """
    folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="incoming-", delete=False) as incoming:
        try:
            for block in blocks:
                digest.update(block)
                size += incoming.write(block)
            incoming.flush()
            os.fsync(incoming.fileno())
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise
    sha256 = digest.hexdigest()
    final = path_of(sha256)
    final.parent.mkdir(exist_ok=True)
    Path(incoming.name).replace(final)
    final.chmod(0o440)
    return Original(sha256, size)


def blocks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, in blocks."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def verify(sha256: str) -> str:
    """What is wrong with the stored file, in words; empty if nothing is."""
    path = path_of(sha256)
    if not path.is_file():
        return "the original is missing"
    digest = hashlib.sha256()
    for block in blocks_of(path):
        digest.update(block)
    return "" if digest.hexdigest() == sha256 else "the original differs from its checksum"
