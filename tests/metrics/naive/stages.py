"""Deals in their stages and cohorts of deals, naively."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, naive
from tests.metrics.naive.pipeline import _history
from tests.metrics.naive.worlds import Row

Visit = tuple[str, date, date | None]  # stage, first day, the day it went on


def _visits(view: View, deal: Row) -> list[Visit]:
    """A deal's stays in stages: as history tells them, else the present stage since it was created."""
    told = [
        (r["stage"], r["at"]) for r in _history(view).get(deal["deal_id"], []) if r["stage"] and r["at"] <= view.as_of
    ]
    if not told and deal["stage"]:
        told = [(deal["stage"], deal["created"] or view.as_of)]
    runs = [step for i, step in enumerate(told) if i == 0 or step[0] != told[i - 1][0]]
    ends: list[date | None] = [start for _, start in runs[1:]]
    ends.append(deal["close"] if deal["is_closed"] else None)
    return [(stage, start, end) for (stage, start), end in zip(runs, ends, strict=False)]


def _all_visits(view: View) -> dict[int, list[Visit]]:
    found: dict[int, list[Visit]] = view.once(
        "visits", lambda: {deal["deal_id"]: _visits(view, deal) for deal in view.whole["deals"]}
    )
    return found


@naive("stuck_deals")
def stuck_deals(view: View) -> Answer:
    """Longer in the stage than deals were on average, and fourteen days more."""
    lengths: dict[str, list[int]] = {}
    for visits in _all_visits(view).values():
        for stage, start, end in visits:
            if end is not None and end >= start:
                lengths.setdefault(stage, []).append((end - start).days)
    stuck = judged = 0
    still = [deal for deal in view.rows["deals"] if not deal["is_closed"]]
    for deal in still:
        stage, start, _ = _all_visits(view)[deal["deal_id"]][-1]
        if stage in lengths:
            judged += 1
            stuck += (view.as_of - start).days > Fraction(sum(lengths[stage]), len(lengths[stage])) + 14
    return {"all": Cell(Fraction(stuck) if judged else None, judged)} if still else {}


def _ranks(view: View) -> dict[str, int]:
    """Stages in the order in which deals reach them, on average; equal ones by name."""
    places: dict[str, list[int]] = {}
    for visits in _all_visits(view).values():
        for number, (stage, _, _) in enumerate(visits):
            places.setdefault(stage, []).append(number)
    mean = {stage: Fraction(sum(at), len(at)) for stage, at in places.items()}
    return {stage: number for number, stage in enumerate(sorted(mean, key=lambda s: (mean[s], s)))}


@naive("stage_conversion")
def stage_conversion(view: View) -> Answer:
    ranks: dict[str, int] = view.once("stage ranks", lambda: _ranks(view))
    counts: dict[Any, list[int]] = {}
    for deal in view.rows["deals"]:
        visits = _all_visits(view)[deal["deal_id"]]
        furthest = max((ranks[stage] for stage, _, _ in visits), default=-1)
        reached: set[str] = set()
        for stage, start, _ in visits:
            if stage in reached:
                continue
            reached.add(stage)
            onward = deal["is_won"] or furthest > ranks[stage]
            if onward or deal["is_closed"]:
                counts.setdefault((view.bucket(start), stage), []).append(int(onward))
    return {place: Cell(Fraction(sum(went), len(went)), len(went)) for place, went in counts.items()}


def survivors(spans: list[tuple[float, bool]], at: float) -> Fraction:
    """Kaplan–Meier: the share left after `at`, from (length, whether its end was seen)."""
    left = Fraction(1)
    for when in sorted({length for length, ended in spans if ended and length <= at}):
        risk = sum(length >= when for length, _ in spans)
        left *= 1 - Fraction(sum(ended and length == when for length, ended in spans), risk)
    return left


def _cohorts(view: View) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for deal in view.rows["deals"]:
        if deal["created"] is not None and deal["created"] <= view.as_of:
            found.setdefault(view.bucket(deal["created"]), []).append(deal)
    return found


def _wait(view: View, deal: Row) -> tuple[float, bool] | None:
    """Days until a deal was won, or has been waited for; None where that cannot be told."""
    if not deal["is_closed"]:
        return (view.as_of - deal["created"]).days, False
    if not deal["is_won"]:
        return float("inf"), False
    if deal["close"] is None or deal["close"] < deal["created"]:
        return None
    return (deal["close"] - deal["created"]).days, True


@naive("win_curve")
def win_curve(view: View) -> Answer:
    """Lost deals are never won; a won deal without the day on which it was won says nothing of days."""
    answer: Answer = {}
    for period, deals in _cohorts(view).items():
        told = [deal for deal in deals if _wait(view, deal) is not None]
        spans = [span for deal in told if (span := _wait(view, deal)) is not None]
        if not spans:
            continue
        seen = (view.as_of - min(deal["created"] for deal in told)).days
        for day in [t for t in (30, 60, 90, 120, 180, 270, 365) if t <= seen]:
            answer[period, f"{day:03d}"] = Cell(1 - survivors(spans, day), len(spans))
    return answer


@naive("sales_cycle_days_open")
def sales_cycle_days_open(view: View) -> Answer:
    """The first day by which half of the deals that were not lost are won."""
    answer: Answer = {}
    for period, deals in _cohorts(view).items():
        waits = [_wait(view, deal) for deal in deals if deal["is_won"] or not deal["is_closed"]]
        spans = [span for span in waits if span is not None]
        if spans:
            days = sorted({length for length, ended in spans if ended})
            half = next((day for day in days if survivors(spans, day) <= Fraction(1, 2)), None)
            answer[period] = Cell(None if half is None else Fraction(half), len(spans))
    return answer
