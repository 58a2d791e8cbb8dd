"""The rep's own answer to "was it useful?"."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Avg
from django.utils import timezone

from coaching import hooks
from coaching.actions import checks
from coaching.models import Attendance, CoachingSession
from core import audit
from core.models import User


@transaction.atomic
def rate_session(*, actor: User, session: CoachingSession, useful: int) -> None:
    """Keeps the actor's own answer, 1–5, in their attendance; asked again, the new answer counts.

    The session's own `useful` is the mean of its reps' answers, rounded half-up. Raises `NotYours` unless the actor
    was coached in it, `Refused` outside 1–5.
    """
    if not 1 <= useful <= 5:
        raise checks.Refused("Answer with 1 to 5.", "useful")
    session = CoachingSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    mine = Attendance.objects.filter(session=session, rep__user_id=actor.pk)
    if not Attendance.objects.filter(pk__in=mine.values("pk")).update(useful=useful, rated_at=timezone.now()):
        raise checks.NotYours("A session is rated by those who were coached in it.")
    mean = Decimal(str(session.attendances.aggregate(mean=Avg("useful"))["mean"]))
    session.useful = int(mean.to_integral_value(rounding=ROUND_HALF_UP))
    session.save(update_fields=["useful"])
    audit.record(verb="rated", actor=actor, target=session)  # not the answer: the manager sees means, not the log
    hooks.changed({"coaching_sessions"})
