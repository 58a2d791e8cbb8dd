"""Targets set by hand: laid out exactly, beside what was imported, counted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.models import AuditEvent, Role, User
from core.periods import Calendar, Grain
from metrics.compute.runs import compute
from metrics.definitions.registry import get
from metrics.models import Due, MetricRun, MetricValue, Target
from metrics.phasing import evenly, spread
from metrics.policy.actions import NotYours
from metrics.policy.checks import Refused
from metrics.targets import Scope, drop_target, phase_target, set_target
from revenue.models import Rep
from tests.metrics.company import bring, bring_company, text

Q1 = (date(2026, 1, 1), date(2026, 4, 1))
YEAR = Calendar().period(Grain.YEAR, date(2026, 1, 1))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-15 12:00Z", tick=False):
        yield


@pytest.fixture
def leader(db: None) -> User:
    return User.objects.create_user("lea@example.com", name="Lea", role=Role.SALES_LEADER)


def attainment(period: date = date(2026, 1, 1), grain: str = "quarter", **of: str) -> Decimal | None:
    compute(metrics=[get("attainment")])
    row = MetricValue.objects.filter(
        metric="attainment", grain=grain, period=period, dim=of.get("dim", ""), member=of.get("member", ""), run_to=None
    ).first()
    return row.denominator if row else None


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=60).filter(any))
def test_parts_add_up_and_never_stray_by_more_than_a_unit(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    running = wanted = 0
    for part, weight in zip(parts, weights, strict=True):
        running, wanted = running + part, wanted + weight
        assert abs(running * whole - total * wanted) * 2 <= whole
        assert part >= 0


def test_spread_by_hand() -> None:
    assert evenly(100, 3) == [33, 34, 33]
    assert evenly(1_000_000, 12)[:3] == [83_333, 83_334, 83_333]
    assert spread(100, [0, 1, 3]) == [0, 25, 75]
    for bad in ([0, 0], [2, -1]):
        with pytest.raises(ValueError, match="weights"):
            spread(1, bad)


def test_a_target_set_by_hand_counts_instead_of_the_imported_one(leader: User) -> None:
    bring_company()
    columns = {"metric": "net_revenue", "period_start": "2026-01-01", "period_end": "2026-04-01"}
    bring("targets.csv", text([{**columns, "amount": "900", "team": ""}, {**columns, "amount": "500", "team": "East"}]))
    imported = Target.objects.get(team=None)
    days = (date(2026, 3, 15) - Q1[0]).days + 1
    assert attainment() == pytest.approx(Decimal(900 * days) / 90, abs=Decimal("0.001"))

    own = set_target(actor=leader, metric="net_revenue", start=Q1[0], end=Q1[1], amount=1800_0000)
    assert own.pk != imported.pk
    assert attainment() == pytest.approx(Decimal(1800 * days) / 90, abs=Decimal("0.001"))
    assert set(Target.objects.current().values_list("amount", flat=True)) == {1800_0000, 500_0000}
    assert Target.objects.get(pk=imported.pk).amount == 900_0000

    drop_target(actor=leader, target=own)
    assert attainment() == pytest.approx(Decimal(900 * days) / 90, abs=Decimal("0.001"))
    assert [e.verb for e in AuditEvent.objects.filter(actor_id=leader.pk)] == ["took a target back", "set a target"]


def test_the_same_target_again_changes_its_amount(leader: User) -> None:
    MetricRun.objects.create(as_of=date(2026, 3, 1))
    for amount in (100, 200):
        set_target(actor=leader, metric="net_revenue", start=Q1[0], end=Q1[1], amount=amount)
    assert list(Target.objects.values_list("amount", "currency")) == [(200, "USD")]
    assert [e.detail["before"] for e in AuditEvent.objects.order_by("id")] == [None, 100]
    assert set(Due.objects.values_list("object", flat=True)) == {"targets"}


def test_scopes_do_not_get_into_each_others_way(leader: User) -> None:
    bring_company()
    rosa = Rep.objects.get(key="R1")
    for amount, scope in ((10, Scope()), (20, Scope(team="East")), (30, Scope(rep=rosa)), (40, Scope(segment="SMB"))):
        set_target(actor=leader, metric="net_revenue", start=Q1[0], end=Q1[1], amount=amount * 90_0000, scope=scope)
    days = (date(2026, 3, 15) - Q1[0]).days + 1
    assert attainment() == 10 * days
    for dim, member, amount in (("team", "East", 20), ("rep", "Rosa", 30), ("segment", "SMB", 40)):
        assert attainment(dim=dim, member=member) == amount * days


def test_a_year_is_laid_out_evenly(leader: User) -> None:
    rows = phase_target(actor=leader, metric="net_revenue", period=YEAR, amount=1000_0000)
    assert sum(row.amount for row in rows) == 1000_0000
    assert [row.period_start for row in rows] == [date(2026, month, 1) for month in range(1, 13)]
    assert {row.amount for row in rows} == {83_3333, 83_3334}


def test_a_year_is_laid_out_as_last_year_went(leader: User) -> None:
    bring_company()  # 2025: January 100, February 40.1234 net of a return, April 70
    compute()
    rows = phase_target(actor=leader, metric="net_revenue", period=YEAR, amount=4202468, seasonal=True)
    assert [row.amount for row in rows] == [200_0000, 80_2468, 0, 140_0000, *[0] * 8]


def test_a_part_is_laid_out_by_its_own_last_year(leader: User) -> None:
    bring_company()
    compute()
    rows = phase_target(
        actor=leader, metric="net_revenue", period=YEAR, amount=300, scope=Scope(segment="Enterprise"), seasonal=True
    )
    assert [row.amount for row in rows][:2] == [200, 100]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "no_such"}, "metric"),
        ({"amount": -1}, "amount"),
        ({"amount": 2**63}, "amount"),
        ({"end": date(2026, 1, 1)}, "period"),
        ({"end": date(2050, 1, 1)}, "period"),
        ({"scope": Scope(function="nobody")}, "function"),
        ({"scope": Scope(team="x" * 501)}, "team"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(change: dict[str, object], field: str, leader: User) -> None:
    asked = {"metric": "net_revenue", "start": Q1[0], "end": Q1[1], "amount": 1} | change
    with pytest.raises(Refused) as refused:
        set_target(actor=leader, **asked)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Target.objects.exists()


def test_what_cannot_be_laid_out_is_refused(leader: User) -> None:
    month = Calendar().period(Grain.MONTH, date(2026, 1, 1))
    for asked, field in (
        ({"period": month, "metric": "net_revenue"}, "period"),
        ({"period": YEAR, "metric": "quality_share"}, "metric"),
        ({"period": YEAR, "metric": "net_revenue", "seasonal": True}, "how"),
        ({"period": YEAR, "metric": "net_revenue", "seasonal": True, "scope": Scope("East", segment="SMB")}, "how"),
    ):
        with pytest.raises(Refused) as refused:
            phase_target(actor=leader, amount=1200, **asked)  # type: ignore[arg-type]
        assert refused.value.field == field


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.REP])
def test_others_set_nothing(role: Role, leader: User) -> None:
    other = User.objects.create_user("o@example.com", name="O", role=role)
    own = set_target(actor=leader, metric="net_revenue", start=Q1[0], end=Q1[1], amount=1)
    with pytest.raises(NotYours):
        set_target(actor=other, metric="net_revenue", start=Q1[0], end=Q1[1], amount=5)
    with pytest.raises(NotYours):
        phase_target(actor=other, metric="net_revenue", period=YEAR, amount=5)
    with pytest.raises(NotYours):
        drop_target(actor=other, target=own)
    assert Target.objects.get().amount == 1


def test_an_imported_target_is_not_taken_back_here(leader: User) -> None:
    bring_company()
    row = {"metric": "net_revenue", "period_start": "2026-01-01", "period_end": "2026-04-01", "amount": "9"}
    bring("targets.csv", text([row]))
    with pytest.raises(NotYours, match="undoing its import"):
        drop_target(actor=leader, target=Target.objects.get())
