"""Pages narrowed to several parts of the company at once: computed by the same definitions, and no further."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from core.models import Role, Team, User
from core.periods import Grain
from metrics.answers import answer
from metrics.models import MetricRun
from metrics.published import Wanted
from metrics.within import read_within
from revenue.people import link_users
from scoreboard.views.story import PAGES
from tests.metrics.company import ACCOUNTS, REPS, bring, lines, take_in, text
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

BOTH = "of=segment:Enterprise&of=region:North"
EXTRA = [
    {"account_id": "A4", "name": "Dogwood", "segment": "Enterprise", "region": "South", "industry": "Energy"},
    {"account_id": "A5", "name": "Elm", "segment": "SMB", "region": "North", "industry": "Energy"},
]
LINES = [
    ("L1", "A1", "2025-11-15", "100.00", "60.00", "120.00", "R1"),
    ("L2", "A1", "2026-01-03", "50.00", "20.00", "60.00", "R1"),
    ("L3", "A4", "2026-01-20", "700.00", "100.00", "800.00", "R2"),
    ("L4", "A5", "2026-01-21", "9000.00", "70.00", "", "R2"),
    ("L5", "A1", "2026-02-02", "25.00", "90.00", "30.00", "R2"),
    ("L6", "A2", "2026-02-03", "3.00", "1.00", "", "R2"),
]


@pytest.fixture
def ceo(db: None) -> Iterator[User]:
    """The CEO of a company with four parts, two of which lie in both segment and region."""
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        take_in("accounts.csv", text([*ACCOUNTS, *EXTRA]))
        take_in("reps.csv", text(REPS))
        bring("lines.csv", lines(LINES))
        yield User.objects.create_user(email="ceo@example.com", role=Role.CEO)


def run() -> MetricRun:
    newest = MetricRun.newest()
    assert newest is not None
    return newest


def test_what_lies_in_both_parts_is_the_whole_of_the_page(ceo: User) -> None:
    client = signed_in(ceo)
    page = text_of(client.get(f"/?period=2026Q1&{BOTH}").content)
    assert re.search(r"Net revenue \$?75\b", page), "50 + 25 of Alder, and neither Dogwood nor Elm"
    assert "Segment: Enterprise" in page
    assert "Region: North" in page
    one = text_of(client.get("/?period=2026Q1&of=segment:Enterprise").content)
    assert re.search(r"Net revenue \$?775\b", one), "one part alone is a stored one"


def test_values_are_those_of_the_command_line(ceo: User) -> None:
    where = {"segment": "Enterprise", "region": "North"}
    keys = ["net_revenue", "gross_margin", "discount_depth", "growth_yoy", "new_logos", "quality_split", "revenue_hhi"]
    wanted = Wanted(metrics=keys, grains=[Grain.MONTH, Grain.ALL], dims=["rep", "reason"])
    (values,) = read_within(run(), [wanted], tuple(where.items()))
    for key in keys:
        for by in ((), ("rep",)):
            if by and key == "new_logos":
                continue  # it has no reps
            for grain in (Grain.MONTH, Grain.ALL):
                try:
                    told = answer(key, grain=grain, by=by, where=where)["rows"]
                except ValueError:
                    continue  # it has no such grain
                names = ",".join(told[0]["by"]) if told else ""
                if names not in ("", "rep", "reason"):
                    continue
                for row in told:
                    if row["n"] == 0:
                        continue
                    member = next(iter(row["by"].values()), "") or ""
                    found = values.numbers[
                        key, str(grain), None if row["period"] is None else _day(row["period"]), names, member
                    ]
                    assert (found.n, found.status) == (row["n"], row["status"])
                    assert _text(found.value) == _text(row["value"])
    assert values.home == ("", "")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _text(value: object) -> object:
    return None if value is None else round(float(str(value)), 9)


@pytest.mark.parametrize("slug", ["revenue", *sorted(PAGES)])
def test_every_page_can_be_narrowed_twice(ceo: User, slug: str) -> None:
    response = signed_in(ceo).get(f"/{slug}/?period=2026Q1&{BOTH}")
    assert response.status_code == 200
    assert b"Dogwood" not in response.content
    assert b"Elm" not in response.content


def test_each_part_can_be_taken_off_and_one_more_be_added(ceo: User) -> None:
    page = signed_in(ceo).get(f"/quality/?period=2026Q1&{BOTH}").content.decode()
    assert 'href="?period=2026Q1&amp;of=region%3ANorth"' in page, "without the segment"
    assert 'href="?period=2026Q1&amp;of=segment%3AEnterprise"' in page, "without the region"
    assert '<input type="hidden" name="of" value="segment:Enterprise">' in page
    assert '<option value="rep:Rosa">' in page
    assert '<option value="segment:SMB">' not in page, "a dimension that is taken is not offered again"


def test_a_tile_leads_to_the_number_it_shows(ceo: User) -> None:
    """The parts go along, so that what is behind a number is behind this number, down to its lines."""
    client = signed_in(ceo)
    page = client.get(f"/?period=2026Q1&{BOTH}").content.decode()
    (link,) = {found.replace("&amp;", "&") for found in re.findall(r'href="(/metric/net_revenue/[^"]*)"', page)}
    behind = client.get(link)
    assert "75" in text_of(behind.content)
    assert "runs keep no history of them" in text_of(behind.content)
    rows = re.search(r'href="(/metric/net_revenue/rows/[^"]*)"', behind.content.decode())
    assert rows is not None
    listed = client.get(rows.group(1).replace("&amp;", "&"))
    assert listed.content.count(b"Alder") >= 2
    assert b"Dogwood" not in listed.content
    one = client.get("/quality/?of=segment:Enterprise").content.decode()
    assert "/metric/gross_margin/" in one
    assert all("of=segment%3AEnterprise" in each for each in re.findall(r'href="(/metric/gross_margin/[^"]*)"', one))


def test_why_it_changed_within_several_parts_adds_up(ceo: User) -> None:
    behind = signed_in(ceo).get(f"/metric/net_revenue/?period=2026Q1&vs=previous&by=rep&{BOTH}")
    said = text_of(behind.content)
    assert behind.status_code == 200
    assert "Rolf" in said
    assert "Segment" not in re.sub(r"Segment: Enterprise", "", re.search(r"Why it changed.*", said).group(0))  # type: ignore[union-attr]


def test_of_one_dimension_the_last_member_counts(ceo: User) -> None:
    page = text_of(signed_in(ceo).get("/?period=2026Q1&of=segment:SMB&of=segment:Enterprise").content)
    assert re.search(r"Net revenue \$?775\b", page)


def test_nobody_sees_more_of_the_company_by_naming_parts(ceo: User) -> None:
    team = Team.objects.get(name="West")
    manager = User.objects.create_user(email="mads@example.com", role=Role.SALES_MANAGER)
    manager.teams.add(team)
    link_users()
    client = signed_in(manager)
    assert client.get(f"/quality/?period=2026Q1&{BOTH}").status_code == 404
    assert client.get("/quality/?period=2026Q1&of=team:East&of=team:West").status_code in (200, 404)
    page = client.get("/?period=2026Q1&of=team:West&of=rep:Rolf")
    assert page.status_code in (200, 404)
    assert b"Rosa" not in page.content
