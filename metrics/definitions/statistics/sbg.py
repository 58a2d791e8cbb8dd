"""Shifted-beta-geometric retention of contracts: Fader & Hardie (2007), "How to project customer retention"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts are imported when they are first used: that takes a second


@dataclass(frozen=True)
class Sbg:
    """Churn probabilities are beta distributed with these parameters."""

    alpha: float
    beta: float

    def survival(self, periods: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Share still there after that many renewals."""
        t = np.asarray(periods, dtype=np.float64)
        betaln = scipy.special.betaln
        return np.asarray(np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta)))


def fit(survivors: npt.ArrayLike) -> Sbg:
    """Maximum likelihood from a cohort's survivors: its size, then those left after each renewal.

    Raises ValueError with fewer than two counts, with a count that rises, or where nobody was ever lost.
    """
    counts = np.asarray(survivors, dtype=np.float64)
    lost = -np.diff(counts)
    if counts.size < 2 or (lost < 0).any():
        raise ValueError("survivors must be at least two counts, none larger than the one before")
    left = np.zeros(counts.size)
    left[-1] = counts[-1]
    return fit_pooled(lost, left)


def fit_pooled(lost: npt.ArrayLike, left: npt.ArrayLike) -> Sbg:
    """Maximum likelihood over customers of all cohorts, whenever they began.

    `lost[k]`: how many were lost at their renewal k + 1; `left[k]`: how many are still there after k renewals. Raises
    ValueError where nobody was ever lost.
    """
    gone, here = np.asarray(lost, dtype=np.float64), np.asarray(left, dtype=np.float64)
    if not gone.any():
        raise ValueError("nobody was lost: the churn probability cannot be told")
    renewal, passed = np.arange(1, gone.size + 1), np.arange(here.size)

    def loss(log: npt.NDArray[np.float64]) -> float:
        a, b = np.exp(log)
        betaln = scipy.special.betaln
        return float(
            -gone @ (betaln(a + 1, b + renewal - 1) - betaln(a, b)) - here @ (betaln(a, b + passed) - betaln(a, b))
        )

    # Where all customers are alike the top lies at infinity: e^9 is near enough, and its logarithms are still exact.
    found = scipy.optimize.minimize(
        loss, np.zeros(2), method="Nelder-Mead", bounds=[(-9, 9), (-9, 9)],
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000},
    )  # fmt: skip
    return Sbg(float(np.exp(found.x[0])), float(np.exp(found.x[1])))
