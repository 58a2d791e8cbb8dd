"""`manage.py up [--demo] [--bind ADDR] [--json]`."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import up


class Command(BaseCommand):
    """Starts services if embedded, web, worker and beat, and keeps them alive until it is stopped."""

    help = "Starts Assay: services if embedded, migrations, worker, beat, web. Ctrl-C stops everything."
    requires_system_checks: list[str] = []  # they ran when this version was built

    def add_arguments(self, parser: CommandParser) -> None:
        """--demo, --bind, --json."""
        parser.add_argument("--demo", action="store_true", help="load the demonstration company")
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="ADDR", help="host:port (127.0.0.1:8000)")
        parser.add_argument("--json", action="store_true", help="print one line of JSON when ready, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serves until told to stop."""
        as_json = bool(options["json"])
        out = self.stderr if as_json else self.stdout

        def say(sentence: str) -> None:
            out.write(sentence)
            out.flush()

        def ready(state: up.State) -> None:
            if as_json:
                self.stdout.write(json.dumps(dataclasses.asdict(state)))
                self.stdout.flush()
            else:
                say(f"Assay answers at {state.url} · Ctrl-C stops it · everything is in {state.home}")

        up.serve(bind=options["bind"], demo=options["demo"], say=say, ready=ready)
