"""What was promised in a session, by whom and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from coaching.models.sessions import CoachingSession

if TYPE_CHECKING:
    from core.models import User


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Commitments, with scope."""

    def visible_to(self, user: User) -> CommitmentQuerySet:
        """The rep's own, and those made with the manager; leaders see counts elsewhere, not the words."""
        return self.filter(
            Q(rep__user_id=user.pk) | Q(session__manager__user_id=user.pk) | Q(session__logged_by_id=user.pk)
        )

    def open(self) -> CommitmentQuerySet:
        """Those of which nobody has said yet whether they were kept."""
        return self.filter(kept=None)


class Commitment(models.Model):
    """What a rep promised to do by a day."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="commitments")
    rep = models.ForeignKey("revenue.Rep", on_delete=models.DO_NOTHING, db_constraint=False, related_name="commitments")
    what = models.TextField()
    due_on = models.DateField()
    kept = models.BooleanField(null=True)
    done_on = models.DateField(null=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"commitment {self.pk}"  # not the words: this lands in logs
