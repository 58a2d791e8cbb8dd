"""What apps above do when numbers have been published, registered from their `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from metrics.models import MetricRun

log = structlog.get_logger()
published: list[Callable[[MetricRun], None]] = []


def after_publishing(run: MetricRun) -> None:
    """Tells everyone that a run is out. It is out whatever they make of it: what fails is logged, and rings again."""
    for follow in tuple(published):
        try:
            follow(run)
        except Exception:
            log.exception("what follows a published run failed", run=run.pk)
