"""Why it changed, on the explain page."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from core.models import User
from metrics.models import MetricRun
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of


def waterfall(user: User, address: str, key: str) -> list[tuple[str, Decimal]]:
    """The chart's own values."""
    body = signed_in(user).get(f"{address}&csv={key}").content.decode("utf-8-sig")
    return [(row[0], Decimal(row[1])) for row in list(csv.reader(io.StringIO(body)))[1:] if row[1:]]


def test_the_steps_lead_from_last_year_to_now_to_the_last_decimal(people: dict[str, User], run: MetricRun) -> None:
    for address, key in (
        ("/metric/net_revenue/?period=2026Q2", "why-by-segment"),
        ("/metric/net_revenue/?by=team", "why-by-team"),
        ("/metric/growth_yoy/?by=rep", "why-by-rep"),
        ("/metric/net_revenue/?period=2026Q2&vs=previous&by=segment", "why-by-segment"),
    ):
        rows = waterfall(people["ceo"], address, key) if "vs" not in address else None
        if rows is None:
            assert "do not both have values" in text_of(signed_in(people["ceo"]).get(address).content)
            continue
        assert rows[0][1] + sum(v for _, v in rows[1:-1]) == rows[-1][1], address
        assert len(rows) >= 4


def test_a_running_quarter_is_held_against_the_same_days(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/net_revenue/").content).replace("\u202f", " ")
    assert "on the same days of Q3 2025, most of it Enterprise" in page


def test_what_does_not_add_up_is_not_explained(people: dict[str, User], run: MetricRun) -> None:
    """The world's rates have a hundredth as their denominator in every member: members are not all there is."""
    page = text_of(signed_in(people["ceo"]).get("/metric/win_rate/?period=2026Q2").content)
    assert "do not both have values by segment that add up" in page


def test_a_manager_asks_by_rep_and_not_by_segment(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["sales_manager"])
    page = text_of(client.get("/metric/net_revenue/?by=rep").content)
    assert "Bob Rep" in page
    assert "Charlie Rep" not in page
    assert client.get("/metric/net_revenue/?by=segment").status_code == 404


@pytest.mark.parametrize("key", ["sales_cycle_days", "top10_share", "quality_split", "cac"])
def test_what_has_no_parts_has_no_waterfall(people: dict[str, User], run: MetricRun, key: str) -> None:
    response = signed_in(people["ceo"]).get(f"/metric/{key}/")
    assert response.status_code == 200
    assert response.context["why"] is None or response.context["why"].chart is None
