"""Scales random lines to the revenue each week should bring, brokers' lines to their share of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from revenue.demo.span import Days, Span, monday
from revenue.demo.stories import BROKER, Stories


class Drafts(Protocol):
    """The columns that scaling looks at."""

    @property
    def day(self) -> Days: ...
    @property
    def listed(self) -> NDArray[np.float64]: ...
    @property
    def discount(self) -> NDArray[np.float64]: ...
    @property
    def route(self) -> NDArray[np.int64]: ...


@dataclass(frozen=True)
class Factors:
    """One factor per line, and the typical one for what has no line yet."""

    factor: NDArray[np.float64]
    typical: float


def scale_factors(
    stories: Stories,
    draft: Drafts,
    bill_dollars: NDArray[np.float64],
    bill_days: Days,
    bill_routes: NDArray[np.int64],
    level: NDArray[np.float64],
) -> Factors:
    """Factors that bring each bin's bills and lines to its level.

    A bin is a week within a quarter and within or outside the brokers' push. `level` is dollars per business day of
    the span. What bills already bring stays; the rest is shared between brokers' lines and all others.
    """
    span = stories.span
    days = span.business_days
    bins = _bins(stories, days)
    count = int(bins[-1]) + 1
    wanted = np.bincount(bins, level, count)
    share = np.bincount(bins, stories.broker_share(days) * level, count) / wanted
    own_bin = _bin_of(span, bins, days, draft.day)
    now = draft.day <= span.last
    net = draft.listed * (1 - draft.discount) * now
    broker = draft.route == BROKER
    broker_raw = np.bincount(own_bin, net * broker, count)
    other_raw = np.bincount(own_bin, net * ~broker, count)
    at = _bin_of(span, bins, days, bill_days)
    billed = np.bincount(at, bill_dollars, count)
    by_broker = np.bincount(at, bill_dollars * (bill_routes == BROKER), count)
    overall = float((wanted.sum() - billed.sum()) / (broker_raw.sum() + other_raw.sum()))
    with np.errstate(divide="ignore", invalid="ignore"):
        broker_factor = np.clip((share * wanted - by_broker) / broker_raw, overall / 5, overall * 4)
        broker_factor = np.where(broker_raw > 0, broker_factor, overall)
        rest = wanted - billed - broker_factor * broker_raw
        other_factor = np.where(other_raw > 0, np.maximum(rest / other_raw, overall / 6), overall)
    typical = float(np.median(other_factor))
    factor = np.where(broker, broker_factor[own_bin], other_factor[own_bin])
    return Factors(np.where(now, factor, typical), typical)


def _bins(stories: Stories, days: Days) -> NDArray[np.int64]:
    """The bin of each business day: counted up wherever the week, the quarter or the push begins or ends."""
    quarter = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
    marks = np.stack([monday(days), quarter, np.isin(days, stories.push)])
    return np.cumsum(np.r_[0, (marks[:, 1:] != marks[:, :-1]).any(axis=0)])


def _bin_of(span: Span, bins: NDArray[np.int64], days: Days, of: Days) -> NDArray[np.int64]:
    return bins[np.minimum(np.searchsorted(days, of), len(days) - 1)]
