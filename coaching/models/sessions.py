"""Coaching sessions, who was coached in them, and what was promised there.

A session is a ledger row like any other: imported ones carry their import and line, those logged here the source
`assay`. Minutes are ten-thousandths, as every number of the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from revenue.models.ledger import LedgerRow, reference, text, unique_key

if TYPE_CHECKING:
    from core.models import User


class CoachingSessionQuerySet(models.QuerySet["CoachingSession"]):
    """Sessions, with scope."""

    def visible_to(self, user: User) -> CoachingSessionQuerySet:
        """Leaders see that a session was held; a manager those given or in the teams; a rep their own.

        Who may read the notes is another question: see `CoachingSession.notes_for`.
        """
        if user.sees_everything:
            return self
        own = Q(manager__user_id=user.pk) | Q(attendances__rep__user_id=user.pk)
        if user.role == "sales_manager":
            own |= Q(attendances__rep__team__in=user.team_names())
        return self.filter(own).distinct()

    def given_by(self, user: User) -> CoachingSessionQuerySet:
        """Sessions that this person held or logged."""
        return self.filter(Q(manager__user_id=user.pk) | Q(logged_by_id=user.pk))


class CoachingSession(LedgerRow):
    """One session of a manager with one rep or several."""

    manager_ref = text()
    manager = reference("revenue.Rep", index=True)
    rep_refs = models.TextField()  # as given: ids, names or e-mails separated by ;
    held_on = models.DateField(db_index=True)
    minutes = models.BigIntegerField()
    kind = models.TextField()
    deal_key = text()
    deal = reference("revenue.Deal")
    topic = text()
    planned = models.BooleanField(null=True)
    useful = models.IntegerField(null=True)
    notes = models.TextField(default="", blank=True)
    notes_shared = models.BooleanField(default=False)
    logged_by_id = models.BigIntegerField(null=True)
    logged_at = models.DateTimeField(null=True)

    objects = CoachingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            unique_key("coaching_session_key"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="coaching_session_minutes_positive"),
            models.CheckConstraint(
                condition=Q(useful=None) | Q(useful__range=(1, 5)), name="coaching_session_useful_range"
            ),
        ]

    def notes_for(self, user: User) -> str:
        """The notes, if `user` is one of the two people or they were shared; else nothing."""
        if self.notes_shared or (self.manager is not None and self.manager.user_id == user.pk):
            return self.notes
        if self.logged_by_id == user.pk or self.attendances.filter(rep__user_id=user.pk).exists():
            return self.notes
        return ""


class Attendance(models.Model):
    """One rep in one session; made from the session's `rep_refs` when it is promoted or logged."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="attendances")
    rep = models.ForeignKey(
        "revenue.Rep", on_delete=models.DO_NOTHING, db_constraint=False, related_name="coaching_attendances"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "rep"], name="coaching_attendance_once")]

    def __str__(self) -> str:
        return f"{self.rep} in {self.session}"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Commitments, with scope."""

    def visible_to(self, user: User) -> CommitmentQuerySet:
        """The rep's own, and those made with the manager; leaders see counts elsewhere, not the words."""
        return self.filter(
            Q(rep__user_id=user.pk) | Q(session__manager__user_id=user.pk) | Q(session__logged_by_id=user.pk)
        )


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
        ordering = ["due_on"]

    def __str__(self) -> str:
        return self.what
