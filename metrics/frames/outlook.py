"""Frames made of others: what a new exchange rate did to running subscriptions, and what was forecast when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl

from core.periods import Grain
from metrics.definitions.forecast_history import forecasts_made
from metrics.definitions.frames import Frames
from metrics.definitions.grouping import to_dates
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Scene
from metrics.frames.fetch import Array, amounts, day, fetch, frame, ids
from metrics.frames.revenue import INTERVALS, deal_history, deals
from metrics.frames.world import World

_DIMS = ("segment", "region", "industry", "team", "rep", "product_family")


def revaluations(world: World) -> pd.DataFrame:
    """Subscriptions in another currency, valued anew at the rate in force on the first day of each month they run.

    The first value is that of the day they started, so that start + Σ change is the value of the month; only months
    in which the value differs have a row.
    """
    table = fetch(
        f"SELECT id, account_id, product_id, owner_id, {day('starts_on')} AS starts, {day('ends_on')} AS ends, "
        f'amount, "interval", currency FROM revenue_subscription{world.where("account_id")} ORDER BY id',
        text=("interval", "currency"),
    ).filter((pl.col("currency") != world.currency) & pl.col("starts").is_not_null())
    found = [_revalued(world, str(code), rows) for (code,), rows in table.group_by(["currency"], maintain_order=True)]
    kept = [each for each in found if each["day"].size]
    columns = {name: np.concatenate([each[name] for each in kept]) if kept else _NONE for name in _COLUMNS}
    accounts, owners = columns["account"], columns["owner"]
    account_owners = world.owner_of(accounts)
    return frame(
        "revaluations",
        {
            "subscription_id": columns["id"],
            "account_id": accounts,
            "day": to_dates(columns["day"]),
            "change": columns["change"],
            **world.account_dims(accounts),
            **world.rep_dims(np.where(account_owners < 0, owners, account_owners)),
            "product_family": world.family(columns["product"]),
        },
    )


_COLUMNS = ("id", "account", "product", "owner", "day", "change")
_NONE = np.zeros(0, dtype=np.int64)


def _revalued(world: World, currency: str, rows: pl.DataFrame) -> dict[str, Array]:
    """One row per subscription and month in which its value changed, for the subscriptions of one currency."""
    annual = (
        amounts(rows["amount"])
        * rows["interval"].replace_strict(INTERVALS, default=12, return_dtype=pl.Int64).to_numpy()
    )
    first, told = world.rates.value_on(annual, currency, rows["starts"].to_numpy())
    starts, last = rows["starts"].to_numpy(), _number(min(world.as_of, date(9999, 1, 1)))
    ends = rows["ends"].fill_null(last + 1).to_numpy()
    months = _months(world, int(starts.min()), last) if len(starts) else _NONE
    low = np.searchsorted(months, starts, side="right")
    count = np.where(told, np.maximum(np.searchsorted(months, np.minimum(ends, last + 1)) - low, 0), 0)
    row = np.repeat(np.arange(len(starts)), count)
    step = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    when = months[low[row] + step]
    value, _ = world.rates.value_on(annual[row], currency, when)
    before = np.where(step == 0, first[row], np.roll(value, 1))
    change = value - before
    moved = change != 0
    row = row[moved]
    return {
        "id": ids(rows["id"])[row], "account": ids(rows["account_id"])[row], "product": ids(rows["product_id"])[row],
        "owner": ids(rows["owner_id"])[row], "day": when[moved], "change": change[moved],
    }  # fmt: skip


def _months(world: World, first: int, last: int) -> Array:
    """First days of the calendar's months from the one that holds `first` to the one that holds `last`."""
    if last < first:
        return _NONE
    epoch = np.datetime64(0, "D")
    periods = world.calendar.range(Grain.MONTH, (epoch + first).item(), (epoch + last).item())
    return np.array([_number(period.start) for period in periods], dtype=np.int64)


def _number(when: date) -> int:
    return (when - date(1970, 1, 1)).days


def forecasts(world: World) -> pd.DataFrame:
    """What the forecast of each month and quarter was on the first day of each month, as history tells it."""
    known = {name: world.loaded.get(name) for name in ("deals", "deal_history")}
    frames = Frames(
        deals=deals(world) if known["deals"] is None else known["deals"],
        deal_history=deal_history(world) if known["deal_history"] is None else known["deal_history"],
    )
    made = forecasts_made(Scene(frames, Setting(as_of=world.as_of, calendar=world.calendar, policy=world.policy)))
    return frame(
        "forecasts",
        {
            "made": to_dates(made.made),
            "start": to_dates(made.start),
            "end": to_dates(made.end),
            "amount": made.amount,
            **world.rep_dims(made.owner),
        },
    )
