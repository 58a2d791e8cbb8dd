"""The registry against a second, naive implementation on seeded random worlds."""

from __future__ import annotations

from collections import Counter

import pytest

from metrics.definitions.registry import all_metrics, get
from tests.metrics.naive.compare import differences
from tests.metrics.naive.keys import NAIVE
from tests.metrics.naive.market import full

LEAST = 0.05  # of the worlds that ask for a key: it must have a value in so many
WORLDS, SHARE = 200, 6  # each world is asked for every sixth key, the next one for the next ones
CUTS: tuple[tuple[str, ...], ...] = (
    (), ("segment",), ("team",), ("motion",), ("rep",), ("region",), ("product_family",), (), ("route",),
    ("source_function",), ("industry",), ("segment", "region"), ("team", "rep"),
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


@pytest.mark.timeout(900)  # alone, or in a process that was given no world, it asks every key of every world
def test_the_worlds_exercise_every_key(seen: Counter[str]) -> None:
    """Which worlds this process was given is chance: a key that had a value in few of them is asked of all of them.

    Whole and by its first dimension: some have values by rep alone.
    """
    rare = [key for key in NAIVE if seen[key] < max(1, LEAST * seen[f"asked {key}"])]
    again: Counter[str] = Counter()
    enough = LEAST * WORLDS
    for seed in range(WORLDS):
        asked = [key for key in rare if again[key] < enough]
        if not asked:
            break
        world, as_of = full(seed)
        for key in asked:
            for by in {(), get(key).dims[:1]}:
                assert differences(world, as_of, [key], by, seen=again) == []
    assert not [key for key in rare if again[key] < enough]


def test_the_effect_of_coaching_in_companies_large_enough_to_have_one() -> None:
    keys = [key for key in NAIVE if key.startswith("coaching_effect")]
    seen: Counter[str] = Counter()
    for seed in range(3, 73, 7):
        world, as_of = full(seed)
        assert differences(world, as_of, keys, (), seen=seen) == []
    assert min(seen[key] for key in keys) >= 3
