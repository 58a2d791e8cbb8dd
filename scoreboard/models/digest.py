"""Who wants the Monday digest, and that it was sent, so that nobody gets it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from core.models import User

T = TypeVar("T", bound=models.Model)


class OwnQuerySet(models.QuerySet[T]):
    """Rows of one person each, with scope."""

    def visible_to(self, user: User) -> OwnQuerySet[T]:
        """One's own."""
        return self.filter(user=user)


class DigestChoice(models.Model):
    """That a person switched their digest on or off. Without a row the role decides."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField()

    objects = OwnQuerySet["DigestChoice"].as_manager()

    def __str__(self) -> str:
        return f"digest of {self.user_id}: {'on' if self.wanted else 'off'}"


class MailedDigest(models.Model):
    """One person's digest of one Monday. `sent_at` is empty while it is being sent, or if the server refused it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    monday = models.DateField()
    sent_at = models.DateTimeField(null=True)

    objects = OwnQuerySet["MailedDigest"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "monday"], name="scoreboard_maileddigest_once")]

    def __str__(self) -> str:
        return f"digest of {self.user_id} on {self.monday}"
