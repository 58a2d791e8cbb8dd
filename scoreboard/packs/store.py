"""Finished packs, kept under their checksums: `ASSAY_HOME/files/packs/ab/abcdef…`."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where packs are kept."""
    return Path(settings.ASSAY_FILES) / "packs"


def path_of(sha256: str) -> Path:
    """The file with that checksum, whether or not it is there."""
    return folder() / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Writes `content` and returns its checksum; the file appears under its name only when it is on disk."""
    sha256 = hashlib.sha256(content).hexdigest()
    final = path_of(sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="incoming-", delete=False) as incoming:
        try:
            incoming.write(content)
            incoming.flush()
            os.fsync(incoming.fileno())
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise
    Path(incoming.name).replace(final)
    final.chmod(0o440)
    return sha256


def fetch(sha256: str) -> bytes:
    """The content. Raises ValueError where the file is gone or no longer what it was."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise ValueError("the file is no longer in the store: ask for the pack again") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError("the file in the store is not what it was: restore a backup, or ask for the pack again")
    return content
