"""Medians and quartiles by member and period, without a loop over groups."""

from __future__ import annotations

import numpy as np

from metrics.definitions.grouping import Ints, period_starts
from metrics.definitions.long import Long, long
from metrics.definitions.scene import Cut


def quantiles(cut: Cut, day: Ints, member: Ints, values: Ints, quarter: int) -> list[Long]:
    """The `quarter`/4 quantile (linear interpolation) of integer `values`, one long table per grain of the cut.

    The numerator is four times the quantile and the denominator four, so that it is exact; n counts the values.
    """
    tables = []
    for grain in cut.grains:
        period = period_starts(cut.setting.calendar, grain, day)
        order = np.lexsort((values, period, member))
        groups = np.ones(day.size, dtype=bool)
        groups[1:] = (np.diff(member[order]) != 0) | (np.diff(period[order]) != 0)
        starts = np.flatnonzero(groups)
        sizes = np.diff(np.append(starts, day.size))
        whole, rest = np.divmod(quarter * (sizes - 1), 4)
        ranked = values[order]
        low = ranked[starts + whole]
        high = ranked[starts + np.minimum(whole + 1, sizes - 1)]
        tables.append(
            long(
                grain, period[order][starts], member[order][starts],
                numerator=4 * low + rest * (high - low), denominator=np.full(starts.size, 4), n=sizes,
            )
        )  # fmt: skip
    return tables
