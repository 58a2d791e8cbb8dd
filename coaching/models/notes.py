"""What was said in a session, apart from the session itself.

Because the session's row has no text, nothing that reads sessions — metrics, exports, imports' change logs, pages —
can give it away. Everything that shows notes comes through `readable_by`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from coaching.models.sessions import Attendance, CoachingSession

if TYPE_CHECKING:
    from core.models import User


class NotesQuerySet(models.QuerySet["Notes"]):
    """Notes, with their own scope, narrower than that of the sessions."""

    def readable_by(self, user: User) -> NotesQuerySet:
        """Those of the people who were in the session; shared ones also of those who may see the session."""
        attended = Attendance.objects.filter(session=OuterRef("session"), rep__user_id=user.pk)
        present = Q(session__manager__user_id=user.pk) | Q(session__logged_by_id=user.pk) | Q(Exists(attended))
        shared = Q(shared=True, session__in=CoachingSession.objects.visible_to(user))
        return self.filter(present | shared)

    def visible_to(self, user: User) -> NotesQuerySet:
        """The same, under the name that every model has."""
        return self.readable_by(user)


class Notes(models.Model):
    """The notes of one session. Private to the people in it, unless whoever logged it shares them."""

    session = models.OneToOneField(CoachingSession, on_delete=models.CASCADE, primary_key=True, related_name="+")
    body = models.TextField()
    shared = models.BooleanField(default=False)

    objects = NotesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "notes"

    def __str__(self) -> str:
        return f"notes of session {self.session_id}"  # never the text: this lands in logs
