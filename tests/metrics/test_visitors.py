"""Website visitors from touches: once each, and never 0 where nobody recorded a visit."""

from __future__ import annotations

from typing import Any

import pytest

from core.periods import Grain
from metrics.answers import answer
from metrics.frames.visits import is_visit
from tests.metrics.company import ACCOUNTS, bring, take_in, text

VISITOR = "visitor → lead"
LEADS = [
    {"lead_id": "L1", "account": "Alder", "channel": "Search", "created_on": "2026-01-09", "mql_on": "2026-01-10"},
    {"lead_id": "L2", "account": "", "channel": "Email", "created_on": "2026-02-09", "mql_on": ""},
]
VISIT = {"channel": "Search", "lead_id": "", "account_id": "", "function": "marketing"}
TOUCHES = [
    {**VISIT, "touched_at": "2026-01-05 10:00", "kind": "Page view", "lead_id": "L1"},
    {**VISIT, "touched_at": "2026-02-05 10:00", "kind": "website_visit", "lead_id": "L1"},  # again: the same visitor
    {**VISIT, "touched_at": "2026-01-06 10:00", "kind": "session", "lead_id": "V7"},  # never came as a lead
    {**VISIT, "touched_at": "2026-01-07 10:00", "kind": "visit", "account_id": "A1"},  # Alder has a lead
    {**VISIT, "touched_at": "2026-02-07 10:00", "kind": "visit", "account_id": "A2", "channel": "Social"},
    {**VISIT, "touched_at": "2026-01-08 10:00", "kind": "webinar", "lead_id": "L2"},
    {**VISIT, "touched_at": "2026-01-08 10:00", "kind": "field visit", "account_id": "A3"},
]


@pytest.mark.parametrize(
    ("kind", "visit"),
    [
        ("visit", True), ("Visited", True), ("Page View", True), ("pageview", True), ("page_views", True),
        ("Website visit", True), ("web-session", True), ("session", True), ("Landing page", True), ("website", True),
        ("field visit", False), ("customer visit", False), ("webinar", False), ("coaching session", False),
        ("email open", False), ("", False),
    ],
)  # fmt: skip
def test_which_kinds_are_visits_of_the_website(kind: str, visit: bool) -> None:
    assert is_visit(kind) is visit


def _told(**asked: Any) -> dict[Any, tuple[Any, Any]]:
    return {
        (row["period"], row["by"]["channel"]): (row["numerator"], row["denominator"])
        for row in answer("funnel_conversion", **asked)["rows"] if row["by"]["step"] == VISITOR
    }  # fmt: skip


@pytest.mark.django_db
def test_each_visitor_counts_once_by_the_first_visit() -> None:
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("leads.csv", text(LEADS))
    bring("touches.csv", text(TOUCHES))
    assert _told() == {(None, "Search"): (2, 3), (None, "Social"): (0, 1)}
    assert _told(grain=Grain.MONTH) == {("2026-01-01", "Search"): (2, 3), ("2026-02-01", "Social"): (0, 1)}
    assert _told(where={"segment": "SMB"}) == {(None, "Social"): (0, 1)}
    bring("more.csv", text([{"lead_id": "V7", "account": "", "channel": "", "created_on": "2026-03-01", "mql_on": ""}]),
          object="leads")  # fmt: skip
    assert _told()[None, "Search"] == (3, 3), "the visitor has become a lead"


@pytest.mark.django_db
def test_without_a_visit_on_record_the_step_has_no_value_and_says_why() -> None:
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("leads.csv", text(LEADS))
    bring("touches.csv", text(TOUCHES[5:]))
    for grain, period in ((Grain.ALL, None), (Grain.MONTH, "2026-01-01")):
        row = next(r for r in answer("funnel_conversion", grain=grain)["rows"] if r["by"]["step"] == VISITOR)
        assert (row["period"], row["by"]["channel"], row["n"]) == (period, None, 0)
        assert (row["numerator"], row["denominator"], row["value"]) == (None, None, None)
        assert row["status"] == "no website visit is on record"
