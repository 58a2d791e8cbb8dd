"""Growth, run rate, targets and attainment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.metrics.definitions.worlds import frames, one, rows, values

# Working Backwards wbr-app, unit test scenarios 1 and 3, Apache-2.0 (as published in its repository).
WEEKS = (496725868, 499671126, 464148871, 457477195, 460207741, 470759324)
WEEKS_YEAR_BEFORE = (429282793, 439825733, 453443686, 402629589, 383456304, 383306638)


def near(value: Decimal | None, expected: str, digits: str = "1e-11") -> bool:
    assert value is not None
    return abs(value - Decimal(expected)) < Decimal(digits)


def test_week_over_week_and_year_over_year_meet_wbr() -> None:
    """wbr-app: six weeks to 2021-09-25 (a Saturday) and the same weeks 364 days earlier.

    Each week's total stands on the Monday of our week that holds its middle, so that weeks keep their distance.
    """
    lines = []
    for weeks, last in ((WEEKS, date(2021, 9, 20)), (WEEKS_YEAR_BEFORE, date(2020, 9, 21))):
        lines += [{"day": last - timedelta(7 * (5 - i)), "net": net} for i, net in enumerate(weeks)]
    world = frames(lines=lines)
    assert near(values("growth_wow", world, "2021-09-26", "week")["2021-09-20"], "0.0229278694379893")
    assert near(values("growth_yoy", world, "2021-09-26", "week")["2021-09-20"], "0.2281533303", "1e-9")


@pytest.mark.parametrize(
    ("grain", "now", "before", "expected"),
    [
        ("month", 1632139558, 1414967367, "0.1534821198459484"),
        ("quarter", 6114047468, 4983477313, "0.22686371061643484"),
    ],
)
def test_to_date_meets_wbr(grain: str, now: int, before: int, expected: str) -> None:
    """wbr-app: month and quarter to 25 September against the same dates; what comes later is not compared."""
    lines = [
        {"day": "2021-09-25", "net": now}, {"day": "2020-09-25", "net": before},
        {"day": "2020-09-26", "net": 999}, {"day": "2021-09-26", "net": 999},
    ]  # fmt: skip
    start = "2021-09-01" if grain == "month" else "2021-07-01"
    found = values("growth_yoy", frames(lines=lines), "2021-09-25", grain)
    assert near(found[start], expected)


def test_missing_base_is_no_value_with_its_reason() -> None:
    """wbr-app: a comparison whose prior value is missing is null, not 0."""
    world = frames(lines=[{"day": "2024-02-10", "net": 5}])
    (row,) = rows("growth_mom", world, "2024-02-29", "month").to_dict("records")
    assert str(row["value"]) == "nan"
    assert row["status"] == "no revenue in the comparison period"


@pytest.mark.parametrize("base", [0, -5])
def test_zero_or_negative_base_is_na_and_keeps_the_change(base: int) -> None:
    world = frames(lines=[{"day": "2024-01-10", "net": base}, {"day": "2024-02-10", "net": 7}])
    row = rows("growth_mom", world, "2024-02-29", "month").to_dict("records")[-1]
    assert str(row["value"]) == "nan"
    assert row["status"] == "base is zero or negative"
    assert row["numerator"] == (7 - base) * 10_000


def test_april_compares_with_the_whole_of_march() -> None:
    """Published comparison case: 1–30 April against the whole of March, never a window of 29 days."""
    lines = [{"day": f"2024-03-{d:02d}", "net": 1} for d in range(1, 32)]
    lines += [{"day": f"2024-04-{d:02d}", "net": 1} for d in range(1, 31)]
    found = values("growth_mom", frames(lines=lines), "2024-04-30", "month")["2024-04-01"]
    assert near(found, str(Decimal(-1) / 31), "1e-12")


def test_29_february_compares_with_28_february() -> None:
    lines = [{"day": "2023-02-28", "net": 10}, {"day": "2023-03-01", "net": 99}, {"day": "2024-02-29", "net": 12}]
    assert values("growth_yoy", frames(lines=lines), "2024-02-29", "year")["2024-01-01"] == Decimal("0.2")


def test_trailing_year() -> None:
    lines = [{"day": f"{y}-{m:02d}-15", "net": y - 2021} for y in (2022, 2023, 2024) for m in range(1, 13)]
    found = values("growth_ttm", frames(lines=lines), "2024-12-31", "month")
    assert found["2024-12-01"] == Decimal("0.5")
    assert found["2023-12-01"] == Decimal(1)
    assert found["2023-11-01"] is None  # its base begins before the data


def test_run_rate_is_the_last_full_month_times_twelve() -> None:
    world = frames(lines=[{"day": "2024-02-10", "net": 100}, {"day": "2024-03-05", "net": 7}])
    assert one("run_rate", world, "2024-03-20") == Decimal(1200)
    assert values("run_rate", world, "2024-03-31", "quarter") == {"2024-01-01": Decimal(84)}


def test_months_beat_the_year_and_days_add_up_to_the_target() -> None:
    world = frames(
        targets=[
            {"metric": "net_revenue", "start": "2024-01-01", "end": "2025-01-01", "amount": 366},
            {"metric": "net_revenue", "start": "2024-03-01", "end": "2024-04-01", "amount": "1000.0001"},
        ],
        lines=[{"day": "2024-03-10", "net": 500}, {"day": "2024-04-02", "net": 15}],
    )  # fmt: skip
    months = values("target", world, "2024-04-10", "month")
    assert months["2024-03-01"] == Decimal("1000.0001")
    assert months["2024-02-01"] == Decimal(29)
    assert one("target", world, "2024-04-10") == Decimal("1000.0001") + 366 - 31
    assert values("attainment", world, "2024-04-10", "month")["2024-04-01"] == Decimal("1.5")


def test_attainment_keeps_to_its_scope() -> None:
    span = {"metric": "revenue", "start": "2024-01-01", "end": "2024-02-01"}
    world = frames(
        targets=[
            span | {"amount": 1000}, span | {"amount": 10, "team": "North"}, span | {"amount": 0, "team": "South"},
        ],
        lines=[{"day": "2024-01-05", "net": 20, "team": "North"}, {"day": "2024-01-06", "net": 5, "team": "South"}],
    )  # fmt: skip
    assert one("attainment", world, "2024-01-31") == Decimal("0.025")
    assert values("attainment", world, "2024-01-31", by=("team",)) == {(None, "North"): 2, (None, "South"): None}
    status = rows("attainment", world, "2024-01-31", by=("team",))["status"].tolist()
    assert status == ["", "no target, or it is zero"]
