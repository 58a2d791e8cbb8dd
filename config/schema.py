"""Bringing the database to this version's schema, quickly where there is nothing to do."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.utils import ProgrammingError

# Any fixed number: whoever holds the lock of this number migrates, the others wait.
MIGRATION_LOCK = 0x41535359


def pending() -> bool:
    """Whether a migration file of an installed app is not recorded in the database.

    Compares names alone, in 10 ms; Django's own check imports every migration and takes a hundred times as long.
    """
    return not _files() <= _recorded()


def bring_up() -> bool:
    """Applies what is pending, one process at a time; true where there was something to apply."""
    if not pending():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            if pending():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return True


def _files() -> set[tuple[str, str]]:
    found = set()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        names = (file.stem for file in folder.glob("[!_~]*.py")) if folder.is_dir() else ()
        found |= {(app.label, name) for name in names}
    return found


def _recorded() -> set[tuple[str, str]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return {(app, name) for app, name in cursor.fetchall()}
    except ProgrammingError:
        return set()  # an empty database has no such table
