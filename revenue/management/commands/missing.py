"""`manage.py missing BATCH`: what an import no longer has; with `--take-out` or `--keep` decides about it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from core.show import money_exact
from revenue import missing_decisions as decisions
from revenue import missing_records as missing
from revenue import objects, tasks
from revenue.imports import hooks
from revenue.models import ImportBatch


class Command(AssayCommand):
    """Lists the records that a full export no longer has, with what is at stake, or decides about them."""

    help = "List the records that an import no longer has, or decide about them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The batch, what of it, and the decision."""
        parser.add_argument("batch", type=int, metavar="BATCH")
        parser.add_argument("--search", default="", metavar="TEXT", help="only those with this in their name or id")
        decision = parser.add_mutually_exclusive_group()
        decision.add_argument("--take-out", action="store_true", help="take them out of the ledger")
        decision.add_argument("--keep", action="store_true", help="keep them: not listed again until they change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lists, or decides and has the numbers computed again."""
        batch = ImportBatch.objects.filter(pk=options["batch"]).select_related("source").first()
        if batch is None or not batch.object or not missing.watched(batch):
            raise CommandError(f"there is no import {options['batch']} that could lack records")
        search = options["search"]
        records = missing.listing(batch, search=search)
        amounts = missing.amounts(batch, search=search)
        try:
            decision = self._decide(batch, search, options)
        except ValueError as error:
            raise CommandError(str(error)) from None
        document = {
            "batch": batch.pk, "object": batch.object, "decision": decision, "missing": len(records),
            "at_stake": {currency: str(amount) for currency, amount in amounts},
            "records": [
                {
                    "id": r.key,
                    "name": r.name,
                    "at_stake": {c: str(a) for c, a in r.stakes},
                    "last_changed_by": r.last_in,
                }
                for r in records
            ],
        }  # fmt: skip
        stake = ", ".join(money_exact(amount, currency) for currency, amount in amounts) or "nothing"
        done = {"out": "taken out of the ledger", "keep": "kept"}.get(decision or "", "missing since last time")
        label = objects.get(batch.object).label.lower()
        lines = [f"import {batch.pk}: {label} {done}: {len(records):,}; at stake: {stake}"]
        lines += [f"  {r.key}  {r.name}  {', '.join(money_exact(a, c) for c, a in r.stakes)}".rstrip() for r in records]
        self.print(document, "\n".join(lines), options)

    def _decide(self, batch: ImportBatch, search: str, options: dict[str, Any]) -> str | None:
        """What was decided; None if nothing was asked for."""
        if options["keep"]:
            return str(decisions.keep(batch=batch, search=search, by="command line").kind)
        if not options["take_out"]:
            return None
        made = decisions.take_out(batch=batch, search=search, by="command line", settle=False)
        tasks.work_off()
        hooks.settle()
        return str(made.kind)
