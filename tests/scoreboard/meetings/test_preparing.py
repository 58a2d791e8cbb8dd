"""Preparing: slides drafted from the numbers, arranged, retitled, and each presenter's own part."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, Role, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from scoreboard.annotations.actions import annotate
from scoreboard.meetings import deck_of, frozen_deck
from scoreboard.meetings.actions import arrange, prepare, presenters, refresh, retitle, write_part
from scoreboard.meetings.order import LEAST, MOST, checked, content, default_keys, moved
from scoreboard.models import Meeting
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import DAY, signed_by
from tests.scoreboard.test_home import text_of


def keys_of(meeting: Meeting) -> list[str]:
    return list(meeting.slides.values_list("key", flat=True))


@pytest.mark.parametrize("kind", ["weekly", "board", "all-hands"])
def test_each_kind_begins_with_six_to_twelve_slides_of_its_own_deck(
    kind: str, people: dict[str, User], run: MetricRun
) -> None:
    made = prepare(actor=people["ceo"], kind=kind, held_on=DAY)
    keys = keys_of(made)
    assert LEAST <= len(keys) <= MOST
    assert (keys[0], keys[-1]) == ("headline", "decisions")
    assert ("changes" in keys) is (kind == "weekly")
    assert (made.sales_presenter, made.marketing_presenter) == (people["sales_leader"], people["marketing_leader"])
    assert [slide.key for slide in content(deck_of(made))] == keys


def test_a_weekly_review_begins_with_what_mondays_page_says(people: dict[str, User], run: MetricRun) -> None:
    made = prepare(actor=people["ceo"], kind="weekly", held_on=DAY)
    (slide,) = [slide for slide in deck_of(made).slides if slide.key == "changes"]
    assert slide.title == "Nothing changed last week: every measure stayed within its usual range"
    assert slide.lede == "1 other measures moved within their usual range: noise, and left out."


def test_slides_are_moved_taken_away_and_added(people: dict[str, User], meeting: Meeting) -> None:
    client, before = signed_in(people["ceo"]), keys_of(meeting)
    client.post(f"/meetings/{meeting.pk}/slides/", {"do": "down", "key": before[1]})
    assert keys_of(meeting)[:3] == [before[0], before[2], before[1]]
    client.post(f"/meetings/{meeting.pk}/slides/", {"do": "remove", "key": before[1]})
    assert before[1] not in keys_of(meeting)
    client.post(f"/meetings/{meeting.pk}/slides/", {"do": "add", "key": before[1]})
    assert keys_of(meeting)[-1] == before[1]
    assert [slide.key for slide in content(deck_of(meeting))] == keys_of(meeting)
    assert AuditEvent.objects.filter(verb="arranged the slides of a meeting").count() == 3


def test_neither_fewer_than_six_nor_more_than_twelve() -> None:
    catalogue = [f"s{i}" for i in range(15)]
    with pytest.raises(Refused, match="at most 12"):
        checked(catalogue[:13], catalogue)
    with pytest.raises(Refused, match="at least 6"):
        checked(catalogue[:5], catalogue)
    with pytest.raises(Refused, match="no slide “secret”"):
        checked(["secret"], catalogue)
    with pytest.raises(Refused, match="already shown"):
        checked(["s1", "s1"], catalogue)
    assert len(default_keys([*catalogue, "cohorts"])) == 12
    assert "cohorts" not in default_keys([*catalogue[:12], "cohorts"])
    assert moved(["a", "b"], "a", -1) == ["a", "b"]


def test_a_title_is_drafted_edited_and_had_back(people: dict[str, User], meeting: Meeting) -> None:
    drafted = deck_of(meeting).slides[0].title
    assert retitle(actor=people["marketing_leader"], meeting=meeting, key="headline", title="We win, and pay for it")
    assert deck_of(meeting).slides[0].title == "We win, and pay for it"
    page = text_of(signed_in(people["ceo"]).get(f"/meetings/{meeting.pk}/").content)
    assert "We win, and pay for it" in page
    assert retitle(actor=people["ceo"], meeting=meeting, key="headline", title="")
    assert deck_of(meeting).slides[0].title == drafted
    assert not retitle(actor=people["ceo"], meeting=meeting, key="headline", title=drafted)


def test_each_presenter_writes_their_own_part_and_nobody_the_others(people: dict[str, User], meeting: Meeting) -> None:
    said: dict[str, Any] = {"meeting": meeting, "key": "headline"}
    write_part(actor=people["sales_leader"], part="We closed Acme.", notes="Thank Rosa.", **said)
    write_part(actor=people["marketing_leader"], part="The fair paid off.", notes="", **said)
    with pytest.raises(Refused, match="two presenters"):
        write_part(actor=people["ceo"], part="x", notes="", **said)
    slide = deck_of(meeting).slides[0]
    assert (slide.sales_part, slide.marketing_part) == ("We closed Acme.", "The fair paid off.")
    assert "Sales leader Person: Thank Rosa." in slide.notes
    page = signed_in(people["operator"]).get(f"/meetings/{meeting.pk}/present/").content
    assert "We closed Acme." in text_of(page)
    assert "Thank Rosa." in text_of(page)


def test_what_was_said_on_a_metric_stands_on_its_slide(people: dict[str, User], run: MetricRun) -> None:
    annotate(
        actor=people["ceo"], metric="net_revenue", on_date=date(2026, 8, 12), text="Price list of August",
        owner=people["sales_leader"], action="Tell partners",
    )  # fmt: skip
    slide = deck_of(prepare(actor=people["ceo"], kind="board", held_on=DAY)).slides[0]
    assert [(a.text, a.owner, a.on) for a in slide.annotations] == [
        ("Price list of August", "Sales leader Person", date(2026, 8, 12))
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"kind": "party"}, "kind"), ({"period": "2026Q9"}, "period"), ({"held_on": "soon"}, "held_on"),
     ({"sales_presenter": "0"}, "sales_presenter")],
)  # fmt: skip
def test_what_cannot_be_prepared_says_why(
    given: dict[str, str], field: str, people: dict[str, User], run: MetricRun
) -> None:
    response = signed_in(people["ceo"]).post("/meetings/prepare/", {"kind": "board"} | given)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Meeting.objects.exists()


def test_without_published_numbers_nothing_is_prepared(people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="No numbers have been published yet"):
        prepare(actor=people["ceo"], kind="weekly", held_on=DAY)


def test_the_ceo_stands_in_for_a_leader_but_not_for_both(people: dict[str, User], run: MetricRun) -> None:
    User.objects.filter(role=Role.MARKETING_LEADER).update(is_active=False)
    assert presenters("marketing") == [people["ceo"]]
    made = prepare(actor=people["ceo"], kind="weekly", held_on=DAY)
    assert made.marketing_presenter == people["ceo"]
    User.objects.filter(role=Role.SALES_LEADER).update(is_active=False)
    with pytest.raises(Refused, match="marketing leader, or the CEO"):
        prepare(actor=people["ceo"], kind="weekly", held_on=DAY)


def test_changing_slides_titles_or_numbers_lets_signatures_lapse_and_parts_do_not(
    people: dict[str, User], meeting: Meeting
) -> None:
    sales, ceo = people["sales_leader"], people["ceo"]

    def signed() -> int:
        if not meeting.sign_offs.exists():
            signed_by(meeting, sales)
        return meeting.sign_offs.count()

    assert signed() == 1
    write_part(actor=people["marketing_leader"], meeting=meeting, key="headline", part="Ours", notes="")
    assert meeting.sign_offs.count() == 1
    retitle(actor=ceo, meeting=meeting, key="headline", title="Other")
    assert meeting.sign_offs.count() == 0
    assert signed() == 1
    arrange(actor=ceo, meeting=meeting, keys=moved(keys_of(meeting), "headline", 1))
    assert meeting.sign_offs.count() == 0
    assert signed() == 1
    refresh(actor=ceo, meeting=meeting)
    assert meeting.sign_offs.count() == 0


def test_what_is_not_frozen_is_marked_and_has_no_frozen_deck(people: dict[str, User], meeting: Meeting) -> None:
    assert "DRAFT" in text_of(signed_in(people["ceo"]).get(f"/meetings/{meeting.pk}/present/").content)
    with pytest.raises(LookupError, match="not frozen yet"):
        frozen_deck(meeting)


@pytest.mark.parametrize("path", ["", "present/"])
def test_a_page_costs_a_dozen_queries(path: str, people: dict[str, User], meeting: Meeting) -> None:
    client = signed_in(people["sales_leader"])
    client.get(f"/meetings/{meeting.pk}/{path}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/meetings/{meeting.pk}/{path}")
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]


def test_the_list_names_the_period_and_says_nothing_twice(people: dict[str, User], run: MetricRun) -> None:
    for title in ("", "Autumn review"):
        prepare(actor=people["ceo"], kind="weekly", held_on=date(2026, 9, 18), period="2026Q2", title=title)
    page = text_of(signed_in(people["ceo"]).get("/meetings/").content)
    assert "Weekly review, 18 September 2026 Q2 2026 · Sales leader" in page
    assert "Autumn review Weekly review · 18 Sep 2026 · Q2 2026 · Sales leader" in page
    assert "2026Q2" not in page
