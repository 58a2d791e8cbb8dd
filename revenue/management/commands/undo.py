"""`manage.py undo BATCH`: takes one import back."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from revenue import tasks
from revenue.imports import actions, hooks
from revenue.imports.undo import preview
from revenue.models import ImportBatch, Status


class Command(AssayCommand):
    """Takes one import back: its rows and changes go, what came before is there again."""

    help = "Take one import back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The batch."""
        parser.add_argument("batch", type=int, metavar="BATCH")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Undoes the batch and has the numbers computed again."""
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"there is no import {options['batch']}")
        if options["dry_run"]:
            self._foretell(batch, options)
            return
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

    def _foretell(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        """Says what taking the batch back would do, and does nothing."""
        if batch.status != Status.DONE:
            status = batch.get_status_display().lower()
            raise CommandError(f"import {batch.pk} is {status}: there is nothing to take back")
        told = preview(batch)
        words = f"import {batch.pk} would be taken back: {told.removed:,} rows removed, {told.restored:,} restored"
        if told.kept:
            words += f", {told.kept:,} left as later imports say"
        if told.back:
            words += f", {told.back:,} that were taken out as missing back in the ledger"
        if told.again:
            words += f"; imports {', '.join(map(str, told.again))} came after it and would be read again"
        self.print({"batch": batch.pk, "dry_run": True, **asdict(told)}, words, options)
