"""Kaplan–Meier: the share still there after each length of time, with what cannot be known yet left out.

Kaplan & Meier (1958); standard error by Greenwood (1926); interval on the log(−log) scale (Kalbfleisch & Prentice).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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

    @property
    def error(self) -> Floats:
        """Greenwood standard error; 0 from where nobody is left."""
        return self._spread[0]

    @property
    def lower(self) -> Floats:
        """Lower end of the 95 % interval; 0 from where nobody is left."""
        return self._spread[1]

    @property
    def upper(self) -> Floats:
        """Upper end of the 95 % interval; 0 from where nobody is left."""
        return self._spread[2]

    @cached_property
    def _spread(self) -> tuple[Floats, Floats, Floats]:
        """Error, lower and upper end: most who ask for a curve ask for nothing of it but the survival."""
        events, at_risk, survival = self.events, self.at_risk, self.survival
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64))))
            width = Z95 * spread / np.abs(np.log(survival))
            lower, upper = survival ** np.exp(width), survival ** np.exp(-width)
            error = survival * spread
        some = survival > 0
        return np.where(some, error, 0.0), np.where(some, lower, 0.0), np.where(some, upper, 0.0)

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
    times, events = np.unique(time[end], return_counts=True)
    gone = np.searchsorted(np.sort(time), times, side="left")
    not_yet: npt.NDArray[np.int64] | int = 0
    if entry is not None:
        not_yet = time.size - np.searchsorted(np.sort(np.asarray(entry, dtype=np.float64)), times, side="left")
    at_risk = time.size - gone - not_yet
    return KaplanMeier(times, at_risk, events, np.cumprod(1 - events / np.maximum(at_risk, 1)))
