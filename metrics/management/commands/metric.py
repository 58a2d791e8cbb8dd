"""`manage.py metric KEY`: one metric, by period and by dimension."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from core.periods import Grain
from core.spreadsheet import csv_lines
from metrics.answers import answer, as_table, of_model
from metrics.definitions.registry import get
from metrics.models import MetricRun
from metrics.tasks import compute_due


def day(text: str) -> date:
    """A day as it is given. Raises ArgumentTypeError with what is wrong."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD") from None


class Command(AssayCommand):
    """Prints a metric's values with their numerators, denominators and n."""

    help = "Print one metric by period and dimension."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to print."""
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("--grain", choices=[str(g) for g in Grain], help="default: all, or the metric's only one")
        parser.add_argument("--by", default="", help="a dimension, or several separated by commas")
        parser.add_argument("--from", dest="since", type=day, help="first day of the first period")
        parser.add_argument(
            "--to",
            dest="until",
            type=day,
            help="day before which periods begin; with all: before which days lie",
        )
        parser.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
        parser.add_argument("--model", help="the attribution model, where the metric has several")
        parser.add_argument("--as-of", type=int, metavar="RUN", help="as an earlier run published it")
        parser.add_argument("--csv", action="store_true", help="a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the answer, after computing what imports have touched since the last run."""
        if options["as_of"] is None:
            compute_due()
        try:
            document = answer(
                options["key"],
                grain=_grain(options["grain"], options["key"]),
                by=[dim.strip() for dim in options["by"].split(",") if dim.strip()],
                where=_where(options["where"]),
                since=options["since"],
                until=options["until"],
                run=_run(options["as_of"]),
            )
            if options["model"]:
                document = of_model(document, options["model"])
        except (KeyError, ValueError) as error:
            raise CommandError(str(error.args[0])) from None
        if options["csv"] and not options["json"]:
            for line in csv_lines(as_table(document)):
                self.stdout.write(line.rstrip("\r\n"))
            return
        self.print(document, _words(document), options)


def _grain(given: str | None, key: str) -> Grain:
    if given is None:
        own = get(key).grains
        return own[0] if len(own) == 1 else Grain.ALL
    return Grain(given)


def _where(given: list[str]) -> dict[str, str]:
    where = {}
    for text in given:
        dim, sign, member = text.partition("=")
        if not sign:
            raise CommandError(f"--where {text}: write DIMENSION=VALUE")
        where[dim.strip()] = member
    return where


def _run(number: int | None) -> MetricRun | None:
    if number is None:
        return None
    run = MetricRun.objects.filter(pk=number, published_at__isnull=False).first()
    if run is None:
        raise CommandError(f"there is no published run {number}")
    return run


def _words(document: dict[str, Any]) -> str:
    lines = [f"{document['label']} ({document['unit']}), as of {document['as_of']}: {document['definition']}"]
    for r in document["rows"]:
        where = " ".join(str(member or "none") for member in r["by"].values())
        value = "n/a" if r["value"] is None else r["value"]
        note = "" if r["status"] == "ok" else f"  {r['status']}"
        lines.append(f"{r['period'] or document['grain']:<12}{where:<28}{value!s:>20}  n={r['n']}{note}")
    return "\n".join(lines)
