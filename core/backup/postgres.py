"""PostgreSQL's own programs: a dump of one snapshot, and its restore in one transaction."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn, Protocol, cast

from django.conf import settings
from django.db import connection, transaction

from core.backup.manifest import BLOCK, LEFT_OUT, BackupError
from core.copy import quote, rows, run, scalar

TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND NOT c.relispartition ORDER BY 1"
)
# Everything in the schema but what an extension brought.
_EMPTY = """
SET client_min_messages = warning;
SET lock_timeout = '15s';
DO $$
DECLARE item text;
BEGIN
  FOR item IN
    -- Tables first: an identity column's sequence goes with its table, and does not go without it.
    (SELECT format('DROP %s IF EXISTS public.%I CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW'
        WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relkind = 'S')
    UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE item; END LOOP;
END $$;
"""


def program(name: str) -> str:
    """The path of pg_dump, pg_restore or psql. Raises BackupError where there is none."""
    found = shutil.which(name, path=settings.ASSAY_PG_BIN or None)
    if found is None:
        raise BackupError(
            f"{name} was not found: install PostgreSQL's client programs, or set ASSAY_PG_BIN to their folder."
        )
    return found


def environment() -> dict[str, str]:
    """The connection, in variables: a password on a command line could be read by every user of the machine."""
    known = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    given = {variable: str(known[key]) for variable, key in names.items() if known.get(key)}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "PGAPPNAME": "assay backup", **given}


def tables() -> list[str]:
    """Names of all tables."""
    return [name for (name,) in rows(TABLES)]


@contextmanager
def snapshot() -> Iterator[str]:
    """One moment of the database, for several readers at once: its name, valid within the block."""
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield str(scalar("SELECT pg_export_snapshot()"))


def count_rows() -> dict[str, int]:
    """Rows of every table that a backup keeps."""
    return {name: int(scalar(f"SELECT count(*) FROM {quote(name)}")) for name in tables() if name not in LEFT_OUT}  # noqa: S608 - names of our own tables


class Writes(Protocol):
    """Something that takes bytes."""

    def write(self, block: bytes, /) -> int:
        """Takes a block and returns how many bytes it took."""
        ...


def dump(snapshot_name: str, target: Writes) -> None:
    """Writes the database as of the snapshot in pg_dump's custom format. Raises BackupError."""
    left_out = [f"--exclude-table-data={name}" for name in LEFT_OUT]
    # Level 1: on tables of numbers and short texts a tenth larger than level 6, at three times the speed.
    options = ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges", f"--snapshot={snapshot_name}"]
    command = [program("pg_dump"), *options, *left_out]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _, stdout, stderr = _pipes(process)
        shutil.copyfileobj(stdout, target, BLOCK)
        said = stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise BackupError(f"pg_dump failed: {said}{_hint(said)}")


@contextmanager
def restored(file: Path, expected: dict[str, int]) -> Iterator[Callable[[], None]]:
    """Within the block the database's new content is there but not committed; calling what is yielded commits it.

    1. One transaction: drop what there is, run pg_restore's script. Raises BackupError where a statement fails.
    2. Compare the rows of every table with `expected`. Raises BackupError where they differ.
    3. Let the caller act and commit. A block that ends without, or the end of this process, leaves all as it was.
    """
    command = [program("psql"), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            session = _Session(process)
            session.send(f"BEGIN;{_EMPTY}".encode())
            _send_script(file, session)
            session.compare(expected)
            yield session.commit
        finally:
            if process.poll() is None:
                process.kill()  # the server rolls back what was not committed


class _Session:
    """psql, fed statement by statement."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.stdin, self.stdout, self.stderr = _pipes(process)

    def send(self, statements: bytes) -> None:
        """Feeds statements. Raises BackupError where an earlier one has failed."""
        try:
            self.stdin.write(statements)
            self.stdin.flush()
        except BrokenPipeError:
            self.fail()

    def compare(self, expected: dict[str, int]) -> None:
        """Raises BackupError where a table has not as many rows as expected."""
        mark = f"assay-{secrets.token_hex(8)}"
        counts = "".join(f"SELECT '{name}', count(*) FROM public.{quote(name)};\n" for name in expected)  # noqa: S608 - checked names
        self.send(f"\\echo {mark}\n{counts}\\echo {mark}\n".encode())
        found: dict[str, int] | None = None
        for line in iter(self.stdout.readline, b""):
            word = line.decode().strip()
            if word == mark and found is not None:
                break
            if word == mark:
                found = {}
            elif found is not None:
                name, _, count = word.rpartition("|")
                found[name] = int(count)
        else:
            self.fail()
        if wrong := sorted(name for name, count in expected.items() if (found or {}).get(name) != count):
            raise BackupError(f"after the restore the rows of {', '.join(wrong)} differ from the manifest.")

    def commit(self) -> None:
        """Commits and ends psql. Raises BackupError where the server refuses."""
        self.send(b"COMMIT;\n")
        self.stdin.close()
        if self.process.wait():
            self.fail()

    def fail(self) -> NoReturn:
        """Raises BackupError with what psql said last."""
        said = self.stderr.read().decode(errors="replace").strip()
        raise BackupError(f"the database refused the restore: {said[-2000:]}{_hint(said)}")


def _send_script(file: Path, session: _Session) -> None:
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _, stdout, stderr = _pipes(process)
        try:
            while block := stdout.read(BLOCK):
                session.send(block)
        except BaseException:
            process.kill()
            raise
        said = stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise BackupError(f"pg_restore failed: {said}")


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Input, output and errors; Popen types them as optional."""
    return cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout), cast(IO[bytes], process.stderr)


def _hint(said: str) -> str:
    if "version mismatch" in said or "SSL" in said or "no encryption" in said:
        return "\nSet ASSAY_PG_BIN to the folder of the client programs that came with your PostgreSQL server."
    if "lock timeout" in said:
        return "\nSomething still uses the database: stop the web server and the workers first."
    return ""
