"""How much revenue each week brings, and the rates of the euro: what the random lines are scaled to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revenue.demo.randoms import stream
from revenue.demo.span import Days, Span, monday
from revenue.demo.stories import Stories

WEEK_AT_END = 1_110_000.0  # dollars a week and unit of scale at the end of the span, season apart
GROWTH = 1.12  # a year
_SEASON = 0.06
_NOISE = 0.04
SIGNAL = 1.44
RATE_DAYS_BEFORE = 2600  # the euro's rates begin before the oldest subscription


def season(days: Days) -> NDArray[np.float64]:
    """Factor of the season: strongest in November, weakest in May."""
    return 1 + _SEASON * np.cos(2 * np.pi * (days.astype(np.float64) % 365.2425 - 325) / 365.2425)


def daily_level(stories: Stories, seed: int, days: Days) -> NDArray[np.float64]:
    """Dollars a business day should bring, per unit of scale: growth × season × the week's noise × the stories."""
    span = stories.span
    noise = stream(seed, "weeks").uniform(-_NOISE, _NOISE, 3_000)
    week = monday(days)
    quiet = _centred(1 + noise[((span.last - week) // 7) % 3_000], days)
    growth = GROWTH ** ((days - span.last) / 365.25)
    level = WEEK_AT_END / 5 * growth * season(days) * quiet
    weak = (days >= span.last_quarter) & (days < span.quarter)
    level = np.where(weak, level * np.where(np.isin(days, stories.push), 1.08, 0.985), level)
    after = (week > stories.signal_week) & (week <= stories.signal_week + 21)
    return level * np.where(week == stories.signal_week, SIGNAL, np.where(after, 0.92, 1.0))


def _centred(noise: NDArray[np.float64], days: Days) -> NDArray[np.float64]:
    """Noise that is 1 on average within each quarter, so that growth to date shows the growth and not the noise."""
    quarter = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
    _, which = np.unique(quarter, return_inverse=True)
    return noise / (np.bincount(which, noise) / np.bincount(which))[which]


@dataclass(frozen=True)
class Rates:
    """Dollars per euro in ten-thousandths, one per day from `first` on."""

    first: int
    rate: NDArray[np.int64]

    def on(self, days: Days) -> NDArray[np.int64]:
        """The rates of the days; later days take the last."""
        return self.rate[np.clip(days - self.first, 0, len(self.rate) - 1)]


def make_rates(span: Span, seed: int) -> Rates:
    """A calm random walk around 1.09 dollars, to four decimals, so that whole euros convert without rounding."""
    first = span.first - RATE_DAYS_BEFORE
    n = span.last - first + 1
    steps = stream(seed, "rates").normal(0, 0.0021, n)
    walk = np.empty(n)
    at = 0.0
    for i in range(n):
        at = at * 0.995 + steps[i]
        walk[i] = at
    return Rates(first, np.round((1.09 + walk) * 10_000).astype(np.int64))
