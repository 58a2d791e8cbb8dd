"""The scoreboard app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from metrics.models import MetricRun


class ScoreboardConfig(AppConfig):
    """Follows what is published."""

    name = "scoreboard"

    def ready(self) -> None:
        """Registers what follows from a published run."""
        from metrics import hooks

        hooks.published.append(_look_at_the_rules)


def _look_at_the_rules(run: MetricRun) -> None:
    # Here, not above: every command starts this app, and few publish.
    from scoreboard.alerts.evaluate import follow

    follow(run)
