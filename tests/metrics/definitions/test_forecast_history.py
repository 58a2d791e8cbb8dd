"""Forecasts as they were made on earlier days, from history alone, and the interval that they earned."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np

from metrics.definitions.forecast_history import forecasts_made
from metrics.definitions.scene import Scene
from tests.metrics.definitions.worlds import frames, setting, values


def scene(as_of: str) -> Scene:
    world = frames(
        deals=[
            {"deal_id": 1, "owner_id": 7, "amount": 100, "created": "2024-01-01", "close": "2024-02-10",
             "is_closed": True, "is_won": True, "probability": "1"},
            {"deal_id": 2, "owner_id": 7, "amount": 80, "created": "2024-01-01", "close": "2024-02-20",
             "is_closed": True, "probability": "0"},
            {"deal_id": 3, "owner_id": 7, "amount": 50, "created": "2024-01-20", "close": "2024-02-25",
             "is_closed": True, "is_won": True},
        ],
        deal_history=[
            {"deal_id": 1, "at": "2024-01-01", "amount": 90, "probability": "0.5", "close": "2024-02-01"},
            {"deal_id": 2, "at": "2024-01-01", "amount": 80, "probability": "0.25", "close": "2024-02-20"},
            {"deal_id": 2, "at": "2024-01-25", "amount": 80, "forecast_category": "Commit", "close": "2024-02-20"},
        ],
    )  # fmt: skip
    return Scene(world, setting(as_of))


def made(found: Scene) -> dict[tuple[date, date, int], int]:
    table = forecasts_made(found)
    spans = (table.end - table.start).tolist()
    return {
        (m, s, days): amount // 10_000
        for m, s, days, amount in zip(_days(table.made), _days(table.start), spans, table.amount.tolist(), strict=True)
    }


def _days(values: np.ndarray) -> list[date]:
    return [day.item() for day in values.astype("datetime64[D]")]


def test_a_forecast_knows_nothing_that_came_later() -> None:
    found = made(scene("2024-03-31"))
    february = (date(2024, 2, 1), 29)
    # On 1 January: 90 × 50 % + 80 × 25 %; deal 3 was not there. On 1 February: deal 2 is committed in full.
    assert found[(date(2024, 1, 1), *february)] == 65
    assert found[(date(2024, 2, 1), *february)] == 125
    # On 1 March February is over; the running quarter has what was won in it.
    assert (date(2024, 3, 1), *february) not in found
    assert found[(date(2024, 3, 1), date(2024, 1, 1), 91)] == 150


def test_without_history_nothing_was_forecast() -> None:
    assert not made(Scene(frames(deals=[{"deal_id": 1, "amount": 5, "created": "2024-01-01"}]), setting("2024-03-31")))


def test_the_interval_is_earned_by_forecasts_made_as_far_ahead() -> None:
    months = [f"2024-{m:02d}-01" for m in range(1, 8)]
    deals = [
        {"deal_id": i, "amount": 100, "close": start[:8] + "15", "is_closed": True, "is_won": True}
        for i, start in enumerate(months[:6])
    ]
    deals.append({"deal_id": 99, "amount": 200, "close": "2024-07-20", "forecast_category": "commit"})
    forecasts = [
        {"made": start, "start": start, "end": end, "amount": amount}
        for start, end, amount in zip(months, months[1:], (80, 100, 100, 125, 100, 100), strict=False)
    ]
    world = frames(deals=deals, forecasts=forecasts)
    low, high = (values(f"forecast_{end}", world, "2024-07-10", "month")["2024-07-01"] for end in ("low", "high"))
    assert low is not None
    assert high is not None
    assert low < 200 < high
    few = frames(deals=deals, forecasts=forecasts[:3])
    assert values("forecast_low", few, "2024-07-10", "month")["2024-07-01"] is None


def test_an_interval_never_ends_below_what_is_won_already() -> None:
    months = [f"2024-{m:02d}-01" for m in range(1, 8)]
    deals = [
        {"deal_id": i, "amount": 100, "close": start[:8] + "15", "is_closed": True, "is_won": True}
        for i, start in enumerate(months[:6])
    ]
    deals += [
        {"deal_id": 98, "amount": 300, "close": "2024-07-05", "is_closed": True, "is_won": True},
        {"deal_id": 99, "amount": 40, "close": "2024-07-20", "forecast_category": "commit"},
    ]
    # Each past month ended at half of what had been forecast on its first day.
    forecasts = [{"made": a, "start": a, "end": b, "amount": 200} for a, b in pairwise(months)]
    world = frames(deals=deals, forecasts=forecasts)
    ends = [values(f"forecast_{end}", world, "2024-07-10", "month")["2024-07-01"] for end in ("low", "high")]
    assert ends == [320, 320]
