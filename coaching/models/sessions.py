"""Coaching sessions and who was coached in them.

A session is a ledger row like any other: imported ones carry their import and line, those logged here the source
`assay`. Minutes are ten-thousandths, as every number of the ledger. What was said is not here: see `notes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from revenue.models.ledger import LedgerRow, reference, text, unique_key

if TYPE_CHECKING:
    from core.models import User


class CoachingSessionQuerySet(models.QuerySet["CoachingSession"]):
    """Sessions, with scope."""

    def visible_to(self, user: User) -> CoachingSessionQuerySet:
        """Leaders see that a session was held; a manager those given or in the teams; a rep their own."""
        if user.sees_everything:
            return self
        attended = Attendance.objects.filter(session=OuterRef("pk"))
        own = self._own(user) | Q(Exists(attended.filter(rep__user_id=user.pk)))
        if user.role == "sales_manager":
            own |= Q(Exists(attended.filter(rep__team__in=user.team_names())))
        return self.filter(own)

    def given_by(self, user: User) -> CoachingSessionQuerySet:
        """Sessions that this person held or logged."""
        return self.filter(self._own(user))

    def editable_by(self, user: User) -> CoachingSessionQuerySet:
        """Of those, the ones logged here: the next import would write over a change of an imported one."""
        return self.given_by(user).filter(logged_by_id__isnull=False)

    @staticmethod
    def _own(user: User) -> Q:
        return Q(manager__user_id=user.pk) | Q(logged_by_id=user.pk)


class HeldSessions(models.Manager.from_queryset(CoachingSessionQuerySet)):  # type: ignore[misc]
    """Sessions that took place. A file's planned one of no minutes did not: only metrics ask for those."""

    def get_queryset(self) -> CoachingSessionQuerySet:
        """Without those of no minutes."""
        return CoachingSessionQuerySet(self.model, using=self._db).filter(minutes__gt=0)


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
    useful = models.IntegerField(null=True)  # of several reps' answers the mean, rounded; each stands in its attendance
    logged_by_id = models.BigIntegerField(null=True)
    logged_at = models.DateTimeField(null=True)

    objects = HeldSessions()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            unique_key("coaching_session_key"),
            models.CheckConstraint(condition=Q(minutes__gte=0), name="coaching_session_minutes_not_negative"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) | Q(minutes=0, planned=True), name="coaching_session_none_was_planned"
            ),
            models.CheckConstraint(
                condition=Q(useful=None) | Q(useful__range=(1, 5)), name="coaching_session_useful_range"
            ),
        ]


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Attendances, with scope."""

    def visible_to(self, user: User) -> AttendanceQuerySet:
        """Those of the sessions that the user may see."""
        return self.filter(session__in=CoachingSession.objects.visible_to(user))


class Attendance(models.Model):
    """One rep in one session; made from the session's `rep_refs` when it is promoted or logged."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="attendances")
    rep = models.ForeignKey(
        "revenue.Rep", on_delete=models.DO_NOTHING, db_constraint=False, related_name="coaching_attendances"
    )
    useful = models.PositiveSmallIntegerField(null=True)  # 1–5, this rep's own answer
    rated_at = models.DateTimeField(null=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "rep"], name="coaching_attendance_once"),
            models.CheckConstraint(
                condition=Q(useful=None) | Q(useful__range=(1, 5)), name="coaching_attendance_useful_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep} in {self.session}"


class Receipt(models.Model):
    """That a phone's key was taken in. It outlives the session: what was deleted is not logged again by a late copy."""

    client_key = models.TextField(unique=True)
    actor_id = models.BigIntegerField()
    session_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"receipt of session {self.session_id}"
