"""What was done, by whom, to what: append-only, without foreign keys, so that nothing it names must still exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models.user import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Audit rows, with scope."""

    def visible_to(self, user: User) -> AuditEventQuerySet:
        """Operators see all, everybody else what they did themselves."""
        return self if user.is_staff else self.filter(actor_id=user.pk)


class AuditEvent(models.Model):
    """One act. Written in the transaction of the act itself by `core.audit.record`."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.TextField()  # e-mail, or the command that acted
    verb = models.TextField()
    target_type = models.TextField(default="", blank=True)
    target_id = models.TextField(default="", blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.target_type} {self.target_id}".rstrip()
