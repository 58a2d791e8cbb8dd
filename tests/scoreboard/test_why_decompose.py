"""Why it changed: the effects of members add up to the change, whatever the worlds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.why.decompose import PLACES, Parts, adds_up, decompose, steps

D = Decimal
MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)
SIZE = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False)
NAMES = st.sampled_from(["Enterprise", "Mid-market", "SMB", "North", "South", "web", "broker", "none", "direct", ""])
SUMS = st.dictionaries(NAMES, st.builds(Parts, MONEY), max_size=10)
RATES = st.dictionaries(NAMES, st.builds(Parts, MONEY, SIZE), min_size=1, max_size=10).filter(
    lambda parts: sum(p.denominator or 0 for p in parts.values()) > 0
)


def value(parts: dict[str, Parts]) -> Fraction:
    """The whole's value, from scratch."""
    top = sum((Fraction(p.numerator) for p in parts.values()), Fraction(0))
    if any(p.denominator is not None for p in parts.values()):
        return top / sum((Fraction(p.denominator or 0) for p in parts.values()), Fraction(0))
    return top


@given(SUMS, SUMS)
def test_sums_add_up_to_the_change_exactly(before: dict[str, Parts], now: dict[str, Parts]) -> None:
    assert sum((e.total for e in decompose(before, now)), Fraction(0)) == value(now) - value(before)


@given(RATES, RATES)
def test_rates_add_up_to_the_change_exactly(before: dict[str, Parts], now: dict[str, Parts]) -> None:
    assert sum((e.total for e in decompose(before, now)), Fraction(0)) == value(now) - value(before)


@given(RATES, RATES, st.integers(1, 8))
def test_steps_add_up_to_the_last_decimal(before: dict[str, Parts], now: dict[str, Parts], keep: int) -> None:
    made = steps(decompose(before, now), keep=keep)
    change = Fraction(round((value(now) - value(before)) * 10**PLACES), 10**PLACES)
    assert sum((Fraction(step.total) for step in made), Fraction(0)) == change
    assert all(Fraction(s.total) == Fraction(s.rate) + Fraction(s.mix) for s in made)
    assert len(made) <= keep + 1


@given(RATES, RATES)
def test_exchanging_the_periods_turns_every_sign(before: dict[str, Parts], now: dict[str, Parts]) -> None:
    there = {e.member: (e.rate, e.mix) for e in decompose(before, now)}
    back = {e.member: (-e.rate, -e.mix) for e in decompose(now, before)}
    assert there == back


NONE = Fraction(0)


def test_a_margin_by_hand() -> None:
    """Direct keeps 60 %, broker 20 %; broker goes from a quarter to half of revenue: 50 % → 40 %, all of it mix."""
    before = {"direct": Parts(D(45), D(75)), "broker": Parts(D(5), D(25))}
    now = {"direct": Parts(D(30), D(50)), "broker": Parts(D(10), D(50))}
    found = {e.member: (e.rate, e.mix) for e in decompose(before, now)}
    # Δw = ∓1/4, mean rate of the whole 45 %: −1/4 · 15 pt and +1/4 · −25 pt.
    assert found == {"direct": (NONE, Fraction(-375, 10_000)), "broker": (NONE, Fraction(-625, 10_000))}


def test_a_fall_of_one_members_rate_is_its_own() -> None:
    before = {"a": Parts(D(30), D(50)), "b": Parts(D(30), D(50))}
    now = {"a": Parts(D(20), D(50)), "b": Parts(D(30), D(50))}
    assert {e.member: (e.rate, e.mix) for e in decompose(before, now)} == {
        "a": (Fraction(-1, 10), NONE),
        "b": (NONE, NONE),
    }


def test_who_is_new_comes_as_mix() -> None:
    before, now = {"a": Parts(D(30), D(50))}, {"a": Parts(D(30), D(50)), "b": Parts(D(50), D(50))}
    found = {e.member: e for e in decompose(before, now)}
    assert found["b"].rate == 0
    assert found["b"].mix > 0
    assert found["a"].total + found["b"].total == Fraction(1, 5)


def test_the_largest_stand_alone_and_the_others_together() -> None:
    now = {f"m{i}": Parts(D(i * (-1) ** i)) for i in range(1, 12)}
    made = steps(decompose({}, now), keep=4)
    assert [(s.member, s.total, s.members) for s in made] == [
        ("m10", D(10), 1), ("m8", D(8), 1), ("m9", D(-9), 1), ("m11", D(-11), 1), ("", D(-4), 7)
    ]  # fmt: skip


def test_one_that_is_left_keeps_its_name() -> None:
    made = steps(decompose({}, {name: Parts(D(1)) for name in "abc"}), keep=2)
    assert [step.member for step in made] == ["a", "b", "c"]


def test_mixed_members_are_refused() -> None:
    with pytest.raises(ValueError, match="need a denominator"):
        decompose({"a": Parts(D(1))}, {"a": Parts(D(1), D(2))})
    with pytest.raises(ValueError, match="no value to change"):
        decompose({"a": Parts(D(1), D(0))}, {"a": Parts(D(1), D(2))})


def test_members_that_are_not_all_there_is_explain_nothing() -> None:
    whole = Parts(D(10), D(20))
    assert adds_up([Parts(D(4), D(8)), Parts(D(6), D(12))], whole)
    assert not adds_up([Parts(D(4), D(8)), Parts(D(6), D(11))], whole)
    assert not adds_up([Parts(D(4), D(8))], whole)
    assert adds_up([Parts(D(4)), Parts(D(6))], Parts(D(10)))
