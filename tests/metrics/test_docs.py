"""The page of metrics says what the registry says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from metrics.definitions.registry import all_metrics
from metrics.management.commands.metrics import markdown

ROOT = Path(__file__).resolve().parents[2]


def test_docs_metrics_is_written_from_the_registry() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert page == markdown(all_metrics()), "run: manage.py metrics --markdown > docs/metrics.md"


def test_every_metric_says_what_it_is() -> None:
    silent = [m.key for m in all_metrics() if not (m.label and m.formula and m.why and m.source and m.functions)]
    assert silent == []
    lead_without_aim = [m.key for m in all_metrics() if m.moves and m.moves not in {x.key for x in all_metrics()}]
    assert lead_without_aim == []


def test_the_order_does_not_hang_on_who_imports_what_first() -> None:
    code = (
        "import metrics.definitions.{first}\nfrom metrics.definitions.registry import all_metrics\n"
        "print([m.key for m in all_metrics()])"
    )
    orders = {
        subprocess.run(
            [sys.executable, "-c", code.format(first=first)], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for first in ("registry", "lifetime", "verdict")
    }
    assert len(orders) == 1
