"""`manage.py metrics`: the registry."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from core.commands import AssayCommand
from metrics.definitions.base import Metric
from metrics.definitions.registry import all_metrics


class Command(AssayCommand):
    """Lists every metric."""

    help = "List every metric with its definition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The form."""
        parser.add_argument("--markdown", action="store_true", help="print docs/metrics.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the registry."""
        chosen = all_metrics()
        if options["markdown"]:
            self.stdout.write(markdown(chosen), ending="")
            return
        words = "\n".join(f"{m.key:<32}{m.unit.value:<8}{m.label}" for m in chosen)
        self.print({"metrics": [_document(m) for m in chosen]}, words, options)


HEAD = """# Metrics

Every number that Assay shows is one of these. This page is written by `manage.py metrics --markdown` from the registry
in `metrics/definitions`; the glossary in the product shows the same.

`manage.py metric KEY --grain month --from 2026-01-01 --to 2026-04-01` answers by periods that begin in [from, to); with
the grain `all` the same two bound the days themselves, for every metric that has values by year. A value that lacks
rows for want of an exchange rate says so in its status.

"""


def markdown(chosen: tuple[Metric, ...]) -> str:
    """The registry as a page, by family."""
    parts = [HEAD]
    for family, members in groupby(chosen, key=lambda m: m.family):
        parts.append(
            f"## {family.capitalize()}\n\n| key | what it is | unit | good | kind | by |\n|---|---|---|---|---|---|\n"
        )
        for m in members:
            stop = "" if m.label.endswith("?") else "."
            what = f"**{m.label}{stop}** {m.formula} {m.why}".replace("|", "\\|").strip()
            dims = ", ".join(m.dims) or "–"
            parts.append(f"| `{m.key}` | {what} | {m.unit.value} | {m.direction.value} | {m.timing.value} | {dims} |\n")
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _document(metric: Metric) -> dict[str, Any]:
    return {
        "metric": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        "family": metric.family,
        "direction": metric.direction.value,
        "timing": metric.timing.value,
        "functions": [f.value for f in metric.functions],
        "definition": metric.formula,
        "why": metric.why,
        "source": metric.source,
        "version": metric.version,
        "reviewed": metric.reviewed.isoformat(),
        "minimum_n": metric.min_n,
        "dimensions": list(metric.dims),
        "grains": [str(g) for g in metric.every_grain],
        "moves": metric.moves,
    }
