"""Background work of the digest. What was sent stands in PostgreSQL; the schedule only rings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from scoreboard.digest.send import send_due


@shared_task(name="scoreboard.digest.tasks.send_digests")
def send_digests() -> str:
    """Sends the digests that are due and have not gone out."""
    return f"{send_due(timezone.now())} digests sent"
