"""Sessions that are planned, and the private calendar address of each manager."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from coaching.models.sessions import CoachingSession

if TYPE_CHECKING:
    from core.models import User


class PlannedSessionQuerySet(models.QuerySet["PlannedSession"]):
    """Plans, with scope."""

    def visible_to(self, user: User) -> PlannedSessionQuerySet:
        """Leaders see all; a manager their own and the teams'; a rep those with themself."""
        if user.sees_everything:
            return self
        own = Q(planned_by_id=user.pk) | Q(manager__user_id=user.pk) | Q(rep__user_id=user.pk)
        if user.role == "sales_manager":
            own |= Q(rep__team__in=user.team_names())
        return self.filter(own)

    def waiting(self) -> PlannedSessionQuerySet:
        """Neither held nor called off."""
        return self.filter(session=None, cancelled_at=None)


class PlannedSession(models.Model):
    """A session a manager means to hold with a rep on a day; `session` is the one that was held for it."""

    manager = models.ForeignKey("revenue.Rep", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    rep = models.ForeignKey("revenue.Rep", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    planned_on = models.DateField(db_index=True)
    minutes = models.PositiveIntegerField(default=30)  # whole minutes, for the calendar
    kind = models.TextField()
    topic = models.TextField(null=True)
    planned_by_id = models.BigIntegerField()
    cancelled_at = models.DateTimeField(null=True)
    session = models.OneToOneField(CoachingSession, null=True, on_delete=models.SET_NULL, related_name="plan")

    objects = PlannedSessionQuerySet.as_manager()

    class Meta:
        ordering = ["planned_on", "id"]

    def __str__(self) -> str:
        return f"planned {self.kind} on {self.planned_on}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeed(models.Model):
    """The private address of one person's calendar. Only the digest is kept, so that it is shown once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"calendar of {self.user}"

    @classmethod
    def issue(cls, *, user: User) -> str:
        """A new token for `user`; the old address stops working."""
        token = secrets.token_urlsafe(32)
        cls.objects.update_or_create(user=user, defaults={"token_digest": _digest(token)})
        return token

    @classmethod
    def owner(cls, token: str) -> User | None:
        """Whose address it is; None if it is unknown or the person no longer coaches."""
        feed = cls.objects.select_related("user").filter(token_digest=_digest(token)).first()
        return feed.user if feed and feed.user.may_coach else None
