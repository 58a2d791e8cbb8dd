"""The interval of the coaching effect holds the truth 95 times in 100, and finds nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.definitions.registry import all_metrics
from metrics.definitions.statistics.difference import difference_in_differences

WORLDS = 2_000
REPS = 24


def worlds(effect: float, spread: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Wins and deals of REPS reps before and after, in WORLDS worlds; reps differ, and the first half is coached."""
    rng = np.random.default_rng(seed)
    deals = rng.integers(8, 40, (WORLDS, REPS, 2))
    rate = np.clip(rng.normal(0.3, spread, (WORLDS, REPS, 1)) + np.array([0.0, 0.03]), 0.02, 0.9)
    own = rng.normal(0.0, spread / 2, (WORLDS, REPS, 1)) * np.array([0.0, 1.0])  # nobody stays quite as they were
    rate = rate + own
    rate[:, : REPS // 2, 1] += effect
    return rng.binomial(deals, np.clip(rate, 0.0, 1.0)), deals


@pytest.mark.parametrize(
    ("effect", "spread", "seed"), [(0.0, 0.08, 1), (0.06, 0.08, 2), (0.06, 0.0, 3), (-0.1, 0.12, 4)]
)
def test_the_interval_holds_the_truth(effect: float, spread: float, seed: int) -> None:
    won, deals = worlds(effect, spread, seed)
    coached = np.arange(REPS) < REPS // 2
    found = [
        difference_in_differences(w.astype(float), d.astype(float), coached) for w, d in zip(won, deals, strict=True)
    ]
    held = np.mean([f is not None and f.low <= effect <= f.high for f in found])
    assert 0.92 <= held <= 0.98
    middle = float(np.mean([f.value for f in found if f is not None]))
    assert middle == pytest.approx(effect, abs=0.01)


def test_nothing_is_found_where_there_is_nothing() -> None:
    won, deals = worlds(0.0, 0.08, 11)
    coached = np.arange(REPS) < REPS // 2
    clear = 0
    for w, d in zip(won, deals, strict=True):
        found = difference_in_differences(w.astype(float), d.astype(float), coached)
        clear += found is not None and (found.low > 0 or found.high < 0)
    assert clear / WORLDS <= 0.08


def test_an_arm_of_one_or_an_empty_window_says_nothing() -> None:
    top, bottom = np.ones((3, 2)), np.full((3, 2), 10.0)
    assert difference_in_differences(top, bottom, np.array([True, False, False])) is None
    bottom[:, 0] = 0
    assert difference_in_differences(top, bottom, np.array([True, True, False])) is None


def test_absence_is_shown_of_teams_alone() -> None:
    """No metric of absence, overtime or Bradford is cut by person, and small teams are hidden."""
    private = [m for m in all_metrics() if m.key in {"absence_rate", "overtime_share"} or "bradford" in m.key]
    assert {m.key for m in private} >= {"absence_rate", "overtime_share"}
    assert all(m.dims == ("team",) and m.hide_below >= 5 for m in private)
