"""`manage.py restore FILE`: makes this installation what the backup was; `--check` only reads it."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core import show
from core.backup import BackupError, check_backup, restore_backup
from core.commands import AssayCommand


class Command(AssayCommand):
    """Puts a backup back into an empty installation, or with --force in place of what there is."""

    help = "Restore a backup into this installation: all of it or nothing. Stop the product first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and how far to go."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--force", action="store_true", help="replace what this installation holds")
        parser.add_argument("--check", action="store_true", help="compare every checksum and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Checks or restores."""
        file: Path = options["file"].absolute()
        applied: list[str] = []
        try:
            if options["check"]:
                done = check_backup(file, say=self.say)
            else:
                done, applied = restore_backup(file, force=options["force"], say=self.say, by="command line")
        except BackupError as error:
            raise CommandError(str(error)) from None
        what = f"{done.rows:,} rows of {done.tables} tables and {done.files:,} files"
        if options["check"]:
            words = f"{done.file} is whole: {what}, {show.size(done.bytes)}, made {done.made_at} by {done.version}."
        else:
            words = f"Restored {what} as of {done.made_at}. Everybody signs in again; earlier sign-in links are gone."
        document = {**asdict(done), "restored": not options["check"], "migrations_applied": applied}
        self.print(document, words, options)
