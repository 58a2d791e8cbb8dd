"""Entry points of the containers. Each ends by becoming its server, so that it gets the engine's signals itself.

secrets FOLDER   makes the database's password once, for PostgreSQL and for us; there is no default
web              brings the schema up, collects static files, serves on port 8000
worker, beat     wait for the schema, then run
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from config import env, home
from config.refusal import Refusal

DATABASE_SECONDS = 60.0
SCHEMA_SECONDS = 600.0
# The proxy in front keeps its connections for a minute: this end must not be the first to close one.
WEB = ("--threads=4", "--timeout=120", "--keep-alive=65", "--no-control-socket", "--access-logfile=-",
       "--worker-tmp-dir=/dev/shm")  # fmt: skip


def make_secrets(folder: Path) -> None:
    """A password of 256 bits for PostgreSQL, unless there is one: it must outlive every container."""
    file = folder / "postgres_password"
    if file.exists():
        return
    aside = folder / f".{file.name}.{secrets.token_hex(8)}"
    aside.write_text(secrets.token_urlsafe(32), encoding="ascii")
    # Read by PostgreSQL's user and by ours; the volume is in no other container.
    aside.chmod(0o444)
    aside.rename(file)


def web() -> NoReturn:
    """Serves pages; several of them may start at once, one brings the schema up."""
    from config import schema, static

    _wait(_database_answers, DATABASE_SECONDS, "the database does not answer at DATABASE_URL")
    schema.bring_up()
    static.collect()
    port, workers = os.environ.get("ASSAY_PORT", "8000"), os.environ.get("ASSAY_WEB_WORKERS", "2")
    _become("gunicorn", "config.wsgi", f"--bind=0.0.0.0:{port}", f"--workers={workers}", *WEB)


def worker() -> NoReturn:
    """Runs tasks; any number of them, on any number of machines."""
    _wait_for_schema()
    concurrency = os.environ.get("ASSAY_WORKER_CONCURRENCY", "2")
    _become("celery", "-A", "config.celery", "worker", "--without-mingle", f"--concurrency={concurrency}")


def beat() -> NoReturn:
    """Rings the schedule; one of them is enough."""
    _wait_for_schema()
    _become("celery", "-A", "config.celery", "beat", "--scheduler=celery.beat:Scheduler", "--pidfile=")


def _wait_for_schema() -> None:
    from config import schema

    _wait(_database_answers, DATABASE_SECONDS, "the database does not answer at DATABASE_URL")
    _wait(lambda: not schema.pending(), SCHEMA_SECONDS, "the web container has not brought the schema up")


def _database_answers() -> bool:
    from django.db import connection

    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def _wait(true: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise Refusal(f"After {seconds:.0f} s {otherwise}.")
        time.sleep(1)


def _become(module: str, *words: str) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606 - fixed words, no shell


def main(role: str, *words: str) -> None:
    """Runs a role; raises Refusal with a sentence where the surroundings are wrong."""
    if role == "secrets":
        make_secrets(Path(*words))
        return
    roles: dict[str, Callable[[], NoReturn]] = {"web": web, "worker": worker, "beat": beat}
    if role not in roles:
        raise Refusal(f"{role!r} is no role: write secrets, web, worker or beat.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if env.database("DATABASE_URL") is None:
        raise Refusal("The containers use servers of their own: set DATABASE_URL and REDIS_URL.")
    home.prepare(home.path())
    django.setup()
    roles[role]()


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or [""]))
    except (Refusal, ImproperlyConfigured) as error:
        sys.exit(str(error))
