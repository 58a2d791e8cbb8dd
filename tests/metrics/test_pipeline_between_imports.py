"""Two exports of the same deals, each with its own day: what moved between them, with nothing else to go by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from core.periods import Grain
from metrics.answers import answer
from revenue.imports import actions, hooks
from tests.metrics.company import bring, take_in, text

pytestmark = pytest.mark.django_db

COLUMNS = ("deal_id", "account_id", "stage", "amount", "close_on", "is_closed", "is_won", "created_on")
FIRST = [
    ("D1", "A", "Proposal", "100", "2026-03-01", "no", "no", "2026-01-01"),
    ("D2", "A", "Proposal", "200", "2026-03-10", "no", "no", "2026-01-01"),
    ("D3", "A", "Proposal", "300", "2026-05-01", "no", "no", "2026-01-01"),
    ("D4", "A", "Proposal", "400", "2026-02-01", "no", "no", "2026-01-01"),
    ("D5", "A", "Lost", "500", "2025-12-20", "yes", "no", "2025-10-01"),
    ("D8", "A", "Proposal", "80", "2026-03-20", "no", "no", "2026-01-01"),
    ("D9", "A", "Lost", "9", "2025-12-20", "yes", "no", "2025-10-01"),
]
SECOND = [
    ("D1", "A", "Proposal", "150", "2026-03-01", "no", "no", "2026-01-01"),
    ("D2", "A", "Proposal", "200", "2026-06-10", "no", "no", "2026-01-01"),
    ("D3", "A", "Proposal", "300", "2026-03-01", "no", "no", "2026-01-01"),
    ("D4", "A", "Won", "400", "2026-02-05", "yes", "yes", "2026-01-01"),
    ("D5", "A", "Proposal", "500", "2026-03-15", "no", "no", "2025-10-01"),
    ("D6", "A", "Proposal", "60", "2026-03-30", "no", "no", "2026-02-10"),
    ("D8", "A", "Lost", "80", "2026-02-11", "yes", "no", "2026-01-01"),
    ("D9", "A", "Lost", "9", "2025-12-20", "yes", "no", "2025-10-01"),
]
MOVED = {
    "opening": 780, "new": 60, "pulled in": 300, "pushed out": -200, "increased": 50, "won": -400, "lost": -80,
    "reopened": 500, "closing": 1010,
}  # fmt: skip


@pytest.fixture
def exports() -> Any:
    with time_machine.travel("2026-02-20T12:00:00Z", tick=True):
        take_in("a.csv", text(dict(zip(COLUMNS, row, strict=True)) for row in FIRST), as_of="2026-01-31")
        yield bring("b.csv", text(dict(zip(COLUMNS, row, strict=True)) for row in SECOND), as_of="2026-02-14")


def _moved(**asked: Any) -> dict[str, int]:
    rows = answer("pipeline_movement", **asked)["rows"]
    return {row["by"]["movement"]: int(row["value"]) for row in rows}


def test_each_deal_moved_in_one_way_and_all_of_it_adds_up(exports: Any) -> None:
    month = {"grain": Grain.MONTH, "since": date(2026, 2, 1), "until": date(2026, 3, 1)}
    assert _moved(**month) == MOVED
    assert _moved(since=date(2026, 2, 1), until=date(2026, 2, 15)) == MOVED, "between any two days"
    assert sum(MOVED.values()) == 2 * MOVED["closing"]


def test_the_movement_of_a_week(exports: Any) -> None:
    week = {"grain": Grain.WEEK, "since": date(2026, 2, 9), "until": date(2026, 2, 16)}
    found = _moved(**week)
    assert "won" not in found, "in the week before"
    assert {name: found[name] for name in ("opening", "lost", "new", "reopened", "closing")} == {
        "opening": 380, "lost": -80, "new": 60, "reopened": 500, "closing": 1010,
    }  # fmt: skip


def test_an_import_taken_back_takes_its_history_along(exports: Any) -> None:
    actions.undo(batch=exports)
    hooks.settle(wait=True)
    answers = _moved(grain=Grain.MONTH, since=date(2026, 2, 1), until=date(2026, 3, 1))
    assert "reopened" not in answers
    assert answers["closing"] == 780


def test_a_report_of_stages_says_by_their_names_that_a_deal_was_closed() -> None:
    with time_machine.travel("2026-02-20T12:00:00Z", tick=True):
        take_in("deals.csv", text([dict(zip(COLUMNS, SECOND[4], strict=True))]))
        rows = [
            {"deal_id": "D5", "changed_at": "2025-11-01", "stage": "Proposal", "amount": "500"},
            {"deal_id": "D5", "changed_at": "2025-12-20", "stage": "Closed Lost", "amount": "500"},
            {"deal_id": "D5", "changed_at": "2026-02-10", "stage": "Proposal", "amount": "450"},
        ]
        bring("history.csv", text(rows), object="deal_history")
        month = {"grain": Grain.MONTH, "since": date(2026, 2, 1), "until": date(2026, 3, 1)}
        assert _moved(**month) == {"reopened": 500, "closing": 500}, "as the export has it since"
