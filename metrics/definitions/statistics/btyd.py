"""Customers who buy without a contract: BG/NBD (Fader, Hardie & Lee 2005) and Gamma–Gamma (Fader & Hardie 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy  # its parts are imported when they are first used: that takes a second

Floats = npt.NDArray[np.float64]
# Logarithms of r, of alpha over the mean age, of a and b: buyers much alike, and buyers who differ and mostly stay.
_STARTS = ((0.0, -1.4, 0.0, 0.5), (-1.5, -2.3, -1.0, 1.5))
_MANY = 40_000  # distinct customers above which the fit starts from a part of them


@dataclass(frozen=True)
class BgNbd:
    """Purchase rates are gamma (r, alpha), chances to drop out after a purchase beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """Probability of still being a customer, given repeat purchases, recency and age; 1 without a repeat."""
        count, last, length = _floats(x, t_x, age)
        return np.where(count == 0, 1.0, scipy.special.expit(-self._odds(count, last, length)))

    def _odds(self, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """log of the odds of being gone; −∞ without a repeat."""
        with np.errstate(divide="ignore", invalid="ignore"):
            waited = np.log(self.alpha + age) - np.log(self.alpha + t_x)
            odds = np.log(self.a) - np.log(self.b + x - 1) + (self.r + x) * waited
        return np.where(x == 0, -np.inf, odds)

    def expected_purchases(
        self, ahead: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike
    ) -> Floats:
        """Purchases expected in the next `ahead` units of time (equation 10 of the paper).

        Where everybody drops out alike (a and b very large) or nobody does (a near 0) the hypergeometric series does
        not come to an end; there the chance to drop out is taken at its mean, a / (a + b + x).
        """
        t, count, last, length = _floats(ahead, x, t_x, age)
        base = self.alpha + length
        alive = self.p_alive(count, last, length)
        with np.errstate(all="ignore"):
            tail = scipy.special.hyp2f1(self.r + count, self.b + count, self.a + self.b + count - 1, t / (base + t))
            grown = 1 - np.exp((self.r + count) * (np.log(base) - np.log(base + t))) * tail
            exact = (self.a + self.b + count - 1) / (self.a - 1) * grown
        drop = self.a / (self.a + self.b + count)
        alike = -np.expm1(-(self.r + count) * np.log1p(drop * t / base)) / drop
        return np.asarray(alive * np.where(np.isfinite(exact) & (exact >= 0), exact, alike))


def _floats(*values: npt.ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))


def fit_bg_nbd(x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike) -> BgNbd:
    """Maximum likelihood with its gradient. Equal customers are counted once, so that the order does not matter.

    Raises ValueError if no customer ever came back: then nothing tells the rate from the chance to drop out.
    """
    table = np.stack(_floats(x, t_x, age), axis=1)
    if not (table[:, 0] > 0).any():
        raise ValueError("no customer bought twice")
    rows, weight = _distinct(table)
    scale = max(float(np.average(rows[:, 2], weights=weight)), 1e-9)
    # The likelihood may have more than one top: of those that the starts lead to, the highest counts.
    starts = [np.array(log) + np.array([0, np.log(scale), 0, 0]) for log in _STARTS]
    if len(rows) > _MANY:  # a part of the customers finds the neighbourhood of the answer
        step = len(rows) // (_MANY // 4)
        part = _Loss(rows[::step], weight[::step])
        starts = [min((_minimise(part, start) for start in starts), key=_height).x]
    loss = _Loss(rows, weight)
    found = min((_minimise(loss, start) for start in starts), key=_height)
    r, alpha, a, b = np.exp(found.x)
    return BgNbd(float(r), float(alpha), float(a), float(b), float(-found.fun * weight.sum()))


def _height(found: Any) -> float:
    """What a search came down to."""
    return float(found.fun)


def _minimise(loss: _Loss, start: Floats) -> Any:
    return scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(-9, 9)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 500},
    )  # fmt: skip


def _distinct(table: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    order = np.lexsort(table.T)
    ranked = table[order]
    new = np.ones(len(ranked), dtype=bool)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    heads = np.flatnonzero(new)
    return ranked[heads], np.diff(np.append(heads, len(ranked)))


class _Loss:
    """Mean negative log-likelihood and its gradient in the logarithms of r, alpha, a, b."""

    def __init__(self, rows: Floats, weight: npt.NDArray[np.int64]) -> None:
        self.x, self.t_x, self.age = rows.T.copy()
        self.weight = weight / weight.sum()
        self.counts, self.place = np.unique(self.x, return_inverse=True)  # gamma functions once per count
        self.repeat = self.x > 0

    def __call__(self, log: Floats) -> tuple[float, Floats]:
        gammaln, digamma = scipy.special.gammaln, scipy.special.digamma
        r, alpha, a, b = np.exp(log)
        x, w = self.x, self.weight
        late, early = np.log(alpha + self.age), np.log(alpha + self.t_x)
        stay = -(r + x) * late
        gone = np.where(self.repeat, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * early, -np.inf)
        both = np.logaddexp(stay, gone)
        share = np.exp(gone - both)  # how likely the customer is gone
        c = self.counts
        fixed = (
            gammaln(r + c) - gammaln(r) + r * np.log(alpha)
            + gammaln(a + b) + gammaln(b + c) - gammaln(b) - gammaln(a + b + c)
        )  # fmt: skip
        value = w @ (fixed[self.place] + both)
        d_r = digamma(r + c) - digamma(r) + np.log(alpha)
        d_a = digamma(a + b) - digamma(a + b + c)
        d_b = d_a + digamma(b + c) - digamma(b)
        mean_late = late * (1 - share) + early * share
        slope = (1 - share) / (alpha + self.age) + share / (alpha + self.t_x)
        gradient = np.array(
            [
                r * (w @ (d_r[self.place] - mean_late)),
                alpha * (r / alpha - w @ ((r + x) * slope)),
                a * (w @ (d_a[self.place] + share / a)),
                b * (w @ (d_b[self.place] - share / np.where(self.repeat, b + x - 1, 1.0))),
            ]
        )
        return -float(value), -gradient


@dataclass(frozen=True)
class GammaGamma:
    """Spend per purchase: gamma within a customer (shape p), its rate gamma (q, v) over customers."""

    p: float
    q: float
    v: float

    def expected_spend(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Expected value of a purchase, given repeat purchases and their mean value."""
        count, average = _floats(x, mean)
        return np.asarray(self.p * (self.v + count * average) / (self.p * count + self.q - 1))


def fit_gamma_gamma(x: npt.ArrayLike, mean: npt.ArrayLike) -> GammaGamma:
    """Maximum likelihood from repeat purchases and their mean value; customers without a repeat are left out.

    Raises ValueError if fewer than two customers came back with a positive mean.
    """
    table = np.stack(_floats(x, mean), axis=1)
    rows, weight = _distinct(table[(table[:, 0] > 0) & (table[:, 1] > 0)])
    if len(rows) < 2:
        raise ValueError("fewer than two customers bought again for money")
    count, average = rows.T.copy()
    scale = float(np.average(average, weights=weight))
    gammaln = scipy.special.gammaln

    def loss(log: Floats) -> float:
        p, q, v = np.exp(log)
        shape = p * count
        likelihood = (
            gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + (shape - 1) * np.log(average)
            + shape * np.log(count) - (shape + q) * np.log(v + count * average)
        )  # fmt: skip
        return float(-(weight @ likelihood) / weight.sum())

    start = np.array([1.5, 1.2, np.log(max(scale / 2, 1e-6))])
    found = scipy.optimize.minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 4000}
    )
    p, q, v = np.exp(found.x)
    return GammaGamma(float(p), float(q), float(v))


@dataclass(frozen=True)
class Purchases:
    """Per customer: id, repeat purchases, first to last and first to the end (in periods), mean value of repeats."""

    customer: npt.NDArray[np.int64]
    frequency: Floats
    recency: Floats
    age: Floats
    monetary: Floats


def summarise(
    customer: npt.NDArray[np.int64], day: npt.NDArray[np.int64], value: Floats, end: int, period_days: int = 1
) -> Purchases:
    """The summary that the models read. Purchases in one period merge; the order of rows does not matter."""
    period = day // period_days
    order = np.lexsort((period, customer))
    who, when, worth = customer[order], period[order], value[order]
    new = np.ones(who.size, dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
    at = np.flatnonzero(new)
    total = np.add.reduceat(worth, at) if at.size else worth
    who, when = who[at], when[at]
    head = np.ones(who.size, dtype=bool)
    head[1:] = who[1:] != who[:-1]
    first = np.flatnonzero(head)
    bought = np.diff(np.append(first, who.size))
    last = first + bought - 1
    repeats = bought - 1
    spent = (np.add.reduceat(total, first) if first.size else total) - total[first]
    return Purchases(
        who[first], repeats.astype(np.float64), (when[last] - when[first]).astype(np.float64),
        (end // period_days - when[first]).astype(np.float64),
        np.where(repeats > 0, spent / np.maximum(repeats, 1), 0.0),
    )  # fmt: skip
