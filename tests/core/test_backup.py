"""Backup and restore: what was there is there again, and what cannot be restored changes nothing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from config import home as homes
from config import services as embedded
from core.backup import BackupError, check_backup, restore_backup, write_backup
from core.backup.manifest import LEFT_OUT
from core.models import AuditEvent, Role, SignInLink, User

PROJECT = Path(__file__).resolve().parents[2]
LINES = (
    "line_id,account,booked_on,net_amount,owner\nL1,Acme,2026-01-05,100.5,Dana\nL2,Zoë & Söhne,2026-02-05,-7.0001,\n"
)
Digests = dict[str, str]


def manage(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, as root or not, on its own home."""
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=PROJECT, env={**os.environ, "ASSAY_HOME": str(home), **more},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def digests(address: str) -> Digests:
    """A digest of the rows of every table, but for what a backup leaves out and the restore's own audit row."""
    found = {}
    with closing(psycopg2.connect(address)) as open_connection, open_connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            if table in LEFT_OUT:
                continue
            own = "WHERE verb NOT IN ('wrote a backup', 'restored a backup')" if table == "core_auditevent" else ""
            cursor.execute(
                f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t {own}'
            )
            found[table] = "{} {}".format(*cursor.fetchone())  # type: ignore[misc]
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE sequencename <> ALL(%s)", [OWN])
        found["sequences"] = str(sorted(cursor.fetchall()))
    return found


OWN = ["core_auditevent_id_seq", "core_signinlink_id_seq"]


def files(home: Path) -> dict[str, str]:
    """Digests of the kept files and the key."""
    kept = [home / "secret.key", *(f for name in ("files", "mail") for f in (home / name).rglob("*") if f.is_file())]
    return {str(f.relative_to(home)): hashlib.sha256(f.read_bytes()).hexdigest() for f in kept}


def in_home(home: Path) -> Digests:
    """Digests of an installation with the embedded services."""
    with embedded.running(home):
        return digests(f"postgresql://assay@/assay?host={homes.socket_folder(home)}")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the embedded servers' user may enter."""
    made = Path(tempfile.mkdtemp(prefix="assay-backup-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.services
def test_a_restored_installation_equals_the_one_that_was_backed_up(folder: Path) -> None:
    one, other, file = folder / "one", folder / "other", folder / "assay.zip"
    (folder / "revenue_lines.csv").write_text(LINES, encoding="utf-8")
    assert manage(one, "createoperator", "pat@example.com", "--json").returncode == 0
    done = manage(one, "ingest", str(folder / "revenue_lines.csv"), "--object", "revenue_lines", "--json")
    assert done.returncode == 0, done.stderr
    before = in_home(one)
    assert before["revenue_revenueline"].startswith("2 ")

    written = manage(one, "backup", str(file), "--json")
    assert written.returncode == 0, written.stderr
    assert json.loads(written.stdout)["files"] == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert [f.name for f in folder.glob(".*.partial")] == []
    again = manage(one, "backup", str(file))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)

    restored = manage(other, "restore", str(file), "--json")
    assert restored.returncode == 0, restored.stderr
    assert json.loads(restored.stdout)["migrations_applied"] == []
    assert in_home(other) == before
    assert files(other) == files(one)
    assert not list(other.glob(".restore-*"))

    refused = manage(other, "restore", str(file))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr


@dataclass(frozen=True)
class External:
    """An installation with servers of its own: a second database on the test's server, and its own home."""

    home: Path
    address: str

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return manage(self.home, *words, DATABASE_URL=self.address, REDIS_URL=settings.ASSAY_REDIS)


@pytest.fixture
def external(transactional_db: None, folder: Path) -> Iterator[External]:
    name = f"{connection.settings_dict['NAME']}_second"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    host = connection.settings_dict["HOST"]
    yield External(folder / "external", f"postgresql://assay@/{name}?host={host}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def backup(external: External, folder: Path) -> Path:
    """A backup of the test's own database and home, with a person, a live link and an original in it."""
    olive = User.objects.create_user("olive@example.com", name="Olive", role=Role.OPERATOR)
    SignInLink.issue(user=olive)
    original = Path(settings.ASSAY_FILES) / "originals" / "ab" / "abc"
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_bytes(b"id,amount\r\n1,2\r\n")
    file = folder / "test.zip"
    try:
        write_backup(file)
    finally:
        shutil.rmtree(original.parent)
    return file


@pytest.mark.services
def test_it_goes_into_servers_of_ones_own_and_replaces_only_when_told(external: External, backup: Path) -> None:
    done = external.manage("restore", str(backup), "--json")
    assert done.returncode == 0, done.stderr
    after = digests(external.address)
    assert after == digests(f"postgresql://assay@/{connection.settings_dict['NAME']}?host={host()}")
    assert (external.home / "files/originals/ab/abc").read_bytes() == b"id,amount\r\n1,2\r\n"
    assert query(external, "SELECT count(*) FROM core_signinlink") == 0
    audited = query(external, "SELECT detail->>'file' FROM core_auditevent WHERE verb = 'restored a backup'")
    assert audited == str(backup)

    query(external, "UPDATE core_user SET name = 'Mallory' RETURNING 1")
    (external.home / "files/originals/xx").mkdir()
    (external.home / "files/originals/xx/xxx").write_text("later")
    refused = external.manage("restore", str(backup))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert query(external, "SELECT name FROM core_user") == "Mallory"

    assert external.manage("restore", str(backup), "--force").returncode == 0
    assert digests(external.address) == after
    assert not (external.home / "files/originals/xx").exists()


@pytest.mark.services
def test_a_restore_that_fails_at_the_end_leaves_everything(external: External, backup: Path, folder: Path) -> None:
    assert external.manage("restore", str(backup)).returncode == 0
    before, files_before = digests(external.address), files(external.home)

    def one_row_more(manifest: dict[str, Any]) -> None:
        manifest["rows"]["core_user"] += 1

    wrong = altered(backup, folder / "wrong.zip", one_row_more)
    done = external.manage("restore", str(wrong), "--force")
    assert done.returncode == 1
    assert "the rows of core_user differ from the manifest" in done.stderr
    assert digests(external.address) == before
    assert files(external.home) == files_before
    assert not list(external.home.glob(".restore-*"))


def test_nothing_is_restored_beside_a_running_product(external: External, backup: Path) -> None:
    with (Path(settings.ASSAY_HOME) / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="Assay runs on"):
            restore_backup(backup, force=True)
    address = f"postgresql://assay@/{connection.settings_dict['NAME']}?host={host()}"
    with closing(psycopg2.connect(address)), pytest.raises(BackupError, match="other connections use the database"):
        restore_backup(backup, force=True)
    assert User.objects.get().name == "Olive"


def no_manifest(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        new.writestr("secret.key", old.read("secret.key"))


def cut_short(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes()[:-1000])


def one_byte(source: Path, target: Path) -> None:
    """In the middle of the dump, which is stored as it is; the archive's own checksum is mended."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            content = bytearray(old.read(info))
            if info.filename == "database.dump":
                content[len(content) // 2] ^= 1
            new.writestr(info, bytes(content))


def rotten(source: Path, target: Path) -> None:
    content = bytearray(source.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(bytes(content))


def outside(source: Path, target: Path) -> None:
    altered(source, target, lambda m: m["entries"][0].update(name="files/../../etc/passwd"))


def server_files(source: Path, target: Path) -> None:
    altered(source, target, lambda m: m["entries"][0].update(name="postgres/pg_hba.conf"))


def smuggled(source: Path, target: Path) -> None:
    shutil.copy(source, target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("files/extra", "not in the manifest")


def odd_table(source: Path, target: Path) -> None:
    altered(source, target, lambda m: m["rows"].update({"x'; DROP TABLE core_user; --": 1}))


def later_format(source: Path, target: Path) -> None:
    altered(source, target, lambda m: m.update(format=2))


def not_a_zip(source: Path, target: Path) -> None:
    target.write_text("hello")


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """A backup of an empty installation; nothing of it stays in the database."""
    made = Path(tempfile.mkdtemp(prefix="assay-backup-"))
    with django_db_blocker.unblock():
        write_backup(made / "whole.zip")
        AuditEvent.objects.all().delete()
        connection.close()
    yield made / "whole.zip"
    shutil.rmtree(made)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (no_manifest, "has no manifest"),
        (cut_short, "damaged or cut short"),
        (one_byte, "database.dump differs from its checksum"),
        (rotten, "damaged or cut short"),
        (outside, "names a file outside of the installation"),
        (server_files, "names a file outside of the installation"),
        (smuggled, "does not hold the files that its manifest names"),
        (odd_table, "a table that is none of ours"),
        (later_format, "use a newer version"),
        (not_a_zip, "damaged or cut short"),
    ],
)
def test_a_backup_that_is_not_whole_is_told_before_anything_is_touched(
    db: None, whole: Path, folder: Path, damage: Callable[[Path, Path], None], words: str
) -> None:
    damage(whole, folder / "damaged.zip")
    with pytest.raises(BackupError, match=words):
        check_backup(folder / "damaged.zip")
    with pytest.raises(BackupError, match=words):
        restore_backup(folder / "damaged.zip", force=True)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m["migrations"].append("core.9999_tomorrow"), "made by a newer Assay .*core.9999_tomorrow"),
        (lambda m: m.update(currency="JPY"), "set ASSAY_CURRENCY=JPY"),
        (lambda m: None, "is not empty .there are rows in core_user"),
    ],
)
def test_what_does_not_fit_this_installation_is_refused(
    db: None, whole: Path, folder: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    User.objects.create_user("olive@example.com", name="Olive", role=Role.OPERATOR)
    with pytest.raises(BackupError, match=words):
        restore_backup(altered(whole, folder / "other.zip", change))
    assert User.objects.get().name == "Olive"


def test_a_whole_one_is_said_to_be_whole(whole: Path) -> None:
    summary = check_backup(whole)
    assert (summary.bytes, summary.tables > 40) == (whole.stat().st_size, True)


def test_a_folder_that_is_not_there_is_named(transactional_db: None, folder: Path) -> None:
    with pytest.raises(BackupError, match="there is no folder"):
        write_backup(folder / "nowhere" / "assay.zip")


def altered(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy with another manifest; its entries' new names are given to the members too."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        names = [entry["name"] for entry in manifest["entries"]]
        change(manifest)
        for before, entry in zip(names, manifest["entries"], strict=True):
            new.writestr(entry["name"], old.read(before))
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def query(external: External, statement: str) -> Any:
    with closing(psycopg2.connect(external.address)) as open_connection, open_connection.cursor() as cursor:
        cursor.execute(statement)
        value = cursor.fetchone()[0]  # type: ignore[index]
        open_connection.commit()
        return value


def host() -> str:
    return str(connection.settings_dict["HOST"])
