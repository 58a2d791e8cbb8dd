"""What Celery's beat rings, by task name: config may know the apps' names, the apps do not know config.

Each entry expires before its next turn, so that a worker that was away does not find a queue of old rings.
"""

from __future__ import annotations

from typing import Any

MINUTE = 60.0


def every(seconds: float, task: str) -> dict[str, Any]:
    """A beat entry for `task` every `seconds` seconds."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds * 0.9}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "ring for stale imports": every(MINUTE, "revenue.tasks.ring_stale"),
    "watch the inbox": every(10.0, "revenue.tasks.watch_inbox"),
    "count anew when the day or the ledger has changed": every(5 * MINUTE, "revenue.tasks.keep_figures"),
    # Often, because Monday seven o'clock is that of the company's time zone, which may change; each list goes once.
    "send Monday lists": every(15 * MINUTE, "coaching.tasks.send_monday_lists"),
    "look for alerts": every(60 * MINUTE, "scoreboard.alerts.tasks.look"),
    "mail alerts": every(5 * MINUTE, "scoreboard.alerts.tasks.mail_alerts"),
    "send digests": every(15 * MINUTE, "scoreboard.digest.tasks.send_digests"),
    "ring for stale packs": every(MINUTE, "scoreboard.packs.tasks.ring_stale"),
    "recompute what imports touched": every(MINUTE, "metrics.tasks.recompute_if_due"),
}
