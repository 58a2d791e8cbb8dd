"""The five tests, the quality shares, targets beside them, and the verdict."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from metrics.definitions.limits import process_limits
from metrics.definitions.policy import Policy
from metrics.definitions.quality_policy import QualityPolicy, Threshold
from metrics.definitions.verdict import Verdict, judge
from tests.metrics.definitions.worlds import frames, one, rows, setting, values


def policy(**rest: Any) -> Policy:
    return Policy(quality=(QualityPolicy(tests=("margin", "price", "route"), **rest),))


def line(net: Any, **rest: Any) -> dict[str, Any]:
    return {"day": "2024-01-10", "net": net, "cost": 10, "list_amount": net, "route": "direct", **rest}


def test_each_reason_and_the_unknown_add_up_to_revenue() -> None:
    world = frames(
        lines=[
            line(100), line(50, cost=40), line(80, list_amount=160), line(30, route="Broker"),
            line(20, cost=None), line(7, cost=None, route="broker"), line(-10, cost=-1),
        ]
    )  # fmt: skip
    how = setting("2024-01-31", policy=policy())
    assert values("quality_split", world, how) == {
        (None, "quality"): 90, (None, "margin"): 50, (None, "price"): 80, (None, "route"): 37, (None, "unknown"): 20,
    }  # fmt: skip
    assert one("quality_revenue", world, how) == 90
    assert one("quality_share", world, how) == Decimal(90) / 277 // Decimal("1e-12") * Decimal("1e-12")
    assert one("quality_coverage", world, how) == Decimal("0.902527075812")
    assert one("broker_share", world, how) == Decimal("0.133574007220")


def test_the_index_weighs_what_is_known() -> None:
    world = frames(lines=[line(100, cost=90), line(100, cost=None, route=None), line(60)])
    found = one("quality_index", world, setting("2024-01-31", policy=policy()))
    assert found == Decimal("0.871794871795")  # (100 × 2/3 + 100 × 1/1 + 60) / 260


def test_where_nothing_can_be_decided_there_is_no_share() -> None:
    bare = frames(lines=[{"day": "2024-01-10", "net": 5}])
    for key in ("quality_revenue", "quality_share", "quality_index"):
        (row,) = rows(key, bare, "2024-01-31").to_dict("records")
        assert str(row["value"]) == "nan"
        assert row["status"] == "no line could be decided"
    assert one("quality_coverage", bare, "2024-01-31") == 0


def test_past_periods_keep_their_policy_and_thresholds_may_differ_by_family() -> None:
    strict = QualityPolicy(2, date(2024, 2, 1), tests=("margin",), margin_floor=(Threshold(9_500),))
    mild = QualityPolicy(
        1, tests=("margin",), margin_floor=(Threshold(1_000), Threshold(9_999, product_family="Software"))
    )
    world = frames(
        lines=[line(100), line(100, day="2024-02-10"), line(100, product_family="Software"), line(100, day=None)]
    )
    how = setting("2024-02-28", policy=Policy(quality=(strict, mild)))
    found = values("quality_revenue", world, how, "month")
    assert found == {"2024-01-01": 100, "2024-02-01": 0, None: 0}


def test_in_the_right_way() -> None:
    """The contract's own sentence: "we hit 104 %, 71 % of it in the right way" takes both from one target."""
    world = frames(
        lines=[line(71), line(33, route="broker")],
        targets=[{"metric": "net_revenue", "start": "2024-01-01", "end": "2024-02-01", "amount": 100}],
    )
    how = setting("2024-01-31", policy=policy())
    assert one("attainment", world, how) == Decimal("1.04")
    assert one("quality_attainment", world, how) == Decimal("0.71")


def test_process_limits() -> None:
    """Published process-limit case: 10, 12, 11, 13, 9, 12, 11, 10 → mean 11, range 2.0, limits 5.68 and 16.32."""
    limits = process_limits([10, 12, 11, 13, 9, 12, 11, 10])
    assert (limits.mean, limits.moving_range) == (11, 2)
    assert limits.lower == pytest.approx(5.68)
    assert limits.upper == pytest.approx(16.32)
    assert [limits.signal(v) for v in (5, 11, 17)] == [-1, 0, 1]


@pytest.mark.parametrize(
    ("growth", "reached", "signal", "quality", "verdict"),
    [
        (0.1, 1.02, 0, None, Verdict.WINNING), (0.1, 1.02, 0, 0.5, Verdict.WRONG_WAY),
        (0.1, 0.95, 0, None, Verdict.AT_RISK), (-0.1, 0.8, -1, None, Verdict.LOSING),
        (0.1, 0.8, 0, None, Verdict.AT_RISK), (-0.1, None, 0, None, Verdict.AT_RISK),
        (-0.1, None, -1, None, Verdict.LOSING), (0.1, None, 0, None, Verdict.WINNING), (None, None, 0, None, None),
        (0.1, None, 0, 0.5, Verdict.AT_RISK), (0.1, None, 0, 0.75, Verdict.WINNING), (0.0, 0.8, 0, 0.5, Verdict.LOSING),
    ],
)  # fmt: skip
def test_the_verdict(growth: Any, reached: Any, signal: int, quality: Any, verdict: Verdict | None) -> None:
    assert judge(growth, reached, signal, quality, 0.75) is verdict


def test_the_verdict_of_a_year_to_date() -> None:
    lines = [
        {"day": f"{year}-{month:02d}-05", "net": 100 + year - 2022} for year in (2022, 2023) for month in range(1, 13)
    ]
    lines += [{"day": "2024-01-05", "net": 150}, {"day": "2024-02-05", "net": 150}]
    found = values("growth_verdict", frames(lines=lines), "2024-02-10", "year")
    assert found[("2024-01-01", "winning")] == Decimal("0.485148514851")
