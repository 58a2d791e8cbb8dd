"""Who went quiet, beside a naive second way: customer by customer, from the rows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, log
from statistics import median

import pytest

from metrics.definitions.lifetime import buyers as fitted
from metrics.definitions.policy import Setting
from metrics.definitions.quiet import quiet
from metrics.definitions.scene import Scene
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.customers import is_active, months_on
from tests.metrics.naive.keys import View
from tests.metrics.naive.lifetime import alive, buyers
from tests.metrics.naive.market import full
from tests.metrics.naive.periods import ONE

EPOCH = date(1970, 1, 1)


def naively(view: View, chances: dict[int, float]) -> dict[int, tuple[date, Fraction, int]]:
    """Account: last purchase, usual gap, revenue of the year that ended with that purchase."""
    bought = {
        account: sorted(
            {
                r["day"] for r in view.whole["lines"]
                if r["account_id"] == account and r["net"] > 0 and r["day"] and r["day"] <= view.as_of
            }
        )
        for account in chances
    }  # fmt: skip
    year = {
        account: sum(
            r["net"] for r in view.whole["lines"]
            if r["account_id"] == account and r["day"] and months_on(days[-1] + ONE, -12) <= r["day"] <= days[-1]
        )
        for account, days in bought.items()
    }  # fmt: skip
    middle = median([value for value in year.values() if value > 0] or [0])
    found = {}
    for account, chance in chances.items():
        days = bought[account]
        gaps = sorted((b - a).days for a, b in pairwise(days))
        usual = Fraction(median(gaps)) if gaps else Fraction(0)
        waited = (view.as_of - days[-1]).days
        broken = len(gaps) >= 3 and waited > 2 * usual and waited > gaps[ceil(Fraction(9 * len(gaps), 10)) - 1]
        worth = year[account] > 0 and year[account] >= middle
        if worth and is_active(view, account, view.as_of) and (broken or chance < 0.5):
            found[account] = days[-1], usual, year[account]
    return found


@pytest.mark.parametrize("seed", range(3, 143, 7))
def test_the_quiet_are_those_that_a_look_at_each_customer_finds(seed: int, counted: list[int]) -> None:
    world, as_of = full(seed)
    scene, view = Scene(to_frames(world), Setting(as_of=as_of)), View(world, world, as_of, "all", 1, ())
    model = fitted(scene)
    logs = [log(v) for v in (model[1].r, model[1].alpha, model[1].a, model[1].b)] if model else None
    chances = {account: alive(logs, c) if logs else 1.0 for account, c in buyers(view).items()}
    found = quiet(scene)
    ours = {
        account: ((EPOCH + day * ONE), Fraction(twice, 2), year)
        for account, day, twice, year in zip(
            *(c.tolist() for c in (found.account, found.last, found.twice_gap, found.year)), strict=True
        )
    }
    assert ours == naively(view, chances)
    if logs:
        assert found.alive.tolist() == pytest.approx([chances[a] for a in ours], abs=1e-9)
    counted.append(len(ours))


@pytest.fixture(scope="module")
def counted() -> list[int]:
    """How many each world had."""
    return []


def test_the_worlds_have_some(counted: list[int]) -> None:
    assert not counted or sum(counted) >= len(counted)


def test_an_empty_company_has_nobody() -> None:
    found = quiet(Scene(to_frames({}), Setting(as_of=date(2026, 1, 1))))
    assert not found.account.size
