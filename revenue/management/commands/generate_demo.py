"""`manage.py generate_demo OUT`: writes the demonstration company's exports into a folder."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from revenue.demo import write_company

SEED = 20


class Command(BaseCommand):
    """Writes the files; importing them is `ingest`'s work, as for anybody's files."""

    help = "Writes the demonstration company's exports (Salesforce, HubSpot, finance, people) into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """OUT, and what makes the company larger or another one."""
        parser.add_argument("out", type=Path, help="the folder to write to; made if it is not there")
        parser.add_argument("--scale", type=int, default=1, help="1 (default): 10,000 revenue lines; 100: a million")
        parser.add_argument(
            "--seed", type=int, default=SEED, help=f"another seed makes another company (default {SEED})"
        )
        parser.add_argument(
            "--today", type=date.fromisoformat, help="exports end on the Friday before (default: today)"
        )
        parser.add_argument("--json", action="store_true", help="print counts and sums as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes and says what was written."""
        today = options["today"] or timezone.localdate()
        say = None if options["json"] else self.stdout.write
        try:
            totals = write_company(options["out"], seed=options["seed"], today=today, scale=options["scale"], say=say)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"cannot write to {options['out']}: {error.strerror or error}") from error
        if options["json"]:
            answer = {
                "as_of": totals.as_of.isoformat(),
                "seed": totals.seed,
                "scale": totals.scale,
                "rows": dict(totals.rows),
            }
            self.stdout.write(json.dumps(answer))
            return
        self.stdout.write(f"{sum(totals.rows.values()):,} rows in {len(totals.rows)} files, as of {totals.as_of}")
