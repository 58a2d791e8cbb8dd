"""What will come, how the pipeline moved, and how right past forecasts were."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Parts, Timing, Unit, pooled, shaped
from metrics.definitions.deals import weighted
from metrics.definitions.grouping import UNDATED, Ints, Windows, exact_sum, to_days
from metrics.definitions.links import join
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.scene import Cut, Rows, Scene

FAMILY = "pipeline and forecast"
_BOTH = (Function.SALES, Function.MARKETING)
COMMIT = frozenset({"commit", "committed", "closed"})


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


def _judged(cut: Cut) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Period start, months ahead, member, forecast and actual of every forecast whose period is over."""
    forecasts, deals = cut.scene.rows("forecasts"), cut.scene.rows("deals")
    start, end, made = forecasts.days("start"), forecasts.days("end"), forecasts.days("made")
    over = (end <= cut.scene.as_of + 1) & (made < end)
    grouping = cut.grouping("deals", "close")
    won = Windows(grouping, grouping.sum(np.where(deals["is_closed"] & deals["is_won"], deals["amount"], 0)))
    member = cut.codes("forecasts")
    actual = np.zeros(start.size, dtype=np.int64)
    if won.members.size and start.size:
        spans, place = np.unique(np.stack([start, end], axis=1), axis=0, return_inverse=True)
        table = won.between(spans[:, 0], spans[:, 1])
        row = np.minimum(np.searchsorted(won.members, member), won.members.size - 1)
        actual = np.where(won.members[row] == member, table[row, place.reshape(-1)], 0)
    ahead = np.maximum(-(-(start - made) // 30), 0)
    return start[over], ahead[over], member[over], forecasts["amount"][over], actual[over]


def _error(cut: Cut, absolute: bool) -> Long:
    start, ahead, member, said, actual = _judged(cut)
    gap = np.abs(actual - said) if absolute else said - actual
    tables = []
    for months in np.unique(ahead).tolist():  # how far ahead, not rows
        mine = ahead == months
        made = pool(cut, start[mine], member[mine], numerator=gap[mine], denominator=actual[mine])
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


@dataclass(frozen=True)
class States:
    """Every deal as it stood at the end of a day: whether it was there, open, won, its amount and expected close."""

    there: np.ndarray
    still: np.ndarray
    won: np.ndarray
    amount: Ints
    close: Ints


class History:
    """Deals as of any day, from the change history and, where it is silent, from the deal itself."""

    def __init__(self, scene: Scene) -> None:
        self.deals, history = scene.rows("deals"), scene.rows("deal_history")
        row, deal = join(self.deals["deal_id"], history["deal_id"])
        day = to_days(history["at"])[row]
        dated = day != UNDATED
        row, deal, day = row[dated], deal[dated], day[dated]
        order = np.lexsort((history["at"].astype("datetime64[s]").astype(np.int64)[row], deal))
        row, self.deal, self.day = row[order], deal[order], day[order]
        self.amount, self.amount_known = history["amount"][row], history["amount_known"][row]
        self.close = to_days(history["close"])[row]
        self.span = int(self.day.max()) + 2 if self.day.size else 1
        self.keys = self.deal * self.span + self.day
        size = len(self.deals)
        created = self.deals.days("created")
        heads = np.flatnonzero(np.diff(self.deal, prepend=-1))
        first = np.full(size, UNDATED)
        first[self.deal[heads]] = self.day[heads]
        self.since = np.where(created != UNDATED, created, np.where(first != UNDATED, first, np.iinfo(np.int64).min))
        self.over = np.where(self.deals["is_closed"], self.deals.days("close"), UNDATED)

    def at(self, day: int) -> States:
        """At the end of `day`."""
        number = np.arange(len(self.deals))
        place = np.searchsorted(self.keys, number * self.span + min(day, self.span - 1), side="right") - 1
        told = (place >= 0) & (self.deal[np.maximum(place, 0)] == number) if self.keys.size else number < 0
        place = np.maximum(place, 0)
        none = np.zeros(number.size, dtype=np.int64)
        amount, known, close = (
            (self.amount[place], self.amount_known[place], self.close[place]) if self.keys.size else (none, told, none)
        )
        there = self.since <= day
        done = self.over <= day
        return States(
            there, there & ~done, there & done & self.deals["is_won"],
            np.where(told & known, amount, self.deals["amount"]),
            np.where(told & (close != UNDATED), close, self.deals.days("close")),
        )  # fmt: skip


MOVES = ("opening", "new", "pulled in", "pushed out", "increased", "decreased", "won", "lost", "reopened", "closing")


@shaped(
    "pipeline_movement", "Pipeline movement", Unit.MONEY, reads=("deals", "deal_history"), family=FAMILY,
    functions=_BOTH, own_dims=("movement",), zero=True, direction=Direction.NEUTRAL,
    dims=("segment", "region", "team", "rep", "source_function"), grains=(Grain.MONTH, Grain.QUARTER),
    formula="Open deals expected to close by the end of the quarter, at the period's start and end, and what moved "
    "them: "
    "new, pulled in, pushed out, increased, decreased, won, lost, reopened; opening + Σ = closing.",
    why="A pipeline of the same size may be a wholly different one.",
)  # fmt: skip
def pipeline_movement(cut: Cut) -> Long:
    """Movements of the quarter's open pipeline over each period."""
    members, row = np.unique(cut.codes("deals"), return_inverse=True)
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
    for period in cut.periods(grain, int(begun.min()), cut.scene.as_of):
        start = int(np.datetime64(period.start, "D").astype(np.int64))
        end = min(int(np.datetime64(period.end, "D").astype(np.int64)) - 1, cut.scene.as_of)
        quarter = cut.setting.calendar.period(Grain.QUARTER, period.start).end
        limit = int(np.datetime64(quarter, "D").astype(np.int64))
        for name, (value, which) in _moves(history.at(start - 1), history.at(end), limit).items():
            deal = np.flatnonzero(which)
            if deal.size:
                found.append((start, name, deal, value[deal]))
    return found


def _moves(before: States, after: States, limit: int) -> dict[str, tuple[Ints, np.ndarray]]:
    """Signed amounts and which deals they concern, per movement."""
    was, now = before.still & (before.close < limit), after.still & (after.close < limit)
    both = was & now
    change = after.amount - before.amount
    came, left = now & ~was, was & ~now
    picks = {
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
    return {name: (np.where(which, value, 0), which) for name, (which, value) in picks.items()}
