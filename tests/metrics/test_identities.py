"""Identities: what breaks one is named, is not published, and leaves the numbers as they were."""

from __future__ import annotations

import pytest
import time_machine
from django.core.management import CommandError, call_command

from metrics import audit
from metrics.answers import answer
from metrics.compute import runs
from metrics.compute.identities import Broken, broken, identities
from metrics.models import Due, MetricRun, MetricValue
from metrics.tasks import compute_due
from tests.metrics.company import bring_company

pytestmark = pytest.mark.django_db
COLUMNS = "metric, grain, period, dim, member, numerator, denominator, n"


@pytest.fixture(autouse=True)
def _day() -> object:
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def relation(*rows: tuple[str, str, str | None, str, str, int]) -> str:
    """A relation of values: metric, grain, period, dim, member, numerator."""

    def cell(row: tuple[str, str, str | None, str, str, int]) -> str:
        metric, grain, period, dim, member, top = row
        day = f"DATE '{period}'" if period else "NULL::date"
        name = member.replace("|", "' || chr(31) || '")
        return f"('{metric}', '{grain}', {day}, '{dim}', '{name}', {top}::numeric, NULL::numeric, 1)"

    return f"(SELECT * FROM (VALUES {', '.join(map(cell, rows))}) AS t({COLUMNS}))"


JANUARY = ("month", "2026-01-01")
BREAKS = [
    ("members", [("bookings", *JANUARY, "", "", 10), ("bookings", *JANUARY, "rep", "R", 9)]),
    ("periods", [("bookings", "all", None, "", "", 10), ("bookings", *JANUARY, "", "", 9)]),
    ("movements of MRR", [("mrr", *JANUARY, "", "", 10), ("mrr_new", *JANUARY, "", "", 9)]),
    ("revenue bridge", [("revenue_bridge", *JANUARY, "segment,movement", "A|opening", 10),
                        ("revenue_bridge", *JANUARY, "segment,movement", "A|closing", 9)]),
    ("pipeline", [("pipeline_movement", *JANUARY, "movement", "new", 10),
                  ("pipeline_movement", *JANUARY, "movement", "closing", 9)]),
    ("price, volume", [("growth_yoy", *JANUARY, "", "", 10), ("pvm_new", *JANUARY, "", "", 9)]),
    ("by quality", [("net_revenue", *JANUARY, "", "", 10), ("quality_split", *JANUARY, "reason", "route", 9)]),
    ("credit", [("bookings", *JANUARY, "", "", 10), ("attributed", *JANUARY, "model,channel", "linear|web", 9)]),
    ("by field", [("bookings", *JANUARY, "", "", 10), ("sourced_by_field", *JANUARY, "source", "sales", 9)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows"), BREAKS, ids=[name for name, _ in BREAKS])
def test_each_break_is_found_and_named(name: str, rows: list[tuple[str, str, str | None, str, str, int]]) -> None:
    (found,) = broken(relation(*rows))
    assert name in found.name
    assert found.count == 1
    assert "10 against 9" in str(found) or "9 against 10" in str(found)
    mended = [(*row[:5], 10) for row in rows]
    assert broken(relation(*mended)) == []


def test_a_run_that_breaks_one_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    bring_company()
    before, runs_before = answer("net_revenue"), MetricRun.newest()
    monkeypatch.setattr(runs, "broken", lambda values, keys: [Broken("the sum of things", 1, ("here: 1 against 2",))])
    Due.objects.create(object="revenue_lines")
    run = compute_due()
    assert run is not None
    assert run.published_at is None
    assert run.error == "the sum of things: broken at 1 place, here: 1 against 2"
    assert MetricRun.newest() == runs_before
    assert answer("net_revenue") == before
    assert not MetricValue.objects.filter(run_from=run.pk).exists()
    assert Due.objects.exists(), "it stays due"
    assert compute_due() is None, "but the same rows are not tried again and again"
    with pytest.raises(CommandError, match=r"not published, the numbers stay as they were\. the sum of things"):
        call_command("recompute")
    monkeypatch.undo()
    Due.objects.create(object="revenue_lines")
    again = compute_due()
    assert again is not None
    assert again.published_at is not None


def test_audit_knows_the_identities() -> None:
    bring_company()
    assert audit.check_identities().findings == ()
    assert audit.check_values().findings == ()
    MetricValue.objects.filter(metric="net_revenue", grain="all", dim="", run_to=None).update(numerator=1)
    found = " ".join(audit.check_identities().findings)
    assert "the members of every dimension" in found
    assert "revenue by quality" in found
    assert len({identity.name for identity in identities()}) == len(identities())
