"""Medians and quartiles by member and period, without a loop over groups."""

from __future__ import annotations

import numpy as np

from metrics.definitions.grouping import Ints, group, order_of, period_starts
from metrics.definitions.long import Long, long
from metrics.definitions.scene import Cut


def quantiles(cut: Cut, day: Ints, member: Ints, values: Ints, quarter: int) -> list[Long]:
    """The `quarter`/4 quantile (linear interpolation) of integer `values`, one long table per grain of the cut.

    The numerator is four times the quantile and the denominator four, so that it is exact; n counts the values.
    """
    tables = []
    rising = np.argsort(values, kind="stable")
    day, member, values = day[rising], member[rising], values[rising]
    for grain in cut.grains:
        period = period_starts(cut.setting.calendar, grain, day)
        cells = group(member, period)
        order = order_of(cells.ids, cells.size)
        sizes = np.bincount(cells.ids, minlength=cells.size)
        starts = np.cumsum(sizes) - sizes
        whole, rest = np.divmod(quarter * (sizes - 1), 4)
        ranked = values[order]
        low = ranked[starts + whole]
        high = ranked[starts + np.minimum(whole + 1, sizes - 1)]
        tables.append(
            long(
                grain, cells.day, cells.member,
                numerator=4 * low + rest * (high - low), denominator=np.full(starts.size, 4), n=sizes,
            )
        )  # fmt: skip
    return tables
