"""Writes audit rows. Called inside the transaction of what it records."""

from __future__ import annotations

from typing import Any

from django.db import models

from core.models import AuditEvent, User


def record(
    *, verb: str, actor: User | None = None, by: str = "", target: models.Model | None = None, **detail: Any
) -> AuditEvent:
    """One audit row: `actor` did `verb` to `target`. Without an actor, `by` names the command or job that acted."""
    return AuditEvent.objects.create(
        actor_id=actor.pk if actor else None,
        actor=actor.email if actor else by or "system",
        verb=verb,
        target_type=target._meta.label if target else "",
        target_id=str(target.pk) if target else "",
        detail=detail,
    )
