"""The link by which a rep answers "was it useful?" without signing in.

It names one attendance, is signed for this one purpose, expires, and is good for one answer. Nothing in it or on its
page says what was practised, promised or noted.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db.models import Exists, OuterRef
from django.urls import reverse

from coaching.models import Attendance, CoachingSession

SALT = "coaching.rating"
LASTS = timedelta(days=14)


def path_for(attendance: Attendance) -> str:
    """The path of the link for one rep in one session."""
    token = signing.dumps(attendance.pk, salt=SALT, compress=False)
    return reverse("coaching:answer", args=[token])


def attendance_of(token: str) -> Attendance | None:
    """Whose answer a link asks for; None if it is not ours, too old, or the session has been deleted."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Attendance.objects.select_related("session__manager", "rep").filter(pk=pk).first()


def unanswered(session: CoachingSession) -> list[Attendance]:
    """The reps of a session who have not answered yet, without whoever held it."""
    of_manager = CoachingSession.objects.filter(pk=OuterRef("session"), manager=OuterRef("rep"))
    found = Attendance.objects.filter(session=session, useful=None).exclude(Exists(of_manager))
    return list(found.select_related("rep", "session__manager").order_by("rep__name", "pk"))
