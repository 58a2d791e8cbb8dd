"""`manage.py metrics`: the registry."""

from __future__ import annotations

from typing import Any

from core.commands import AssayCommand
from metrics.definitions.base import Metric
from metrics.definitions.registry import all_metrics


class Command(AssayCommand):
    """Lists every metric."""

    help = "List every metric with its definition."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the registry."""
        chosen = all_metrics()
        words = "\n".join(f"{m.key:<32}{m.unit.value:<8}{m.label}" for m in chosen)
        self.print({"metrics": [_document(m) for m in chosen]}, words, options)


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
        "grains": [str(g) for g in metric.grains],
        "moves": metric.moves,
    }
