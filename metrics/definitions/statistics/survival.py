"""Kaplan–Meier: the share still there after each length of time, with what cannot be known yet left out.

Kaplan & Meier (1958); standard error by Greenwood (1926); interval on the log(−log) scale (Kalbfleisch & Prentice).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True)
class KaplanMeier:
    """One entry per distinct time of an event, ascending."""

    times: Floats
    at_risk: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    survival: Floats
    error: Floats  # Greenwood standard error
    lower: Floats
    upper: Floats

    @property
    def median(self) -> float | None:
        """The first time at which at most half are left; None if more than half are left at the end."""
        reached = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[reached[0]]) if reached.size else None

    def at(self, when: npt.ArrayLike) -> Floats:
        """Survival at given times."""
        steps = np.concatenate([[1.0], self.survival])
        return np.asarray(steps[np.searchsorted(self.times, np.asarray(when), side="right")])

    def bounds(self, when: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Lower and upper end of the 95 % interval at given times; 1 before the first event, of which nothing tells."""
        place = np.searchsorted(self.times, np.asarray(when), side="right")
        low, high = (np.concatenate([[1.0], ends])[place] for ends in (self.lower, self.upper))
        return np.asarray(low), np.asarray(high)

    def risk(self, when: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """How many were at risk at the last event up to given times; 0 before the first."""
        steps = np.concatenate([[0], self.at_risk])
        return np.asarray(steps[np.searchsorted(self.times, np.asarray(when), side="right")])


def kaplan_meier(duration: npt.ArrayLike, observed: npt.ArrayLike, entry: npt.ArrayLike | None = None) -> KaplanMeier:
    """The estimate for durations (any unit), whether the end was observed, and the age at late entry (default 0).

    Somebody is at risk at t if entry < t ≤ duration; with entry 0 also at t = 0.
    """
    time, end = np.asarray(duration, dtype=np.float64), np.asarray(observed, dtype=bool)
    start = np.full(time.size, -np.inf) if entry is None else np.asarray(entry, dtype=np.float64)
    times, events = np.unique(time[end], return_counts=True)
    gone = np.searchsorted(np.sort(time), times, side="left")
    not_yet = time.size - np.searchsorted(np.sort(start), times, side="left")
    at_risk = time.size - gone - not_yet
    survival = np.cumprod(1 - events / np.maximum(at_risk, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64))))
        width = Z95 * spread / np.abs(np.log(survival))
        lower, upper = survival ** np.exp(width), survival ** np.exp(-width)
        error = survival * spread
    open_ended = survival > 0
    return KaplanMeier(
        times, at_risk, events, survival, np.where(open_ended, error, 0.0), np.where(open_ended, lower, 0.0),
        np.where(open_ended, upper, 0.0),
    )  # fmt: skip
