"""What `manage.py` does around a command: the embedded services, the schema, and a sentence instead of a traceback."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line, get_commands
from django.db import connections

from config import env, home, services
from config.refusal import Refusal

# These do without a database, or start their own (up).
WITHOUT_SERVICES = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "up",
    "version",
}
# These are asked for the schema's state, or change it themselves.
WITHOUT_SCHEMA = {"migrate", "showmigrations", "restore", "dbshell"}
TERMINATED = 128 + signal.SIGTERM


def run(argv: Sequence[str]) -> None:
    """Runs `manage.py`'s command line; ends the process with 1 and a sentence where the surroundings are wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    name = argv[1] if len(argv) > 1 else "help"
    try:
        with surroundings(name, asks_help=bool({"-h", "--help"} & set(argv[2:]))):
            execute_from_command_line(list(argv))
    except (Refusal, ImproperlyConfigured) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


@contextlib.contextmanager
def surroundings(name: str, *, asks_help: bool = False) -> Iterator[None]:
    """Services, where they are embedded, and an up-to-date schema around the command `name`."""
    if name in WITHOUT_SERVICES or name.startswith("-") or asks_help:
        yield
        return
    # A terminated command leaves its `finally` blocks, as one that is interrupted does.
    signal.signal(signal.SIGTERM, _leave)
    folder, embedded = home.path(), env.database("DATABASE_URL") is None
    with services.running(folder) if embedded else contextlib.nullcontext():
        home.prepare(folder)  # before the settings are read: the secret key is made here
        django.setup()
        from config import schema

        try:
            if embedded and name not in WITHOUT_SCHEMA and name in get_commands():
                schema.bring_up()
            yield
        finally:
            connections.close_all()


def _leave(*_: object) -> NoReturn:
    sys.exit(TERMINATED)
