"""What will come, how the pipeline moved, and how right past forecasts were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Parts, Timing, Unit, pooled, shaped
from metrics.definitions.deal_states import COMMIT, History, States
from metrics.definitions.deals import weighted
from metrics.definitions.grouping import Ints, Windows, exact_sum, ranks
from metrics.definitions.growth import days
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.scene import Cut, Rows, Scene

FAMILY = "pipeline and forecast"
_BOTH = (Function.SALES, Function.MARKETING)


@pooled(
    "forecast", "Forecast", Unit.MONEY, frame="deals", day="close", family=FAMILY, functions=_BOTH, zero=True,
    timing=Timing.LEAD, moves="bookings",
    formula="Deals won in the period + open deals in the commit category in full + other open deals × probability.",
    why="One number, made the same way each week, so that it can be checked afterwards.",
)  # fmt: skip
def forecast(deals: Rows, scene: Scene) -> Parts:
    """Won + commit + weighted remainder; lost deals add nothing."""
    won, still = deals["is_closed"] & deals["is_won"], ~deals["is_closed"]
    commit = still & deals.isin("forecast_category", COMMIT)
    rest = still & ~commit & deals["probability_known"]
    value = np.where(won | commit, deals["amount"], 0)
    value = value + np.where(rest, weighted(deals["amount"], deals["probability"]), 0)
    return Parts(value, n=won | commit | rest, rows=won | still)


_LONGEST_MONTH = 45  # days; a longer forecast is one of a quarter


@dataclass(frozen=True)
class Judged:
    """Forecasts of periods that are over, one per member, period and day it was made, with what came. Days of 1970."""

    member: Ints
    made: Ints
    start: Ints
    end: Ints
    said: Ints
    actual: Ints

    @property
    def ahead(self) -> Ints:
        """Months (of 30 days, begun ones count) from the forecast to the period's start; 0 within the period."""
        return np.asarray(np.maximum(-(-(self.start - self.made) // 30), 0))

    def of(self, grain: Grain) -> Judged:
        """Those of quarters for the grain quarter, else those of months, which years and everything are made of."""
        quarter = self.end - self.start > _LONGEST_MONTH
        return self.where(quarter if grain is Grain.QUARTER else ~quarter)

    def where(self, keep: np.ndarray) -> Judged:
        """The rows where `keep` holds."""
        return Judged(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def _judged(cut: Cut) -> Judged:
    """Every forecast whose period is over, summed over what the cut does not tell apart."""
    forecasts, deals = cut.scene.rows("forecasts"), cut.scene.rows("deals")
    over = (forecasts.days("end") <= cut.scene.as_of + 1) & (forecasts.days("made") < forecasts.days("end"))
    keys = np.stack([cut.codes("forecasts"), *(forecasts.days(d) for d in ("made", "start", "end"))], axis=1)[over]
    keys, row = np.unique(keys, axis=0, return_inverse=True)
    said = exact_sum(row.reshape(-1), forecasts["amount"][over], len(keys))
    member, made, start, end = keys.T
    grouping = cut.grouping("deals", "close")
    won = Windows(grouping, grouping.sum(np.where(deals["is_closed"] & deals["is_won"], deals["amount"], 0)))
    actual = np.zeros(start.size, dtype=np.int64)
    if won.members.size and start.size:
        spans, place = np.unique(np.stack([start, end], axis=1), axis=0, return_inverse=True)
        table = won.between(spans[:, 0], spans[:, 1])
        found = np.minimum(np.searchsorted(won.members, member), won.members.size - 1)
        actual = np.where(won.members[found] == member, table[found, place.reshape(-1)], 0)
    return Judged(member, made, start, end, said, actual)


def judged(cut: Cut) -> Judged:
    """As `_judged`, worked out once for all keys that read it."""
    return cut.once("judged forecasts", partial(_judged, cut))


def _error(cut: Cut, absolute: bool) -> Long:
    tables = []
    for grain in cut.grains:
        found = judged(cut).of(grain)
        gap = np.abs(found.actual - found.said) if absolute else found.said - found.actual
        for months in np.unique(found.ahead).tolist():  # how far ahead, not rows
            mine = found.ahead == months
            made = pool(
                Cut(cut.scene, cut.by, (grain,)), found.start[mine], found.member[mine], numerator=gap[mine],
                denominator=found.actual[mine],
            )  # fmt: skip
            tables.append(made.labelled(ahead=f"{months:02d}"))
    return stack(tables)


_ERROR: dict[str, Any] = {
    "reads": ("forecasts", "deals"), "family": FAMILY, "functions": (Function.SALES,), "own_dims": ("ahead",),
    "numerator_scale": 10_000, "denominator_scale": 10_000, "empty": "nothing was won", "dims": ("team", "rep"),
    "grains": (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL),
}  # fmt: skip


@shaped(
    "forecast_wape", "Forecast error", Unit.RATE, **_ERROR, direction=Direction.DOWN,
    formula="Σ|actual − forecast| / Σ actual of periods that are over, by how many months ahead it was made.",
    why="A forecast earns its interval.",
)  # fmt: skip
def forecast_wape(cut: Cut) -> Long:
    """Weighted absolute percentage error."""
    return _error(cut, absolute=True)


@shaped(
    "forecast_bias", "Forecast bias", Unit.RATE, **_ERROR, direction=Direction.NEUTRAL,
    formula="Σ(forecast − actual) / Σ actual of periods that are over, by how many months ahead it was made.",
    why="Steady optimism can be corrected; scatter cannot.",
)  # fmt: skip
def forecast_bias(cut: Cut) -> Long:
    """Above 0 is too much promised."""
    return _error(cut, absolute=False)


def interval(value: float, past: list[tuple[float, float]], share: float = 0.8) -> tuple[float, float] | None:
    """The range that past (forecast, actual) pairs earned around a forecast: quantiles of actual / forecast.

    None with fewer than five pairs.
    """
    ratios = [actual / said for said, actual in past if said > 0]
    if len(ratios) < 5:
        return None
    low, high = np.quantile(ratios, [(1 - share) / 2, (1 + share) / 2])
    return value * float(low), value * float(high)


def _earned(cut: Cut, side: int) -> Long:
    """One end of the interval of each month and quarter that is not over, from the forecasts made as far ahead.

    What is won is certain: the interval lies around what is still open, and never ends below what has been won.
    """
    deals, calendar, as_of = cut.scene.rows("deals"), cut.setting.calendar, cut.setting.as_of
    parts = forecast(deals, cut.scene)
    grouping = cut.grouping("deals", "close")
    counted = np.zeros(len(deals), dtype=bool) if parts.n is None else parts.n
    certain = Windows(grouping, grouping.sum(np.where(deals["is_closed"] & deals["is_won"], deals["amount"], 0)))
    total, n = Windows(grouping, grouping.sum(parts.numerator)), Windows(grouping, grouping.sum(counted))
    tables = []
    for grain in cut.grains if total.members.size else ():
        past = judged(cut).of(grain)
        since = _months(past.start) - _months(past.made)
        period = calendar.period(grain, as_of)
        for _ in range(_AHEAD[grain]):
            start, end = days([period.start]), days([period.end])
            said, count = total.between(start, end)[0, 0], n.between(start, end)[0, 0]
            won = float(certain.between(start, end)[0, 0]) / 10_000
            mine = past.where(since == (period.start.year - as_of.year) * 12 + period.start.month - as_of.month)
            pairs = list(zip(mine.said.tolist(), mine.actual.tolist(), strict=True))
            found = interval(float(said) / 10_000 - won, [(float(s), float(a)) for s, a in pairs])
            value = np.array([np.nan if found is None else won + found[side]])
            status = "" if found else f"too few: {len(pairs)} past forecasts of 5"
            if count:
                tables.append(
                    long(grain, start, np.zeros(1), value=value, n=np.array([len(pairs)]), status=status)
                )  # fmt: skip
            period = calendar.next(period)
    return stack(tables)


def _months(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


_AHEAD = {Grain.MONTH: 4, Grain.QUARTER: 2}
_EARNED: dict[str, Any] = {
    "reads": ("deals", "forecasts"), "family": FAMILY, "functions": _BOTH, "dims": (), "timing": Timing.LEAD,
    "grains": (Grain.MONTH, Grain.QUARTER), "empty": "no past forecasts", "direction": Direction.NEUTRAL,
    "version": 2,
}  # fmt: skip


@shaped(
    "forecast_low", "Forecast, low end", Unit.MONEY, **_EARNED,
    formula="What is won + the open part of the forecast × the tenth percentile of actual / forecast of past periods, "
    "forecast as far ahead.",
    why="A forecast has the interval that past forecasts earned; nine in ten came in above this.",
)  # fmt: skip
def forecast_low(cut: Cut) -> Long:
    """The lower end of the earned 80 % interval; n = past forecasts."""
    return _earned(cut, 0)


@shaped(
    "forecast_high", "Forecast, high end", Unit.MONEY, **_EARNED,
    formula="What is won + the open part of the forecast × the ninetieth percentile of actual / forecast of past "
    "periods, forecast as far ahead.",
    why="A forecast has the interval that past forecasts earned; nine in ten came in below this.",
)  # fmt: skip
def forecast_high(cut: Cut) -> Long:
    """The upper end of the earned 80 % interval; n = past forecasts."""
    return _earned(cut, 1)


MOVES = ("opening", "new", "pulled in", "pushed out", "increased", "decreased", "won", "lost", "reopened", "closing")


@shaped(
    "pipeline_movement", "Pipeline movement", Unit.MONEY, reads=("deals", "deal_history"), family=FAMILY,
    functions=_BOTH, own_dims=("movement",), zero=True, direction=Direction.NEUTRAL,
    dims=("segment", "region", "team", "rep", "source_function"), grains=(Grain.MONTH, Grain.QUARTER),
    asked_grains=(Grain.WEEK, Grain.YEAR), version=2,
    formula="Open deals expected to close by the end of the quarter that the period ends in, at its start and end, and "
    "what moved them: new, pulled in, pushed out, increased, decreased, won, lost, reopened; opening + Σ = closing.",
    why="A pipeline of the same size may be a wholly different one.",
)  # fmt: skip
def pipeline_movement(cut: Cut) -> Long:
    """Movements of the quarter's open pipeline over each period."""
    members, row = ranks(cut.codes("deals"))
    tables = []
    for grain in cut.grains:
        for start, name, deal, value in cut.scene.once(("moves", grain), partial(_all_moves, cut, grain)):
            total = exact_sum(row[deal], value, members.size)
            n = np.bincount(row[deal], minlength=members.size)
            seen = n > 0
            size = int(seen.sum())
            made = long(grain, np.full(size, start), members[seen], numerator=total[seen], n=n[seen])
            tables.append(made.labelled(movement=name))
    return stack(tables)


def _all_moves(cut: Cut, grain: Grain) -> list[tuple[int, str, Ints, Ints]]:
    """(period start, movement, deal rows, signed amounts) of every period; the same for every cut."""
    history = cut.scene.once("deal states", lambda: History(cut.scene))
    begun = history.since[history.since > np.iinfo(np.int64).min]
    found: list[tuple[int, str, Ints, Ints]] = []
    if not begun.size:
        return found
    before = None
    for period in cut.periods(grain, int(begun.min()), cut.scene.as_of):
        start = int(np.datetime64(period.start, "D").astype(np.int64))
        end = min(int(np.datetime64(period.end, "D").astype(np.int64)) - 1, cut.scene.as_of)
        quarter = cut.setting.calendar.period(Grain.QUARTER, period.end - timedelta(1)).end
        limit = int(np.datetime64(quarter, "D").astype(np.int64))
        before = before or history.at(start - 1)
        after = history.at(end)
        for name, (which, value) in _moves(before, after, limit).items():
            deal = np.flatnonzero(which)
            if deal.size:
                found.append((start, name, deal, value[deal]))
        before = after
    return found


def _moves(before: States, after: States, limit: int) -> dict[str, tuple[np.ndarray, Ints]]:
    """Which deals each movement concerns, and their signed amounts (those of the other deals mean nothing)."""
    was, now = before.still & (before.close < limit), after.still & (after.close < limit)
    both = was & now
    change = after.amount - before.amount
    came, left = now & ~was, was & ~now
    return {
        "opening": (was, before.amount),
        "new": (came & ~before.there, after.amount),
        "pulled in": (came & before.still, after.amount),
        "pushed out": (left & after.still, -before.amount),
        "increased": (both & (change > 0), change),
        "decreased": (both & (change < 0), change),
        "won": (left & after.won, -before.amount),
        "lost": (left & ~after.still & ~after.won, -before.amount),
        "reopened": (came & before.there & ~before.still, after.amount),
        "closing": (now, after.amount),
    }
