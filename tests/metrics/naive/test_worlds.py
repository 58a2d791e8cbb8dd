"""The registry against a second, naive implementation on seeded random worlds."""

from __future__ import annotations

from collections import Counter

import pytest

from metrics.definitions.registry import all_metrics
from tests.metrics.naive.compare import differences
from tests.metrics.naive.keys import NAIVE
from tests.metrics.naive.market import full

OFTEN, LEAST = 10, 0.05
WORLDS, SHARE = 200, 6  # each world is asked for every sixth key, the next one for the next ones
CUTS: tuple[tuple[str, ...], ...] = (
    (), ("segment",), ("team",), (), ("rep",), ("region",), ("product_family",), (), ("route",), ("source_function",),
    ("industry",), ("segment", "region"), ("team", "rep"),
)  # fmt: skip

# Keys without a twin, each with the reason.
WITHOUT: dict[str, str] = {}


def test_every_metric_has_a_second_implementation() -> None:
    assert {metric.key for metric in all_metrics()} == {*NAIVE, *WITHOUT}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_both_implementations_agree(seed: int, seen: Counter[str]) -> None:
    world, as_of = full(seed)
    keys = sorted(NAIVE)[seed % SHARE :: SHARE]
    by = CUTS[seed % len(CUTS)]
    assert differences(world, as_of, keys, by, fiscal=(1, 4, 7)[seed // 13 % 3], seen=seen) == []


def test_the_worlds_exercise_every_key(seen: Counter[str]) -> None:
    """Of the worlds that were run, so that a run of some of them judges only what was asked often enough."""
    asked = {key: seen[f"asked {key}"] for key in NAIVE}
    idle = {key: f"{seen[key]} of {n}" for key, n in asked.items() if n >= OFTEN and seen[key] < LEAST * n}
    assert not idle


def test_the_effect_of_coaching_in_companies_large_enough_to_have_one() -> None:
    keys = [key for key in NAIVE if key.startswith("coaching_effect")]
    seen: Counter[str] = Counter()
    for seed in range(3, 73, 7):
        world, as_of = full(seed)
        assert differences(world, as_of, keys, (), seen=seen) == []
    assert min(seen[key] for key in keys) >= 3
