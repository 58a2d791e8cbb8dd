"""Writing a backup while the product runs."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.audit import record
from core.backup import postgres
from core.backup.manifest import (
    BLOCK,
    DUMP,
    FORMAT,
    KEY,
    NAME,
    BackupError,
    Entry,
    Manifest,
    Say,
    home,
    kept_files,
    version,
)
from core.copy import rows

EVERY = 5.0  # seconds between words on the files


@dataclass(frozen=True)
class Summary:
    """What was written or put back. `bytes` is the size of the backup, `files` counts originals and other files."""

    file: str
    bytes: int
    made_at: str
    version: str
    tables: int
    rows: int
    files: int


def write_backup(file: Path, *, say: Say = lambda text: None, by: str = "backup") -> Summary:
    """Writes the whole product into `file`, which must not exist. Raises BackupError; then there is no file.

    1. One snapshot of the database, counted and dumped.
    2. Then the files. Originals are stored before the row that names them is committed, and never change: those of the
       snapshot are all there.
    3. The manifest, with the checksums of what was written; then the file gets its name.
    """
    if file.exists():
        raise BackupError(f"{file} exists already: give a new name.")
    if not file.parent.is_dir():
        raise BackupError(f"there is no folder {file.parent}: make it, or give another file.")
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            manifest = _write(target, say)
            target.flush()
            os.fsync(target.fileno())
        aside.rename(file)
        _sync_folder(file.parent)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        aside.unlink(missing_ok=True)
    summary = summarise(file, manifest)
    record(verb="wrote a backup", by=by, file=str(file), bytes=summary.bytes, rows=summary.rows, files=summary.files)
    return summary


def summarise(file: Path, manifest: Manifest) -> Summary:
    """The manifest in short."""
    return Summary(
        file=str(file), bytes=file.stat().st_size, made_at=manifest.made_at, version=manifest.version,
        tables=len(manifest.rows), rows=sum(manifest.rows.values()),
        files=sum(e.name not in (DUMP, KEY) for e in manifest.entries),
    )  # fmt: skip


def _write(target: IO[bytes], say: Say) -> Manifest:
    entries: list[Entry] = []
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        with postgres.snapshot() as name:
            made_at = timezone.now().isoformat(timespec="seconds")
            migrations = [f"{app}.{migration}" for app, migration in rows("SELECT app, name FROM django_migrations")]
            counted = postgres.count_rows()
            say(f"Dumping {sum(counted.values()):,} rows of {len(counted)} tables …")
            entries.append(_write_dump(archive, name))
            server = str(connection.pg_version)  # type: ignore[attr-defined]
        entries += _write_files(archive, say)
        manifest = Manifest(
            format=FORMAT, version=version(), made_at=made_at, currency=settings.ASSAY_CURRENCY, server=server,
            migrations=sorted(migrations), rows=counted, entries=entries,
        )  # fmt: skip
        archive.writestr(NAME, manifest.dumps(), zipfile.ZIP_DEFLATED)
    return manifest


def _write_dump(archive: zipfile.ZipFile, snapshot: str) -> Entry:
    info = zipfile.ZipInfo(DUMP, time.localtime()[:6])  # stored: the dump is compressed already
    with archive.open(info, "w", force_zip64=True) as member:
        hashed = _Hashed(member)
        postgres.dump(snapshot, hashed)
    return Entry(DUMP, hashed.size, hashed.digest.hexdigest())


def _write_files(archive: zipfile.ZipFile, say: Say) -> list[Entry]:
    files = [home() / KEY, *kept_files()]
    said, entries = time.monotonic(), []
    say(f"Adding {len(files):,} files …")
    for done, file in enumerate(files):
        try:
            entries.append(_write_file(archive, file))
        except FileNotFoundError:
            continue  # it was on its way out: what a row names is never removed
        if time.monotonic() - said > EVERY:
            say(f"  {done + 1:,} of {len(files):,} files")
            said = time.monotonic()
    return entries


def _write_file(archive: zipfile.ZipFile, file: Path) -> Entry:
    name = file.relative_to(home()).as_posix()
    with file.open("rb") as source:
        info = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            hashed = _Hashed(member)
            while block := source.read(BLOCK):
                hashed.write(block)
    return Entry(name, hashed.size, hashed.digest.hexdigest())


class _Hashed:
    """Passes bytes on, and knows their sum and number."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest, self.size = target, hashlib.sha256(), 0

    def write(self, block: bytes, /) -> int:
        """Writes through."""
        self.digest.update(block)
        self.size += len(block)
        return self.target.write(block)


def _sync_folder(folder: Path) -> None:
    """Makes the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
