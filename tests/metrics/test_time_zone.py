"""What happens near midnight happens on the company's own day."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import Company
from core.periods import Grain
from metrics.answers import answer
from tests.metrics.company import ACCOUNTS, REPS, bring, take_in, text

pytestmark = pytest.mark.django_db

DEAL = {
    "deal_id": "D1", "account_id": "A1", "owner": "R1", "stage": "Won", "amount": "12000", "created_on": "2026-03-01",
    "close_on": "2026-03-31", "is_closed": "yes", "is_won": "yes",
}  # fmt: skip
OPEN = {
    **DEAL, "deal_id": "D2", "stage": "Open", "amount": "700", "close_on": "2026-06-30", "is_closed": "no",
    "is_won": "no",
}  # fmt: skip


@pytest.fixture
def los_angeles() -> None:
    company = Company.current()
    company.time_zone = "America/Los_Angeles"
    company.save()
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("reps.csv", text(REPS))
    take_in("deals.csv", text([DEAL, OPEN]))


def _by(key: str, name: str, **asked: Any) -> dict[Any, str]:
    return {(row["period"], row["by"][name]): row["value"] for row in answer(key, **asked)["rows"]}


@pytest.mark.usefixtures("los_angeles")
def test_a_touch_late_on_the_day_of_the_close_counts_and_one_after_midnight_does_not() -> None:
    at = {"deal_id": "D1", "function": "marketing"}
    rows = [
        {**at, "touched_at": "2026-03-02 10:00", "channel": "search"},
        {**at, "touched_at": "2026-03-31 23:30", "channel": "email"},
        {**at, "touched_at": "2026-04-01 00:30", "channel": "social"},
    ]
    bring("touches.csv", text(rows))
    found = _by("attributed", "channel", where={"model": "last"})
    assert found == {(None, "email"): "12000", (None, "search"): "0"}
    assert _by("attributed", "channel", where={"model": "linear"}) == {
        (None, "email"): "6000",
        (None, "search"): "6000",
    }


@pytest.mark.usefixtures("los_angeles")
def test_a_change_late_on_the_last_day_of_a_month_is_that_months() -> None:
    rows = [
        {"deal_id": "D2", "changed_at": "2026-03-02 09:00", "amount": "500", "close_on": "2026-06-30"},
        {"deal_id": "D2", "changed_at": "2026-04-30 23:30", "amount": "700", "close_on": "2026-06-30"},
    ]
    bring("deal_history.csv", text(rows))
    found = _by("pipeline_movement", "movement", grain=Grain.MONTH)
    assert found["2026-04-01", "increased"] == "200"
    assert ("2026-05-01", "increased") not in found
