"""Survival, sBG, BG/NBD and Gamma–Gamma against the papers' own numbers."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from metrics.definitions.statistics import btyd
from metrics.definitions.statistics.btyd import BgNbd, fit_bg_nbd, fit_gamma_gamma, summarise
from metrics.definitions.statistics.sbg import fit as fit_sbg
from metrics.definitions.statistics.sbg import fit_pooled
from metrics.definitions.statistics.survival import kaplan_meier
from tests.realdata import real

REMISSION = [
    *("6", "6", "6", "6+", "7", "9+", "10", "10+", "11+", "13", "16"),
    *("17+", "19+", "20+", "22", "23", "25+", "32+", "32+", "34+", "35+"),
]


def test_kaplan_meier_of_the_6_mp_trial() -> None:
    """Published survival case: 6-MP remission times (Freireich 1963), with Greenwood errors and log-log limits."""
    found = kaplan_meier([float(t.rstrip("+")) for t in REMISSION], [not t.endswith("+") for t in REMISSION])
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found.survival.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert found.error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert found.lower.round(3).tolist() == [0.620, 0.563, 0.503, 0.432, 0.368, 0.268, 0.188]
    assert found.median == 23


def test_late_entry_is_not_at_risk_before() -> None:
    found = kaplan_meier([2, 3, 4], [True, True, False], entry=[0, 0, 2.5])
    assert found.at_risk.tolist() == [2, 2]
    assert found.at([1, 2, 3]).tolist() == [1, 0.5, 0.25]


def test_sbg_of_the_regular_segment() -> None:
    """Fader & Hardie (2007): 1000 customers, seven years → α .704, β 1.182 and the projection of years 8–12."""
    found = fit_sbg([1000, 631, 468, 382, 326, 289, 262, 241])
    assert (round(found.alpha, 3), round(found.beta, 3)) == (0.704, 1.182)
    assert found.survival([8, 9, 10, 11, 12]).round(3).tolist() == [0.220, 0.204, 0.191, 0.180, 0.170]


def test_without_any_loss_there_is_no_projection() -> None:
    with pytest.raises(ValueError, match="nobody was lost"):
        fit_sbg([100, 100, 100])


def test_sbg_over_cohorts_that_began_at_different_times() -> None:
    """Each customer of the regular segment by themself, half of whom began three years later and were seen for less."""
    rng = np.random.default_rng(5)
    chance = rng.beta(0.704, 1.182, 40_000)
    lasted = rng.geometric(chance) - 1  # renewals passed before the loss
    seen = np.where(np.arange(chance.size) % 2 == 0, 7, 4)
    ended = lasted < seen
    lost = np.bincount(lasted[ended], minlength=8)
    left = np.bincount(seen[~ended], minlength=8)
    found = fit_pooled(lost, left)
    assert found.survival([1, 4, 8, 12]) == pytest.approx([0.627, 0.326, 0.220, 0.170], abs=0.012)


def cdnow() -> dict[str, Any]:
    with real("clv/cdnow_customers_summary_with_transactions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")}


def test_bg_nbd_on_cdnow() -> None:
    """Fader, Hardie & Lee (2005): r .243, α 4.414, a .793, b 2.426, log-likelihood −9582.4; 1.226 purchases."""
    data = cdnow()
    found = fit_bg_nbd(data["x"], data["t_x"], data["T"])
    assert [round(v, 3) for v in (found.r, found.alpha, found.a, found.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(found.log_likelihood, 1) == -9582.4
    assert round(float(found.expected_purchases(39, 2, 30.43, 38.86)), 3) == 1.226
    order = np.random.default_rng(1).permutation(data["x"].size)
    assert fit_bg_nbd(data["x"][order], data["t_x"][order], data["T"][order]) == found


def test_bg_nbd_goes_on_from_a_top_that_is_not_the_highest() -> None:
    """A seeded world of 245 buyers whose first search for the best parameters stops 36 below the best likelihood."""
    rng = np.random.default_rng(55)
    r, alpha, a, b = np.exp(rng.normal([-0.5, 1.5, -0.5, 0.8], [1, 1, 1, 1]))
    n = int(rng.integers(25, 400))
    rate, drop, age = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n), rng.integers(26, 104, n).astype(float)
    count, last, moment, alive = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        moment = moment + rng.exponential(1 / np.maximum(rate, 1e-9))
        bought = alive & (moment < age)
        count[bought] += 1
        last[bought] = moment[bought]
        alive = bought & (rng.random(n) > drop)
    found = fit_bg_nbd(count, np.round(last), age)
    assert found.log_likelihood > fit_from(np.round(last), count, age, (0.0, -1.4, 0.0, 0.5)) + 30


def fit_from(last: Any, count: Any, age: Any, start: tuple[float, ...]) -> float:
    """The log-likelihood that one start alone leads to."""
    table, weight = btyd._distinct(np.stack([count, last, age], axis=1))
    log = np.array(start) + np.array([0, np.log(age.mean()), 0, 0])
    return float(-btyd._minimise(btyd._Loss(table, weight), log).fun * weight.sum())


def test_gamma_gamma_on_cdnow() -> None:
    """Fader & Hardie (2013): p 6.25, q 3.74, v 15.44, and the expected values of five customers (± 0.1)."""
    data = cdnow()
    again = data["x"] > 0
    assert again.sum() == 946
    found = fit_gamma_gamma(data["x"], data["zbar"])
    assert np.abs(np.array([found.p, found.q, found.v]) - [6.25, 3.74, 15.44]).max() < 0.01
    spend = found.expected_spend([2, 1, 0, 7, 2], [22.35, 11.77, 0, 73.74, 25.55])
    assert np.abs(spend - [24.65, 18.91, 35.17, 71.46, 27.28]).max() <= 0.1


def test_p_alive_at_its_ends() -> None:
    """Published: x = 0 → 1; x = 1000, t_x = 10, T = 100 → 0, without overflow."""
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    with np.errstate(all="raise", under="ignore"):
        assert model.p_alive([0, 1000], [0, 10], [50, 100]).tolist() == [1, 0]


def test_the_summary_merges_a_period_and_averages_repeats() -> None:
    """Published: frequency = repeat periods, recency first to last, T first to the end, value of *repeat* purchases."""
    who, day = np.array([7, 7, 7, 7, 9]), np.array([10, 24, 25, 3, 5])
    found = summarise(who, day, np.array([10.0, 4.0, 6.0, 100.0, 1.0]), end=40, period_days=7)
    assert found.customer.tolist() == [7, 9]
    assert found.frequency.tolist() == [2, 0]  # days 24 and 25 lie in one week
    assert found.recency.tolist() == [3, 0]
    assert found.age.tolist() == [5, 5]
    assert found.monetary.tolist() == [10, 0]


def test_nobody_came_back() -> None:
    with pytest.raises(ValueError, match="no customer bought twice"):
        fit_bg_nbd([0, 0], [0, 0], [5, 6])
