"""Saved views: a page with its filters under a name of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from core.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views, with scope."""

    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own and the shared ones. A view is an address: what it shows is the reader's own scope."""
        return self.filter(Q(owner=user) | Q(shared=True)) if user.is_active else self.none()


class SavedView(models.Model):
    """A name for an address of this installation: its path with what stands behind the question mark."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.TextField()
    address = models.TextField()
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="scoreboard_savedview_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="scoreboard_savedview_named"),
            models.CheckConstraint(
                condition=Q(address__startswith="/") & ~Q(address__startswith="//"), name="scoreboard_savedview_local"
            ),
        ]

    def __str__(self) -> str:
        return self.name
