"""Logging a session: what is written, exactly once, and who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from coaching import actions, hooks
from coaching.models import Attendance, CoachingSession, Commitment, Notes, PlannedSession
from coaching.people import adopt_implied
from core.models import AuditEvent, User
from revenue.models import Rep
from tests.coaching.conftest import SENTINEL, World

KEY = "k" * 32
Log = Callable[..., CoachingSession]


def test_it_writes_a_ledger_row_of_its_own_source(world: World, log: Log, today: date) -> None:
    session = log(minutes=45, topic=" Discovery ", deal=world.deal, client_key=KEY)
    session.refresh_from_db()
    assert (session.source.name, session.key, session.minutes) == ("assay", KEY, 450_000)
    assert (session.manager_ref, session.rep_refs, session.deal_key) == ("005A", "0051", "006")
    assert session.topic == "Discovery"
    assert session.held_on == today
    assert session.planned is False
    assert [a.rep for a in session.attendances.all()] == [world.ann_rep]


def test_a_group_session_counts_each_rep_and_one_manager(world: World, log: Log) -> None:
    session = log(reps=[world.ann_rep, world.art_rep, world.ann_rep], kind="group", commitment="Write it up",
                  due_on=date(2999, 1, 1))  # fmt: skip
    assert session.attendances.count() == 2
    assert session.commitments.count() == 2


def test_the_same_key_writes_once(world: World, log: Log) -> None:
    first = log(client_key=KEY, minutes=30)
    again = actions.log_session(
        actor=world.alice, reps=[world.ann_rep], kind="group", minutes=60, held_on=first.held_on, client_key=KEY
    )
    assert (again.session, again.created) == (first, False)
    assert CoachingSession.objects.count() == 1
    assert AuditEvent.objects.filter(verb="logged").count() == 1


def test_a_late_copy_of_a_deleted_session_does_not_bring_it_back(world: World, log: Log) -> None:
    session = log(client_key=KEY)
    actions.delete_session(actor=world.alice, session=session)
    again = actions.log_session(
        actor=world.alice, reps=[world.ann_rep], kind="group", minutes=60, held_on=session.held_on, client_key=KEY
    )
    assert (again.session, again.created) == (None, False)
    assert CoachingSession.objects.count() == 0


def test_somebody_elses_key_opens_nothing(world: World, log: Log) -> None:
    log(client_key=KEY)
    with pytest.raises(actions.Refused, match="Reload"):
        log(actor=world.bob, reps=[world.beth_rep], client_key=KEY)


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_write_once(world: World, today: date) -> None:
    made: list[bool] = []
    errors: list[BaseException] = []
    together = threading.Barrier(4)

    def send() -> None:
        try:
            together.wait(10)
            done = actions.log_session(
                actor=world.alice, reps=[world.ann_rep], kind="debrief", minutes=15, held_on=today, client_key=KEY
            )
            made.append(done.created)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert sorted(made) == [False, False, False, True]
    assert CoachingSession.objects.count() == Attendance.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 601}, "minutes"),
        ({"kind": "lunch"}, "kind"),
        ({"reps": []}, "rep"),
        ({"held_on": date(2999, 1, 1)}, "held_on"),
        ({"held_on": date(1999, 1, 1)}, "held_on"),
        ({"client_key": "short"}, "client_key"),
        ({"client_key": "k" * 31 + ";"}, "client_key"),
        ({"topic": "x" * 501}, "topic"),
        ({"notes": "a\x00b"}, "notes"),
        ({"commitment": "Call them"}, "due_on"),
        ({"commitment": "Call them", "due_on": date(2001, 1, 1)}, "due_on"),
    ],
)
def test_what_cannot_be_right_is_refused_whole(world: World, log: Log, given: dict[str, Any], field: str) -> None:
    with pytest.raises(actions.Refused) as refused:
        log(**given)
    assert refused.value.field == field
    assert not CoachingSession.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("who", ["charlie", "ann", "mia", "otto"])
def test_only_those_who_coach_log(world: World, log: Log, who: str) -> None:
    with pytest.raises(actions.NotYours):
        log(actor=world.people[who])


def test_a_manager_coaches_only_the_own_teams_and_never_themself(world: World, log: Log) -> None:
    with pytest.raises(actions.NotYours):
        log(reps=[world.ann_rep, world.beth_rep])
    with pytest.raises(actions.NotYours):
        log(reps=[Rep.objects.get(user=world.alice)])
    with pytest.raises(actions.NotYours):
        log(actor=world.bob, reps=[world.beth_rep], deal=world.deal)


def test_a_manager_without_a_rep_gets_an_implied_one(world: World, log: Log) -> None:
    session = log(actor=world.bob, reps=[world.beth_rep])
    again = log(actor=world.bob, reps=[world.beth_rep])
    assert session.manager is not None
    assert session.manager == again.manager
    assert (session.manager.source.name, session.manager.implied, session.manager.user) == ("assay", True, world.bob)


def test_open_commitments_are_settled_in_the_same_act(world: World, log: Log, today: date) -> None:
    log(commitment="Send the proposal", due_on=today)
    promise = Commitment.objects.get()
    log(kept={promise: True})
    promise.refresh_from_db()
    assert (promise.kept, promise.done_on) == (True, today)
    with pytest.raises(actions.NotYours):
        log(actor=world.bob, reps=[world.beth_rep], kept={promise: False})
    assert CoachingSession.objects.count() == 2


def test_a_plan_is_held_once(world: World, log: Log, today: date) -> None:
    plan = actions.plan_session(actor=world.alice, rep=world.ann_rep, planned_on=today + timedelta(days=3))
    session = log(plan=plan)
    assert session.planned is True
    assert PlannedSession.objects.get().session == session
    with pytest.raises(actions.NotYours):
        log(plan=plan)


def test_editing_records_what_changed_but_not_what_was_said(world: World, log: Log) -> None:
    session = log(notes=SENTINEL)
    actions.edit_session(
        actor=world.alice, session=session, kind="debrief", minutes=60, held_on=session.held_on, notes=SENTINEL + "!"
    )
    event = AuditEvent.objects.get(verb="edited")
    assert event.detail == {"before": {"kind": "one_on_one", "minutes": 300_000}, "notes": "changed"}
    assert Notes.objects.get().body == SENTINEL + "!"
    actions.edit_session(
        actor=world.alice, session=session, kind="debrief", minutes=60, held_on=session.held_on, notes=""
    )
    assert not Notes.objects.exists()


@pytest.mark.parametrize("who", ["bob", "charlie", "ann", "clara", "lou", "mia", "otto"])
def test_nobody_else_changes_deletes_or_shares(world: World, log: Log, who: str) -> None:
    session, actor = log(notes=SENTINEL), world.people[who]
    with pytest.raises(actions.NotYours):
        actions.edit_session(actor=actor, session=session, kind="group", minutes=5, held_on=session.held_on)
    with pytest.raises(actions.NotYours):
        actions.delete_session(actor=actor, session=session)
    with pytest.raises(actions.NotYours):
        actions.share_notes(actor=actor, session=session, share=True)


def test_an_imported_session_is_not_changed_here(world: World) -> None:
    session = CoachingSession.objects.create(
        source=world.crm, key="1", manager=Rep.objects.get(user=world.alice), rep_refs="0051",
        held_on=date(2026, 1, 5), minutes=300_000, kind="group",
    )  # fmt: skip
    with pytest.raises(actions.NotYours):
        actions.delete_session(actor=world.alice, session=session)


def test_a_rating_is_the_reps_own(world: World, log: Log) -> None:
    session = log(reps=[world.ann_rep, world.art_rep], kind="group")
    actions.rate_session(actor=world.ann, session=session, useful=5)
    Attendance.objects.filter(rep=world.art_rep).update(useful=2)
    actions.rate_session(actor=world.ann, session=session, useful=3)
    session.refresh_from_db()
    assert session.useful == 3  # (3 + 2) / 2 = 2.5, half-up
    for stranger in (world.alice, world.charlie, world.clara):
        with pytest.raises(actions.NotYours):
            actions.rate_session(actor=stranger, session=session, useful=1)
    with pytest.raises(actions.Refused):
        actions.rate_session(actor=world.ann, session=session, useful=6)


def test_listeners_hear_of_it_after_the_commit_and_may_fail(
    world: World, log: Log, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[set[str]] = []

    def fail(_: set[str]) -> None:
        raise ConnectionError("no broker")

    hooks.on_change[:0] = [fail, heard.append]
    try:
        with django_capture_on_commit_callbacks(execute=True):
            log()
            assert heard == []
    finally:
        hooks.on_change.remove(fail)
        hooks.on_change.remove(heard.append)
    assert heard == [{"coaching_sessions"}]


def test_the_implied_row_is_handed_to_the_imported_rep(world: World, log: Log) -> None:
    session = log(actor=world.bob, reps=[world.beth_rep])
    assert adopt_implied() == 0
    own = Rep.objects.create(source=world.crm, key="005B", name="Bob", email="BOB@example.org", team="South")
    assert adopt_implied() == 1
    session.refresh_from_db()
    own.refresh_from_db()
    assert (session.manager, own.user) == (own, world.bob)
    assert not Rep.objects.filter(implied=True).exists()
    assert User.objects.get(pk=world.bob.pk).rep == own
