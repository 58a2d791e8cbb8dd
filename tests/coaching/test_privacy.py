"""What was said stays with those who were there: every role, every page, every field, exports, audit rows and logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from coaching import actions, hooks, rating_links
from coaching.export import NAMES
from coaching.models import CoachingSession, Commitment, Notes
from core.models import AuditEvent, User
from tests.coaching.conftest import SENTINEL, World

PROMISE = "PROMISED-in-private-91bc"
WITH_IT = frozenset({"alice", "ann"})
SHARED = frozenset({"alice", "ann", "clara", "lou", "mia", "otto"})
NAMES_OF_ALL = ["alice", "bob", "charlie", "ann", "clara", "lou", "mia", "otto"]
Log = Callable[..., CoachingSession]
SignedIn = Callable[[User], Client]


@pytest.fixture
def session(log: Log) -> CoachingSession:
    """Alice and Ann, with notes and a commitment."""
    first = log()
    return log(notes=SENTINEL, commitment=PROMISE, due_on=first.held_on + timedelta(days=2))


def _everything(client: Client, session: CoachingSession) -> str:
    """All that this person can fetch: pages, parts, JSON, exports."""
    promise = Commitment.objects.get()
    pages = ("overview", "log", "token", "sessions", "me", "monday", "training", "meetings", "manifest")
    addresses = [reverse(f"coaching:{name}") for name in (*pages, "meetings_without", "cadence", "effect")]
    addresses += [reverse("coaching:edit", args=[session.pk]), reverse("coaching:service_worker")]
    addresses += [reverse("coaching:rep_details", args=[promise.rep_id])]
    addresses += [reverse("coaching:export", args=[name]) for name in NAMES]
    addresses += [f"{reverse('coaching:log')}?rep={promise.rep_id}"]
    texts = [_body(client.get(address, follow=True)) for address in addresses]
    texts += [_body(client.post(reverse("coaching:ask", args=[session.pk])))]
    texts += [_body(client.get(rating_links.path_for(attendance))) for attendance in session.attendances.all()]
    return "\n".join(texts)


def _body(response: Any) -> str:
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


@pytest.mark.parametrize("who", NAMES_OF_ALL)
def test_notes_and_promises_reach_only_the_two(
    world: World, session: CoachingSession, signed_in: SignedIn, who: str
) -> None:
    seen = _everything(signed_in(world.people[who]), session)
    assert (SENTINEL in seen) == (who in WITH_IT)
    assert (PROMISE in seen) == (who in WITH_IT)


def test_no_other_page_and_no_cache_has_their_words(
    world: World, session: CoachingSession, signed_in: SignedIn
) -> None:
    """The scoreboard, search, audit and people pages of everybody; and what all of these visits left in Redis."""
    cache.clear()
    rep = session.attendances.get().rep
    elsewhere = ("/", "/monday/", f"/reps/{rep.pk}/", "/alerts/", "/annotations/", "/meetings/", "/audit/", "/people/",
                 f"/search/?q={PROMISE[:8]}", f"/search/?q={SENTINEL[:8]}", "/account/", "/imports/")  # fmt: skip
    for who in NAMES_OF_ALL:
        client = signed_in(world.people[who])
        for address in elsewhere:
            text = _body(client.get(address, follow=True))
            assert SENTINEL not in text, (who, address)
            assert PROMISE not in text, (who, address)
        _everything(client, session)
    cache.set("canary", SENTINEL)
    assert _in_redis(SENTINEL) == 1  # the search finds what is there
    cache.delete("canary")
    assert _in_redis(SENTINEL) == _in_redis(PROMISE) == 0


def _in_redis(word: str) -> int:
    """In how many keys or values of Redis these words are."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    found = 0
    for key in client.scan_iter():
        kind = client.type(key)
        values = [client.get(key)] if kind == b"string" else client.lrange(key, 0, -1) if kind == b"list" else []
        found += any(word.encode() in part for part in (key, *(v for v in values if v)))
    return found


@pytest.mark.parametrize("who", NAMES_OF_ALL)
def test_the_queryset_itself_gives_notes_to_nobody_else(world: World, session: CoachingSession, who: str) -> None:
    readable = Notes.objects.readable_by(world.people[who])
    assert readable.exists() == (who in WITH_IT)
    actions.share_notes(actor=world.alice, session=session, share=True)
    assert Notes.objects.readable_by(world.people[who]).exists() == (who in SHARED)
    actions.share_notes(actor=world.alice, session=session, share=False)
    assert Notes.objects.readable_by(world.people[who]).exists() == (who in WITH_IT)


def test_another_manager_of_the_same_team_sees_the_session_but_not_the_notes(
    world: World, session: CoachingSession
) -> None:
    world.bob.teams.add(*world.alice.teams.all())
    bob = User.objects.get(pk=world.bob.pk)
    assert CoachingSession.objects.visible_to(bob).filter(pk=session.pk).exists()
    assert not Notes.objects.readable_by(bob).exists()
    assert not Commitment.objects.visible_to(bob).exists()


def test_a_session_has_no_text_to_give_away(session: CoachingSession) -> None:
    assert SENTINEL not in serializers.serialize("json", CoachingSession.objects.all())
    note = Notes.objects.get()
    assert SENTINEL not in f"{note} {note!r} {Commitment.objects.get()!r}"


def test_audit_rows_and_logs_say_that_and_not_what(
    world: World, session: CoachingSession, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: set[str]) -> None:
        raise RuntimeError("no broker")

    with caplog.at_level(logging.DEBUG):
        actions.edit_session(
            actor=world.alice, session=session, kind="group", minutes=5, held_on=session.held_on, notes=SENTINEL * 2
        )
        actions.share_notes(actor=world.alice, session=session, share=True)
        actions.keep_commitment(actor=world.ann, commitment=Commitment.objects.get(), kept=True)
        hooks._tell(fail, {"coaching_sessions"})
        actions.delete_session(actor=world.alice, session=session)
    kept = " ".join(str(vars(event)) for event in AuditEvent.objects.all()) + caplog.text
    assert "a listener failed" in kept
    assert SENTINEL not in kept
    assert PROMISE not in kept


def test_after_a_session_is_deleted_no_table_has_its_words(world: World, session: CoachingSession) -> None:
    actions.delete_session(actor=world.alice, session=session)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            words = [f"%{SENTINEL}%", f"%{PROMISE}%"]
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE ANY(%s)', [words])
            assert cursor.fetchone() == (0,), table


def test_a_refused_form_shows_the_words_to_their_author_alone(world: World, signed_in: SignedIn) -> None:
    response = signed_in(world.alice).post(reverse("coaching:log"), {"notes": SENTINEL, "kind": "group"})
    assert response.status_code == 400
    assert SENTINEL in response.content.decode()
    as_json = signed_in(world.alice).post(
        reverse("coaching:log"), {"notes": SENTINEL, "kind": "group"}, headers={"Accept": "application/json"}
    )
    assert as_json.status_code == 400
    assert SENTINEL not in as_json.content.decode()


def test_a_single_rating_is_not_shown_to_the_manager(
    world: World, session: CoachingSession, signed_in: SignedIn
) -> None:
    actions.rate_session(actor=world.ann, session=session, useful=1)
    address = reverse("coaching:export", args=["coaching_sessions"])
    rows = _body(signed_in(world.alice).get(address)).splitlines()
    assert [row.split(",")[-1] for row in rows] == ["useful", "", ""]
