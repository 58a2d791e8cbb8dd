"""The scoreboard app."""

from __future__ import annotations

from django.apps import AppConfig

from core.later import later


class ScoreboardConfig(AppConfig):
    """Follows what is published."""

    name = "scoreboard"

    def ready(self) -> None:
        """Registers what follows from a published run."""
        from metrics import hooks

        hooks.published.append(later("scoreboard.alerts.evaluate.follow"))
        hooks.published.append(later("metrics.quiet.follow"))
