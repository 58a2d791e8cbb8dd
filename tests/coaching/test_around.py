"""Customer meetings with neither a pre-brief nor a debrief: the same rules as the published rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coaching import around
from coaching.models import CoachingSession
from core.models import Company, User
from revenue.models import Activity, Deal, Rep
from tests.coaching.conftest import World

Log = Callable[..., CoachingSession]
Meet = Callable[..., Activity]


@pytest.fixture
def meet(world: World, today: date) -> Meet:
    """A meeting of Ann on the deal, ten days ago at noon, unless told otherwise."""

    def do(days_ago: int = 10, **given: Any) -> Activity:
        at = datetime.combine(today - timedelta(days=days_ago), time(12), UTC)
        usual = {"kind": "meeting", "rep": world.ann_rep, "deal": world.deal, "occurred_at": at}
        key = str(Activity.objects.count())
        return Activity.objects.create(source=world.crm, key=key, **{**usual, **given})

    return do


def _without(user: User, reps: list[Rep], today: date) -> list[Activity]:
    return _span(user, reps, today).listed(around.Lacking.NEITHER, most=50)


def _span(user: User, reps: list[Rep], today: date) -> around.Span:
    return around.Span(user, reps, today - timedelta(days=28), today)


@pytest.mark.parametrize(
    ("kind", "offset", "linked", "counts"),
    [
        ("pre_brief", -7, True, True),
        ("pre_brief", -8, True, False),
        ("pre_brief", 0, True, True),
        ("pre_brief", 1, True, False),
        ("pre_brief", -1, False, True),
        ("pre_brief", -2, False, False),
        ("debrief", 0, True, True),
        ("debrief", 2, True, True),
        ("debrief", 3, True, False),
        ("debrief", -1, True, False),
        ("debrief", 2, False, True),
        ("debrief", 3, False, False),
        ("one_on_one", 0, True, False),
    ],
)
def test_what_counts_for_a_meeting(
    world: World, log: Log, meet: Meet, today: date, kind: str, offset: int, linked: bool, counts: bool
) -> None:
    meeting = meet()
    held_on = today - timedelta(days=10) + timedelta(days=offset)
    log(kind=kind, held_on=held_on, deal=world.deal if linked else None)
    assert (_without(world.alice, [world.ann_rep], today) == []) is counts
    assert meeting.rep == world.ann_rep


def test_another_reps_debrief_does_not_count(world: World, log: Log, meet: Meet, today: date) -> None:
    meeting = meet()
    log(kind="debrief", reps=[world.art_rep], held_on=today - timedelta(days=10))
    assert _without(world.alice, [world.ann_rep], today) == [meeting]


@pytest.mark.parametrize(("days_ago", "listed"), [(0, False), (2, False), (3, True), (28, True), (29, False)])
def test_it_is_without_once_its_48_hours_are_over(
    world: World, meet: Meet, today: date, days_ago: int, listed: bool
) -> None:
    meet(days_ago)
    assert bool(_without(world.alice, [world.ann_rep], today)) is listed


def test_calls_and_meetings_with_nobody_are_no_customer_meetings(world: World, meet: Meet, today: date) -> None:
    meet(kind="call")
    meet(deal=None)
    demo = meet(kind="demo")
    assert _without(world.alice, [world.ann_rep], today) == [demo]


def test_the_day_is_the_companys_own(world: World, log: Log, meet: Meet, today: date) -> None:
    company = Company.current()
    company.time_zone = "Pacific/Auckland"
    company.save()
    at = datetime.combine(today - timedelta(days=10), time(23), UTC)  # the next day there
    meet(occurred_at=at)
    (meeting,) = _without(world.alice, [world.ann_rep], today)
    assert meeting.day == today - timedelta(days=9)  # type: ignore[attr-defined]


def test_tallies_by_team_and_rep(world: World, log: Log, meet: Meet, today: date) -> None:
    meet(10)
    meet(9)
    meet(1)
    meet(10, rep=world.beth_rep, deal=None, account=world.deal.account)
    log(kind="debrief", held_on=today - timedelta(days=9), deal=world.deal)  # within 48 hours of both
    log(kind="pre_brief", held_on=today - timedelta(days=1), deal=world.deal)
    reps = [world.ann_rep, world.beth_rep]
    south, north = _span(world.clara, reps, today).teams()
    assert (south.name, south.meetings, south.neither) == ("South", 1, 1)
    (ann,) = north.reps
    assert (ann.meetings, ann.briefed, ann.debriefed, ann.neither) == (3, 1, 2, 0)
    assert (north.meetings, north.briefed, north.debriefed) == (3, 1, 2)
    assert (south.briefed, south.debriefed) == (0, 0)


def test_what_the_database_says_is_what_the_rules_say_of_each_meeting(
    world: World, log: Log, meet: Meet, today: date
) -> None:
    """Any mixture of sessions and meetings, judged one by one in a naive way."""
    random = Random(7)
    reps = [world.ann_rep, world.art_rep, world.beth_rep]
    other = Deal.objects.create(source=world.crm, key="other", name="Other", account=world.deal.account)
    deals = [world.deal, other, None]
    met = [
        meet(random.randrange(32), rep=random.choice(reps), deal=random.choice(deals), account=world.deal.account)
        for _ in range(120)
    ]
    held = []
    for _ in range(30):
        kind, of, deal = random.choice(["pre_brief", "debrief"]), random.choice(reps), random.choice(deals)
        day = today - timedelta(days=random.randrange(38))
        log(actor=world.clara, kind=kind, reps=[of], deal=deal, held_on=day)
        held.append((kind, of, deal, day))

    def had(meeting: Activity, kind: str, before: int, unlinked: int, after: int) -> bool:
        day = meeting.occurred_at.date()
        return any(
            one == kind and of == meeting.rep and deal in (None, meeting.deal)
            and -(unlinked if deal is None else before) <= (held_on - day).days <= after
            for one, of, deal, held_on in held
        )  # fmt: skip

    within = [m for m in met if m.occurred_at.date() >= today - timedelta(days=28)]
    briefed = [m for m in within if had(m, "pre_brief", 7, 1, 0)]
    debriefed = [m for m in within if had(m, "debrief", 0, 0, 2)]
    over = today - timedelta(days=2)
    neither = [m for m in within if m not in briefed + debriefed and m.occurred_at.date() < over]
    newest = partial(sorted, key=lambda m: (-m.occurred_at.timestamp(), m.pk))
    span = _span(world.clara, reps, today)
    assert all(len(some) > 5 for some in (briefed, debriefed, neither))
    assert span.listed(around.Lacking.NEITHER, most=200) == newest(neither)
    assert span.listed(around.Lacking.NEITHER, most=10, skip=10) == newest(neither)[10:20]
    assert span.listed(around.Lacking.DEBRIEF, most=200) == newest(m for m in within if m not in debriefed)
    for tally in (t for team in span.teams() for t in team.reps):
        own = [[m for m in some if m.rep == tally.rep] for some in (within, briefed, debriefed, neither)]
        assert [tally.meetings, tally.briefed, tally.debriefed, tally.neither] == list(map(len, own))
    assert {t.rep for team in span.teams() for t in team.reps} == set(reps)


def test_nobody_is_told_of_meetings_out_of_their_scope(world: World, meet: Meet, today: date) -> None:
    meet(rep=world.beth_rep)
    assert _without(world.alice, [world.beth_rep], today) == []
    assert _span(world.alice, [world.beth_rep], today).teams() == []
    assert _span(world.alice, [], today).teams() == []
    assert _without(world.alice, [], today) == []


def test_the_page_leads_to_a_form_that_is_filled(
    world: World, meet: Meet, today: date, signed_in: Callable[[User], Client]
) -> None:
    meet()
    world.deal.is_closed = True  # closed since: it must still be there to choose
    world.deal.save()
    meet(rep=world.beth_rep)
    client = signed_in(world.alice)
    page = client.get(reverse("coaching:meetings_without"))
    assert page.context["neither"] == 1
    assert "Beth" not in page.content.decode()
    held_on = today - timedelta(days=10)
    query = f"?rep={world.ann_rep.pk}&kind=debrief&minutes=15&held_on={held_on}&deal={world.deal.pk}"
    assert query.replace("&", "&amp;") in page.content.decode()
    form = client.get(reverse("coaching:log") + query).content.decode()
    for chosen in (
        f'name="rep" value="{world.ann_rep.pk}" checked',
        'name="kind" value="debrief" checked',
        'name="minutes" value="15" checked',
        f'name="deal" value="{world.deal.pk}" checked',
        f'name="held_on" value="{held_on}"',
    ):
        assert chosen in form, chosen


def test_the_page_asks_as_often_for_many_as_for_few(
    world: World, meet: Meet, signed_in: Callable[[User], Client], django_assert_max_num_queries: Any
) -> None:
    for _ in range(40):
        meet()
    with django_assert_max_num_queries(25):
        page = signed_in(world.clara).get(reverse("coaching:meetings_without") + "?weeks=13")
    assert page.context["page"].paginator.num_pages == 2
    assert signed_in(world.clara).get(reverse("coaching:meetings_without") + "?weeks=x&rep=y").status_code == 200
