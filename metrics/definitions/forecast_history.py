"""What the forecast was on earlier days, by what was known on them: so that it can be held against what came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.periods import Calendar, Grain, Period
from metrics.definitions.deal_states import History
from metrics.definitions.deals import weighted
from metrics.definitions.grouping import Ints, exact_sum, ranks
from metrics.definitions.scene import Scene

AHEAD = 3  # months beyond the running one


@dataclass(frozen=True)
class Forecasts:
    """One row per day it was made, period and owner of deals; days since 1970, amounts in ten-thousandths."""

    made: Ints
    start: Ints
    end: Ints
    owner: Ints
    amount: Ints


def forecasts_made(scene: Scene) -> Forecasts:
    """On the first day of each month since the first history: the forecasts of months and quarters to come.

    Each is made as the metric `forecast` is today: won by then, committed deals in full, others by their probability.
    A deal of which history says nothing by that day was not known, and is in no forecast.
    """
    columns: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
    history = History(scene)
    if history.day.size:
        calendar = scene.setting.calendar
        epoch = np.datetime64(0, "D")
        first, last = (epoch + int(history.day.min())).item(), (epoch + scene.as_of).item()
        owners, row = ranks(scene.rows("deals")["owner_id"])
        for month in calendar.range(Grain.MONTH, first, last):
            if first <= month.start <= last:
                columns += _made_on(history, month, _periods(calendar, month), owners, row)
    none = np.zeros(0, dtype=np.int64)
    return Forecasts(*(np.concatenate(c) for c in zip(*columns, strict=True))) if columns else Forecasts(*[none] * 5)


def _periods(calendar: Calendar, month: Period) -> list[Period]:
    """The running month and the next ones, the running quarter and the next."""
    months = [month]
    while len(months) <= AHEAD:
        months.append(calendar.next(months[-1]))
    quarter = calendar.period(Grain.QUARTER, month.start)
    return [*months, quarter, calendar.next(quarter)]


def _made_on(
    history: History, month: Period, periods: list[Period], owners: Ints, row: Ints
) -> list[tuple[Ints, Ints, Ints, Ints, Ints]]:
    day = _number(month.start)
    state, told = history.at(day), history.told(day)
    commit = state.still & told.known & told.commit
    rest = state.still & told.known & ~commit & told.probability_known
    value = np.where(state.won, history.deals["amount"], np.where(commit, state.amount, 0))
    value = value + np.where(rest, weighted(np.where(rest, state.amount, 0), told.probability), 0)
    close = np.where(state.won & (history.over <= day), history.over, state.close)
    counted = state.won | commit | rest
    known = np.flatnonzero(np.bincount(row[told.known], minlength=owners.size) > 0)
    found = []
    for period in periods:
        start, end = _number(period.start), _number(period.end)
        mine = counted & (close >= start) & (close < end)
        total = exact_sum(row[mine], value[mine], owners.size)[known]
        size = known.size
        found.append((np.full(size, day), np.full(size, start), np.full(size, end), owners[known], total))
    return found


def _number(day: object) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))  # type: ignore[call-overload]
