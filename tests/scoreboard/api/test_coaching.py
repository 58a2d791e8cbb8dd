"""Coaching by API: exactly once, in scope, and not a word of what was said."""

from __future__ import annotations

from datetime import date

import pytest

from coaching.models import Attendance, CoachingSession, Commitment, Notes
from core.models import User
from revenue.models import Rep
from tests.scoreboard.api.conftest import Call

SENTINEL = "SAID-in-confidence-77ab"
KEY = "0123456789abcdef"


@pytest.fixture
def body(people: dict[str, User]) -> dict[str, object]:
    """A session as a program sends it."""
    rep = Rep.objects.get(name="Alice Rep")
    return {"client_key": KEY, "reps": [rep.pk], "kind": "one_on_one", "minutes": 30, "held_on": "2026-11-02"}


def test_a_session_is_logged_once(call: Call, body: dict[str, object]) -> None:
    caller = call("sales_manager")
    first = caller.post("/coaching/sessions", body)
    again = caller.post("/coaching/sessions", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {"created": False, "session": first.json()["session"]}
    assert first.json()["session"]["reps"] == ["Alice Rep"]
    session = CoachingSession.objects.get()
    assert (session.minutes, session.held_on) == (300_000, date(2026, 11, 2))
    CoachingSession.objects.all().delete()
    assert caller.post("/coaching/sessions", body).json() == {"created": False, "session": None}
    assert not CoachingSession.objects.exists()


def test_nobody_logs_outside_their_scope(call: Call, body: dict[str, object]) -> None:
    charlie = Rep.objects.get(name="Charlie Rep").pk
    caller = call("sales_manager")
    assert caller.post("/coaching/sessions", {**body, "reps": [charlie]}).status_code == 404
    assert caller.post("/coaching/sessions", {**body, "deal": 12345}).status_code == 404
    assert caller.post("/coaching/sessions", {**body, "kind": "chat"}).json()["errors"][0]["field"] == "kind"
    assert caller.post("/coaching/sessions", {**body, "minutes": 601}).status_code == 422
    assert call("rep").post("/coaching/sessions", body).status_code == 403
    assert [r["name"] for r in caller.get("/coaching/reps").json()["reps"]] == ["Alice Rep", "Bob Rep"]
    assert call("rep").get("/coaching/reps").json()["reps"] == []
    assert not CoachingSession.objects.exists()


def test_what_was_said_does_not_leave(call: Call, body: dict[str, object]) -> None:
    call("sales_manager").post("/coaching/sessions", body)
    session, rep = CoachingSession.objects.get(), Rep.objects.get(name="Alice Rep")
    Notes.objects.create(session=session, body=SENTINEL, shared=True)
    Commitment.objects.create(session=session, rep=rep, what=SENTINEL, due_on=date(2026, 11, 9))
    Attendance.objects.update(useful=2)
    CoachingSession.objects.update(useful=2)
    seen = {}
    for who in ("ceo", "sales_manager", "rep", "charlie"):
        caller = call(who)
        text = caller.get("/coaching/sessions").content.decode()
        assert SENTINEL not in text
        seen[who] = [s["useful"] for s in caller.get("/coaching/sessions").json()["sessions"]]
    assert seen == {"ceo": [2], "sales_manager": [None], "rep": [None], "charlie": []}
    assert call("ceo").get("/coaching/sessions?from=2026-11-03").json()["count"] == 0
    assert call("ceo").get("/coaching/sessions?to=2026-11-03").json()["count"] == 1
