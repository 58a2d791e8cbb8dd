"""Background work of alerts. What was found stands in PostgreSQL; the schedule only rings."""

from __future__ import annotations

from celery import shared_task

from scoreboard.alerts.evaluate import evaluate
from scoreboard.alerts.mail import send_all


@shared_task(name="scoreboard.alerts.tasks.look")
def look() -> str:
    """Looks at all rules: days go by without a run, too."""
    return f"{evaluate()} alerts raised"


@shared_task(name="scoreboard.alerts.tasks.mail_alerts")
def mail_alerts() -> str:
    """Mails the alerts that their owners have not been told of."""
    return f"{send_all()} mails sent"
