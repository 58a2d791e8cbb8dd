"""Putting a backup back: all of it, or nothing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.audit import record
from core.backup import postgres
from core.backup.manifest import BLOCK, DUMP, KEY, NAME, BackupError, Entry, Manifest, Say, home, kept_folders
from core.backup.write import Summary, summarise
from core.copy import quote, rows, scalar

STAGING = ".restore-"
# Tables that Django and the first look at a page fill by themselves.
_FILLED_ALONE = frozenset(
    {"auth_permission", "core_company", "core_signinlink", "django_content_type", "django_migrations", "django_session"}
)


def check_backup(file: Path, *, say: Say = lambda text: None) -> Summary:
    """Reads the whole backup and compares every checksum; changes nothing. Raises BackupError."""
    with _opened(file) as (archive, manifest):
        say(f"Checking {len(manifest.entries):,} files …")
        for entry in manifest.entries:
            _read(archive, entry, None)
        return summarise(file, manifest)


def restore_backup(
    file: Path, *, force: bool = False, say: Say = lambda text: None, by: str = "restore"
) -> tuple[Summary, list[str]]:
    """Makes this installation what the backup was. Returns its summary and the migrations applied since.

    1. Refuse what cannot be right: a running product, a home that is not empty (unless `force`), a newer version.
    2. Unpack aside, comparing every checksum.
    3. The database in one transaction; just before it commits, the folders change places by renaming.
    4. Bring the schema up to this version, forget what was cached, write the audit row.

    Raises BackupError; until the last moment of step 3 the installation is as it was.
    """
    with _opened(file) as (archive, manifest), _nothing_runs():
        _refuse(manifest, force)
        with _staging(manifest) as aside:
            say(f"Unpacking and checking {len(manifest.entries):,} files …")
            for entry in manifest.entries:
                _read(archive, entry, aside / entry.name)
            connection.close()
            say(f"Restoring {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables …")
            with postgres.restored(aside / DUMP, manifest.rows) as commit, _exchanged(aside):
                commit()
        say("Bringing the schema up to this version …")
        applied = _migrate(manifest)
        cache.clear()
        summary = summarise(file, manifest)
        record(verb="restored a backup", by=by, file=str(file), made_at=manifest.made_at, replaced=force)
    return summary, applied


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    if not file.is_file():
        raise BackupError(f"there is no file {file}.")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, _manifest(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BackupError(
            f"{file} is damaged or cut short ({error}): use another backup. Nothing was changed."
        ) from None


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    there = archive.namelist()
    if NAME not in there:
        raise BackupError(f"{file} has no manifest: it is not a backup of Assay.")
    manifest = Manifest.loads(archive.read(NAME))
    named = [NAME, *(e.name for e in manifest.entries)]
    if sorted(named) != sorted(there) or not {DUMP, KEY} <= set(named):
        raise BackupError(f"{file} does not hold the files that its manifest names.")
    return manifest


def _read(archive: zipfile.ZipFile, entry: Entry, target: Path | None) -> None:
    """Compares the member with its checksum, and unpacks it where there is a target."""
    info, digest, size = archive.getinfo(entry.name), hashlib.sha256(), 0
    if target:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = (info.external_attr >> 16) & 0o700 | 0o400
    with archive.open(info) as source, _writing(target) as output:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            if size > entry.size:
                break
            if output is not None:
                os.write(output, block)
    if (size, digest.hexdigest()) != (entry.size, entry.sha256):
        raise BackupError(
            f"{entry.name} differs from its checksum in the backup: use another one. Nothing was changed."
        )
    if target:
        target.chmod(mode)


@contextmanager
def _writing(target: Path | None) -> Iterator[int | None]:
    if target is None:
        yield None
        return
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        yield handle
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _nothing_runs() -> Iterator[None]:
    """Holds the lock of `manage.py up`; raises BackupError while that, or anything on the database, runs."""
    with (home() / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Assay runs on {home()}: stop it first.") from None
        others = scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        if others:
            raise BackupError(f"{others} other connections use the database: stop web server, workers and beat first.")
        lock.truncate(0)
        lock.write(f"a restore, process {os.getpid()}")
        lock.flush()
        yield
        lock.truncate(0)


def _refuse(manifest: Manifest, force: bool) -> None:
    if home().stat().st_uid != os.geteuid():
        raise BackupError(f"{home()} belongs to another user: run this as the user that runs Assay.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"the backup was made by a newer Assay ({manifest.version}, with {unknown[0]}): update this one first."
        )
    if manifest.currency != settings.ASSAY_CURRENCY:
        raise BackupError(
            f"the backup's amounts are in {manifest.currency}, this installation is set to {settings.ASSAY_CURRENCY}: "
            f"set ASSAY_CURRENCY={manifest.currency}."
        )
    if not force and (found := _occupied()):
        raise BackupError(f"this installation is not empty ({found}): restore into an empty one, or use --force.")


def _occupied() -> str:
    """What there is already, in words; empty where nothing is."""
    for folder in kept_folders():
        if any(f.is_file() for f in (home() / folder).rglob("*")):
            return f"there are files in {home() / folder}"
    for table in postgres.tables():
        if table not in _FILLED_ALONE and rows(f"SELECT 1 FROM {quote(table)} LIMIT 1"):  # noqa: S608 - our own tables
            return f"there are rows in {table}"
    return ""


@contextmanager
def _staging(manifest: Manifest) -> Iterator[Path]:
    """A folder of the home, so that renaming needs no copy; those of a restore that was killed are removed."""
    for left in home().glob(f"{STAGING}*"):
        shutil.rmtree(left)
    needed, free = sum(e.size for e in manifest.entries), shutil.disk_usage(home()).free
    if needed > free:
        raise BackupError(f"{home()} has {free:,} bytes left, and unpacking the backup needs {needed:,}.")
    aside = home() / f"{STAGING}{secrets.token_hex(4)}"
    aside.mkdir(mode=0o700)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _exchanged(aside: Path) -> Iterator[None]:
    """Renames the home's folders and key into `aside/old`, and those unpacked into their places; back on any error."""
    old, done = aside / "old", []
    old.mkdir()
    unpacked = {f.name for f in aside.iterdir()} - {DUMP, "old"}
    try:
        for name in sorted(unpacked | set(kept_folders())):
            for source, target in ((home() / name, old / name), (aside / name, home() / name)):
                if source.exists():
                    source.rename(target)
                    done.append((source, target))
            if not (home() / name).exists():
                (home() / name).mkdir(mode=0o700)
        yield
    except BaseException:
        for source, target in reversed(done):
            with suppress(OSError):
                if source.is_dir():
                    source.rmdir()  # the empty one of above
            target.rename(source)
        raise


def _migrate(manifest: Manifest) -> list[str]:
    call_command("migrate", verbosity=0, interactive=False)
    now = {f"{app}.{name}" for app, name in rows("SELECT app, name FROM django_migrations")}
    return sorted(now - set(manifest.migrations))
