"""Sums that come out the same to the last bit in whatever order the rows come."""

from __future__ import annotations

import math

import numpy as np
import pytest

from metrics.definitions.attributed import credit
from metrics.definitions.grouping import settled_sum


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_rows_does_not_move_a_bit_of_a_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 50, 5_000)
    values = rng.normal(0, 10.0 ** rng.integers(-6, 12), ids.size) * rng.pareto(0.7, ids.size)
    order = rng.permutation(ids.size)
    found, again = settled_sum(ids, values, 51), settled_sum(ids[order], values[order], 51)
    assert found.tolist() == again.tolist()
    for each in range(51):
        right, size = math.fsum(values[ids == each]), float(np.abs(values[ids == each]).sum())
        assert abs(found[each] - right) <= 1e-15 * size + 1e-22 * float(np.abs(values).max())


def test_nothing_adds_up_to_nothing() -> None:
    assert settled_sum(np.zeros(0, dtype=np.int64), np.zeros(0), 2).tolist() == [0, 0]
    assert settled_sum(np.array([1]), np.array([0.0]), 2).tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(5))
def test_credit_of_a_deal_does_not_hang_on_the_deals_before_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    length = rng.integers(1, 9, 20_000)
    deal = np.repeat(np.arange(length.size), length)
    weight = rng.random(deal.size)
    weight /= np.repeat(np.add.reduceat(weight, np.cumsum(length) - length), length)
    amount = rng.integers(-(10**10), 10**12, length.size)
    whole = credit(deal, weight, amount)
    assert np.array_equal(np.add.reduceat(whole, np.cumsum(length) - length), amount)
    half = deal >= length.size // 2
    alone = credit(deal[half] - length.size // 2, weight[half], amount[length.size // 2 :])
    assert np.array_equal(whole[half], alone)
