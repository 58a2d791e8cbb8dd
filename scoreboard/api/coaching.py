"""Coaching sessions: the list, and logging one exactly once. What was said in a session never leaves by here."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query

from coaching import actions
from coaching.models import Attendance, CoachingSession
from coaching.people import coachable_by
from core.models import User
from core.money import SCALE
from revenue.models import Deal, Rep
from scoreboard.api import replies, scopes, shapes
from scoreboard.api.auth import Token
from scoreboard.api.description import NOT_THERE, PROBLEMS, Problem, api
from scoreboard.api.numbers import person
from scoreboard.api.problems import not_found, wrong


@api.get(
    "/v1/coaching/sessions",
    auth=Token(scopes.COACHING), response={200: shapes.SessionList, 304: None, PROBLEMS: Problem}, tags=["Coaching"],
    summary="Coaching sessions", operation_id="list_sessions",
)  # fmt: skip
def sessions(request: HttpRequest, query: Query[shapes.SessionQuery]) -> HttpResponseBase:
    """The sessions that the person may see, newest first."""
    user = person(request)
    found = CoachingSession.objects.visible_to(user)
    if query.since:
        found = found.filter(held_on__gte=query.since)
    if query.until:
        found = found.filter(held_on__lt=query.until)
    attended = Prefetch("attendances", queryset=Attendance.objects.select_related("rep"))
    page = found.select_related("manager", "deal").prefetch_related(attended)
    listed = [shown(session, user) for session in page[query.offset : query.offset + query.limit]]
    body = {"count": found.count(), "limit": query.limit, "offset": query.offset, "sessions": listed}
    return replies.json_reply(request, body)


@api.get(
    "/v1/coaching/reps",
    auth=Token(scopes.COACHING), response={200: shapes.CoachableList, 304: None, PROBLEMS: Problem}, tags=["Coaching"],
    summary="Whom the person may coach", operation_id="list_coachable",
)  # fmt: skip
def reps(request: HttpRequest) -> HttpResponseBase:
    """The reps whom the token's person may coach; their ids are what a new session names."""
    user = person(request)
    found = coachable_by(user).order_by("name", "pk") if user.may_coach else Rep.objects.none()
    listed = [{"id": r.pk, "key": r.key, "name": str(r), "team": r.team} for r in found]
    return replies.json_reply(request, {"count": len(listed), "reps": listed})


@api.post(
    "/v1/coaching/sessions",
    auth=Token(scopes.COACH), response={200: shapes.Logged, 201: shapes.Logged, NOT_THERE: Problem},
    tags=["Coaching"], summary="Log a session", operation_id="log_session",
)  # fmt: skip
def log(request: HttpRequest, body: shapes.NewSession) -> HttpResponseBase:
    """Logs a session, 201. The same `client_key` again writes nothing and gives the session that there is, 200."""
    user = person(request)
    named = Rep.objects.visible_to(user).filter(pk__in=body.reps)
    if len(named) != len(set(body.reps)):
        raise not_found("One of these reps is not there, or not in your scope.")
    try:
        logged = actions.log_session(
            actor=user, reps=list(named), kind=body.kind, minutes=body.minutes, held_on=body.held_on,
            topic=body.topic, deal=_deal(user, body.deal), client_key=body.client_key,
        )  # fmt: skip
    except actions.NotYours as refused:
        raise not_found(str(refused)) from None
    except actions.Refused as refused:
        raise wrong(str(refused), refused.field) from None
    session = logged.session
    document = {"created": logged.created, "session": shown(session, user) if session else None}
    response = replies.json_reply(request, document)
    response.status_code = 201 if logged.created else 200
    return response


def shown(session: CoachingSession, user: User) -> dict[str, Any]:
    """A session without a word of what was said. Beside a single rep a rating is that rep's answer: leaders' alone."""
    return {
        "id": session.pk, "held_on": session.held_on.isoformat(), "kind": session.kind,
        "minutes": session.minutes / SCALE, "manager": str(session.manager) if session.manager else session.manager_ref,
        "reps": sorted(str(a.rep) for a in session.attendances.all()), "topic": session.topic,
        "deal": str(session.deal) if session.deal else session.deal_key, "planned": session.planned,
        "useful": session.useful if user.sees_everything else None,
    }  # fmt: skip


def _deal(user: User, id: int | None) -> Deal | None:
    if id is None:
        return None
    deal = Deal.objects.visible_to(user).filter(pk=id).first()
    if deal is None:
        raise not_found("That deal is not there, or not in your scope.")
    return deal
