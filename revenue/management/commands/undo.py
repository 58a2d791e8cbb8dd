"""`manage.py undo BATCH`: takes one import back."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from revenue import tasks
from revenue.imports import actions, hooks
from revenue.models import ImportBatch


class Command(AssayCommand):
    """Takes one import back: its rows and changes go, what came before is there again."""

    help = "Take one import back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The batch."""
        parser.add_argument("batch", type=int, metavar="BATCH")

    def handle(self, *args: Any, **options: Any) -> None:
        """Undoes the batch and has the numbers computed again."""
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"there is no import {options['batch']}")
        try:
            result = actions.undo(batch=batch, by="command line", settle=False)
        except ValueError as error:
            raise CommandError(str(error)) from None
        tasks.work_off()
        hooks.settle()
        words = f"import {batch.pk} is taken back: {result.removed:,} rows removed, {result.restored:,} restored"
        if result.again:
            words += f"; imports {', '.join(map(str, result.again))} came after it and were read again"
        self.print({"batch": batch.pk, **asdict(result)}, words, options)
