"""Every address for every role: who may open it, who may send to it, and that GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from coaching import actions
from coaching.models import CoachingSession, Commitment
from core.models import User
from tests.coaching.conftest import World

ALL = frozenset({"alice", "bob", "charlie", "ann", "clara", "lou", "mia", "otto"})
COACHES = frozenset({"alice", "bob", "clara", "lou"})
LEADS = ALL - {"charlie", "ann"}
SignedIn = Callable[[User], Client]


@dataclass(frozen=True)
class Page:
    """An address, by whom it is opened (GET 200 or 302), and by whom it is sent to; POST alone where `get` is empty."""

    name: str
    get: frozenset[str] = frozenset()
    post: frozenset[str] = frozenset()
    of: str = ""  # what the address names


PAGES = [
    Page("overview", ALL),
    Page("log", COACHES, COACHES),
    Page("token", COACHES),
    Page("rep_details", frozenset({"alice", "clara", "lou"}), of="rep"),
    Page("manifest", ALL),
    Page("service_worker", ALL),
    Page("sessions", COACHES),
    Page("edit", frozenset({"alice"}), frozenset({"alice"}), of="session"),
    Page("delete", post=frozenset({"alice"}), of="session"),
    Page("share", post=frozenset({"alice"}), of="session"),
    Page("rate", post=frozenset({"ann"}), of="session"),
    Page("ask", post=frozenset({"alice"}), of="session"),
    Page("settle", post=frozenset({"alice", "ann"}), of="commitment"),
    Page("me", ALL),
    Page("monday", COACHES),
    Page("plan", post=COACHES),
    Page("cancel_plan", post=frozenset({"alice"}), of="plan"),
    Page("new_calendar", post=COACHES),
    Page("training", LEADS),
    Page("log_training", post=COACHES),
    Page("log_change", post=frozenset({"clara", "lou"})),
    Page("half_life", post=frozenset({"clara", "lou"})),
    Page("meetings", LEADS, COACHES),
    Page("meetings_without", LEADS),
    Page("cadence", LEADS),
    Page("effect", LEADS),
    Page("export", ALL, of="name"),
]


@pytest.fixture
def addresses(world: World, log: Callable[..., CoachingSession]) -> dict[str, str]:
    """The address of each page, for what Alice did with Ann."""
    session = log(notes="a note", commitment="Call", due_on=log().held_on + timedelta(days=3))
    plan = actions.plan_session(actor=world.alice, rep=world.ann_rep, planned_on=session.held_on)
    named = {
        "": (),
        "rep": (world.ann_rep.pk,),
        "session": (session.pk,),
        "commitment": (Commitment.objects.get().pk,),
        "plan": (plan.pk,),
        "name": ("coaching_sessions",),
    }
    return {page.name: reverse(f"coaching:{page.name}", args=named[page.of]) for page in PAGES}


@pytest.mark.parametrize("at", PAGES, ids=lambda at: at.name)
def test_each_role_opens_what_is_theirs(addresses: dict[str, str], world: World, signed_in: SignedIn, at: Page) -> None:
    for who, user in world.people.items():
        status = signed_in(user).get(addresses[at.name]).status_code
        if who in at.get:
            assert status in (200, 302), who
        elif at.get:
            assert status == 404, who
        else:
            assert status in (404, 405), who


@pytest.mark.parametrize("at", [p for p in PAGES if not p.get], ids=lambda at: at.name)
def test_it_rejects_get(addresses: dict[str, str], world: World, signed_in: SignedIn, at: Page) -> None:
    allowed = world.people[sorted(at.post)[0]]
    assert signed_in(allowed).get(addresses[at.name]).status_code == 405


@pytest.mark.parametrize("at", [p for p in PAGES if p.post], ids=lambda at: at.name)
def test_each_role_sends_what_is_theirs(addresses: dict[str, str], world: World, signed_in: SignedIn, at: Page) -> None:
    for who, user in world.people.items():
        if who not in at.post:
            assert signed_in(user).post(addresses[at.name]).status_code == 404, who
    for who in at.post - {"alice"}:
        assert signed_in(world.people[who]).post(addresses[at.name]).status_code in (302, 400), who


@pytest.mark.parametrize("at", PAGES, ids=lambda at: at.name)
def test_a_stranger_is_asked_to_sign_in(addresses: dict[str, str], at: Page) -> None:
    response = Client().get(addresses[at.name])
    if at.name in {"manifest", "service_worker"}:
        assert response.status_code == 200
    elif at.name == "token":
        assert response.json() == {"user": None}
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_every_address_of_coaching_is_in_the_matrix() -> None:
    coaching = next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "coaching")
    assert isinstance(coaching, URLResolver)
    assert {p.name for p in coaching.url_patterns if isinstance(p, URLPattern)} == {page.name for page in PAGES} | {
        "calendar",  # the address is the key: see test_week
        "answer",  # and so with this one: see test_rating_link
    }


def test_posting_needs_the_token(world: World, addresses: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice)
    assert client.post(addresses["log"], {}).status_code == 403
    assert client.post(addresses["delete"]).status_code == 403


def test_pages_are_not_kept_by_caches(world: World, addresses: dict[str, str], signed_in: SignedIn) -> None:
    response = signed_in(world.alice).get(addresses["sessions"])
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_scripts_and_styles_are_files(world: World, addresses: dict[str, str], signed_in: SignedIn) -> None:
    for name in (
        "log",
        "overview",
        "sessions",
        "me",
        "monday",
        "training",
        "meetings",
        "meetings_without",
        "cadence",
        "effect",
    ):
        html = signed_in(world.clara).get(addresses[name]).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert all("src=" in part.split(">")[0] for part in html.split("<script")[1:])
        assert not any(f" {on}=" in html for on in ("onclick", "onchange", "onsubmit", "onload"))


@pytest.mark.parametrize("name", ["overview", "sessions", "monday", "log", "training", "me", "cadence", "effect"])
def test_a_page_asks_as_often_for_many_as_for_few(
    world: World, log: Callable[..., CoachingSession], signed_in: SignedIn, name: str
) -> None:
    client, address = signed_in(world.alice), reverse(f"coaching:{name}")
    one = log(notes="n")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(12):
        log(reps=[world.ann_rep, world.art_rep], kind="group", commitment="x", due_on=one.held_on, notes="n")
        actions.plan_session(actor=world.alice, rep=world.art_rep, planned_on=one.held_on)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1  # one more where a list that was empty is looked up
    assert len(many) <= 25
