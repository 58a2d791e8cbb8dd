"""Attribution models on the published paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from metrics.definitions.attribution_models import DAY, POSITIONAL, Paths, removal_effects, shapley, time_decay

NEVER = np.iinfo(np.int64).min


def paths(
    *days: Sequence[float], direct: tuple[int, ...] = (), lead: float | None = None, opened: float | None = None
) -> Paths:
    """One path per list of days; `direct` are positions over all of them."""
    number = np.repeat(np.arange(len(days)), [len(d) for d in days])
    at = np.array([t for d in days for t in d]) * DAY
    flags = np.isin(np.arange(at.size), direct)
    milestones = [np.full(at.size, NEVER if t is None else int(t)) for t in (lead, opened)]
    return Paths(number, at.astype(np.int64), (at // DAY).astype(np.int64), flags, *milestones)


JOURNEY = paths([0, 5, 12, 30, 38], direct=(4,), lead=6, opened=30)


@pytest.mark.parametrize(
    ("model", "credit"),
    [
        ("first", [12000, 0, 0, 0, 0]), ("last", [0, 0, 0, 0, 12000]), ("last_non_direct", [0, 0, 0, 12000, 0]),
        ("linear", [2400] * 5), ("u_shaped", [4800, 800, 800, 800, 4800]), ("u_shaped_50", [6000, 0, 0, 0, 6000]),
        ("w_shaped", [3600, 3600, 600, 3600, 600]), ("full_path", [2700, 2700, 1200, 2700, 2700]),
    ],
)  # fmt: skip
def test_the_12000_deal(model: str, credit: list[float]) -> None:
    """Published attribution case: touches on days 0, 5, 12, 30 and 38, the last one direct."""
    assert (12_000 * POSITIONAL[model](JOURNEY)).round(6).tolist() == credit


def test_time_decay() -> None:
    """Published attribution case: half-life 7 days."""
    assert (12_000 * time_decay(JOURNEY, 7)).round(2).tolist() == [175.20, 287.44, 574.88, 3417.04, 7545.45]


@pytest.mark.parametrize("model", list(POSITIONAL))
def test_one_touch_takes_all_and_every_path_sums_to_one(model: str) -> None:
    """Published: one touch takes all; two touches 50 / 50 under the position-based models."""
    several = paths([3], [1, 2], [1, 2, 9, 12], lead=1, opened=9)
    weight = POSITIONAL[model](several)
    assert np.bincount(several.path, weights=weight).tolist() == pytest.approx([1, 1, 1])
    assert weight[0] == 1
    if model.startswith("u_"):
        assert weight[1:3].tolist() == [0.5, 0.5]


def test_no_touches_no_credit() -> None:
    assert all(model(paths()).size == 0 for model in POSITIONAL.values())


def test_paths_of_three_channels() -> None:
    """Published: direct × 2, search › email × 3, search › social › email × 5."""
    names = ["direct"] * 2 + ["search", "email"] * 3 + ["search", "social", "email"] * 5
    some = paths(*[[0]] * 2, *[[0, 1]] * 3, *[[0, 1, 2]] * 5)

    def credit(model: str) -> dict[str, float]:
        total: dict[str, float] = {}
        for name, weight in zip(names, POSITIONAL[model](some), strict=True):
            total[name] = total.get(name, 0) + weight
        return {name: round(value, 9) for name, value in total.items() if value}

    assert credit("first") == {"direct": 2, "search": 8}
    assert credit("last") == {"direct": 2, "email": 8}
    third = round(19 / 6, 9)
    assert credit("linear") == {"direct": 2, "search": third, "email": third, "social": round(5 / 3, 9)}
    assert credit("u_shaped") == {"direct": 2, "search": 3.5, "email": 3.5, "social": 1}


def test_shapley() -> None:
    """Published: a = 4, a › b = 6 → a 7, b 3."""
    assert shapley([(frozenset("a"), 4), (frozenset("ab"), 6)]) == {"a": 7, "b": 3}


def test_markov() -> None:
    """Published: C1 › C2 › C3 converts, C1 and C2 › C3 do not → 1/3; effects .5, 1, 1; shares .2, .4, .4."""
    rate, effects = removal_effects(
        np.array([0, 0, 0, 1, 2, 2]), np.array([0, 1, 2, 0, 1, 2]), np.array([True, False, False]), 3
    )
    assert rate == pytest.approx(1 / 3)
    assert effects.tolist() == pytest.approx([0.5, 1, 1])
    assert (effects / effects.sum()).tolist() == pytest.approx([0.2, 0.4, 0.4])
