"""Is our revenue growing? Growth and attainment to date, with process limits that tell signal from noise."""

from __future__ import annotations

import enum
from datetime import timedelta

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Unit, shaped
from metrics.definitions.growth import days, growth_yoy, windows
from metrics.definitions.limits import process_limits
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut
from metrics.definitions.targets import attainment

LEAST = 12  # full periods before limits say anything
AT_RISK = 0.9  # attainment below which a plan is lost rather than late
_FINER = {Grain.YEAR: Grain.MONTH, Grain.QUARTER: Grain.MONTH, Grain.MONTH: Grain.WEEK}


class Verdict(enum.StrEnum):
    """The one word on the scoreboard."""

    WINNING = "winning"
    AT_RISK = "at risk"
    LOSING = "losing"
    WRONG_WAY = "hitting it the wrong way"


def judge(
    growth: float | None, reached: float | None, signal: int, quality: float | None = None, floor: float | None = None
) -> Verdict | None:
    """The verdict from growth on the year before, attainment to date, and the latest signal (1, 0, -1) of the series.

    On plan is winning, unless the quality share is under its floor: then the plan is hit the wrong way. Without a plan
    nothing was hit, and growth decides; growth under the floor is at risk. Behind plan or shrinking is losing where the
    plan is lost or the fall is a signal; what may be noise is at risk. None: no input.
    """
    if growth is None and reached is None:
        return None
    grows = growth is not None and growth > 0
    poor = quality is not None and floor is not None and quality < floor
    if reached is None:
        if grows:
            return Verdict.AT_RISK if poor else Verdict.WINNING
        return Verdict.LOSING if signal < 0 else Verdict.AT_RISK
    if reached >= 1:
        return Verdict.WRONG_WAY if poor else Verdict.WINNING
    near = reached >= AT_RISK or (grows and signal >= 0)
    return Verdict.AT_RISK if near else Verdict.LOSING


@shaped(
    "growth_verdict", "Is our revenue growing?", Unit.RATE, reads=("lines", "targets"), family="growth",
    functions=(Function.EVERYONE,), dims=(), grains=tuple(_FINER), own_dims=("verdict",), zero=True,
    numerator_scale=10_000, denominator_scale=10_000, empty="no revenue in the comparison period",
    formula="Growth to date against the year before, named by attainment to date and by whether the latest full week "
    "or "
    "month lies outside mean ± 2.66 × mean moving range of the last twelve or more.",
    why="The CEO must know within five seconds whether the company is winning.",
)  # fmt: skip
def growth_verdict(cut: Cut) -> Long:
    """growth_yoy of each period with its verdict; periods that nothing can be said of have the verdict ''."""
    tables = []
    for grain in cut.grains:
        part = Cut(cut.scene, cut.by, (grain,))
        grown, reached = growth_yoy(part), attainment(part)
        ratio = dict(zip(reached.period.tolist(), _ratios(reached), strict=True))
        signals = _signals(cut, grain)
        names = []
        for period, growth in zip(grown.period.tolist(), _ratios(grown), strict=True):
            said = judge(growth, ratio.get(period), signals.get(period, 0))
            names.append("" if said is None else said.value)
        tables.append(
            long(
                grain, grown.period, grown.member, numerator=grown.numerator, denominator=grown.denominator, n=grown.n,
                status=grown.status, verdict=np.array(names, dtype=object),
            )
        )  # fmt: skip
    return stack(tables)


def _ratios(table: Long) -> list[float | None]:
    pairs = zip(table.numerator.tolist(), table.denominator.tolist(), table.status.tolist(), strict=True)
    return [None if status or not bottom else top / bottom for top, bottom, status in pairs]


def _signals(cut: Cut, grain: Grain) -> dict[int, int]:
    """For each period start: the signal of the last full finer period in it, by the limits of those before."""
    money, _ = windows(cut, "net")
    finer = _FINER[grain]
    full = [
        p for p in (cut.periods(finer, money.first_day, cut.scene.as_of) if money.members.size else [])
        if p.end <= cut.setting.as_of + timedelta(1)
    ]  # fmt: skip
    if len(full) <= LEAST:
        return {}
    series = money.between(days([p.start for p in full]), days([p.end for p in full]))[0] / 10_000
    found: dict[int, int] = {}
    for number in range(LEAST, len(full)):
        last_day = full[number].end - timedelta(1)
        period = int(days([cut.setting.calendar.period(grain, last_day).start])[0])
        found[period] = process_limits(series[max(0, number - 24) : number].tolist()).signal(float(series[number]))
    return found
