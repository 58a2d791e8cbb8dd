"""Coaching's background work. What was done stands in PostgreSQL; the schedule only rings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from coaching.monday_mail import send_lists


@shared_task(name="coaching.tasks.send_monday_lists")
def send_monday_lists() -> str:
    """Sends the Monday lists that are due and have not gone out."""
    return f"{send_lists(timezone.now())} lists sent"
