"""All background work of the scoreboard, in the one place where a worker looks for it."""

from __future__ import annotations

from scoreboard.alerts import tasks as alert_tasks
from scoreboard.digest import tasks as digest_tasks
from scoreboard.packs import tasks as pack_tasks

__all__ = ["alert_tasks", "digest_tasks", "pack_tasks"]
