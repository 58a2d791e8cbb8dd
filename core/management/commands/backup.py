"""`manage.py backup FILE`: the whole product in one file, while it runs."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core import show
from core.backup import BackupError, write_backup
from core.commands import AssayCommand


class Command(AssayCommand):
    """Writes database, original files and key into one file."""

    help = "Write the whole product into one file (database, originals, key), while it runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the backup."""
        try:
            done = write_backup(options["file"].absolute(), say=self.say, by="command line")
        except BackupError as error:
            raise CommandError(str(error)) from None
        words = (
            f"{done.file}: {show.size(done.bytes)}, {done.rows:,} rows of {done.tables} tables, {done.files:,} files. "
            "It holds your customers' data and the installation's key: keep it as safe as the server."
        )
        self.print(asdict(done), words, options)
