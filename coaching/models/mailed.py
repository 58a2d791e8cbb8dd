"""That a Monday list was sent, so that nobody gets it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from core.models import User


class MailedListQuerySet(models.QuerySet["MailedList"]):
    """Mailed lists, with scope."""

    def visible_to(self, user: User) -> MailedListQuerySet:
        """One's own."""
        return self.filter(user=user)


class MailedList(models.Model):
    """One manager's list of one Monday. `sent_at` is empty while it is being sent, or if the server refused it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    monday = models.DateField()
    sent_at = models.DateTimeField(null=True)

    objects = MailedListQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "monday"], name="coaching_mailedlist_once")]

    def __str__(self) -> str:
        return f"list of {self.user_id} on {self.monday}"
