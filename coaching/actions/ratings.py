"""The rep's own answer to "was it useful?", from their page or by a link."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from django.db import transaction
from django.db.models import Avg, QuerySet
from django.utils import timezone

from coaching import hooks, mail, rating_links
from coaching.actions import checks
from coaching.models import Attendance, CoachingSession
from core import audit
from core.models import User
from revenue.models import Rep


@dataclass(frozen=True)
class Asked:
    """How a rep was asked: by mail, or by a link for them to open, where mail is not set up or they have no address."""

    rep: Rep
    mailed: bool
    path: str = ""


@transaction.atomic
def rate_session(*, actor: User, session: CoachingSession, useful: int) -> None:
    """Keeps the actor's own answer, 1–5, in their attendance; asked again, the new answer counts.

    The session's own `useful` is the mean of its reps' answers, rounded half-up. Raises `NotYours` unless the actor
    was coached in it, `Refused` outside 1–5.
    """
    session = _locked(session.pk)
    if not _keep(session, Attendance.objects.filter(session=session, rep__user_id=actor.pk), useful):
        raise checks.NotYours("A session is rated by those who were coached in it.")
    audit.record(verb="rated", actor=actor, target=session)  # not the answer: the manager sees means, not the log


@transaction.atomic
def answer_by_link(*, token: str, useful: int) -> None:
    """Keeps the answer of the rep whose link this is. A link is good for one answer; on their page a rep may change it.

    Raises `NotYours` for a link that is not ours, too old or of a session that is gone; `Refused` outside 1–5 and
    where the rep has answered already.
    """
    attendance = rating_links.attendance_of(token)
    if attendance is None:
        raise checks.NotYours("This link is not valid any more.")
    session = _locked(attendance.session_id)
    if not _keep(session, Attendance.objects.filter(pk=attendance.pk, useful=None), useful):
        raise checks.Refused("That was answered already. On your own page you can change the answer.", "useful")
    audit.record(verb="rated", by="rating link", target=session)


@transaction.atomic
def ask_rating(*, actor: User, session: CoachingSession) -> list[Asked]:
    """Asks the reps of a session that the actor gave and who have not answered: by mail where it is set up.

    Whoever has no address, and everybody where no mail is set up, gets a link that the actor hands on; it is good for
    one answer, and the audit keeps that it was shown. Raises `NotYours` for a session that somebody else gave.
    """
    if not CoachingSession.objects.given_by(actor).filter(pk=session.pk).exists():
        raise checks.NotYours("The reps of a session are asked by whoever held it.")
    asked = []
    for attendance in rating_links.unanswered(session):
        path = rating_links.path_for(attendance)
        if mail.configured() and attendance.rep.email:
            transaction.on_commit(partial(mail.ask_rating, attendance, path), robust=True)
            asked.append(Asked(attendance.rep, mailed=True))
        else:
            asked.append(Asked(attendance.rep, mailed=False, path=path))
    shown = [a.rep.pk for a in asked if not a.mailed]
    audit.record(verb="asked for rating", actor=actor, target=session, reps=[a.rep.pk for a in asked], shown=shown)
    return asked


def _locked(pk: int) -> CoachingSession:
    """The session, so that two answers at once both count in its mean."""
    found: CoachingSession = CoachingSession.objects.select_for_update(of=("self",)).get(pk=pk)
    return found


def _keep(session: CoachingSession, mine: QuerySet[Attendance], useful: int) -> bool:
    """Writes the answer and the session's mean; False if there is no such attendance."""
    if not 1 <= useful <= 5:
        raise checks.Refused("Answer with 1 to 5.", "useful")
    if not Attendance.objects.filter(pk__in=mine.values("pk")).update(useful=useful, rated_at=timezone.now()):
        return False
    mean = Decimal(str(session.attendances.aggregate(mean=Avg("useful"))["mean"]))
    session.useful = int(mean.to_integral_value(rounding=ROUND_HALF_UP))
    session.save(update_fields=["useful"])
    hooks.changed({"coaching_sessions"})
    return True
