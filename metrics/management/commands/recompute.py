"""`manage.py recompute`: computes all metrics and publishes them."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from metrics.compute.runs import compute
from metrics.hooks import after_publishing


class Command(AssayCommand):
    """Computes and publishes."""

    help = "Compute all metrics from the ledger as it is and publish them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day before which nothing changed."""
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DATE",
            help="leave the periods that had ended by this day (YYYY-MM-DD) as they were published: for when nothing "
            "changed that bears an earlier one. Metrics that look ahead, such as cohorts, are computed whole",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One run."""
        run = compute(since=options["since"], say=self.say)
        after_publishing(run)
        if run.error:
            raise CommandError(f"run {run.pk} is not published, the numbers stay as they were. {run.error}")
        document = {
            "run": run.pk,
            "as_of": run.as_of.isoformat(),
            "values": run.values_count,
            "changed": run.changed_count,
            "missing_rates": run.inputs["missing_rates"],
            "held_up": run.inputs["held_up"],
            "seconds": run.seconds,
        }
        counts = f"{run.values_count:,} values, {run.changed_count:,} changed, {run.seconds:.1f} s"
        words = f"run {run.pk} as of {run.as_of}: {counts}"
        for currency, rows in run.inputs["missing_rates"].items():
            words += f"\n{rows:,} rows in {currency} are held up: no exchange rate on or before their day"
        self.print(document, words, options)
