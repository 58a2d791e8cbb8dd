"""The scoreboard app."""

from __future__ import annotations

from django.apps import AppConfig


class ScoreboardConfig(AppConfig):
    """Follows what is published, and knows its background work."""

    name = "scoreboard"

    def ready(self) -> None:
        """Registers what follows from a published run, and the tasks that the schedule rings."""
        from metrics import hooks
        from scoreboard.alerts import tasks as alert_tasks  # noqa: F401
        from scoreboard.alerts.evaluate import follow
        from scoreboard.digest import tasks as digest_tasks  # noqa: F401
        from scoreboard.packs import tasks as pack_tasks  # noqa: F401

        hooks.published.append(follow)
