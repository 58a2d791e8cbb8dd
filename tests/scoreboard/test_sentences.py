"""Titles say what their values say, on chosen cases and on seeded random ones."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from core import show
from scoreboard import sentences

D = Decimal


def plain(pieces: tuple[sentences.Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("growth", "attainment", "failed", "said"),
    [
        ("0.118", "1.04", None, "Revenue is growing: +11.8 % on last year and 4.0 % ahead of plan. "),
        ("-0.05", "0.9", None, "Revenue is shrinking: −5.0 % on last year and 10.0 % behind plan. "),
        ("0.0001", "1.0001", None, "Revenue is level with last year and on plan. "),
        ("0.0001", "0.9998", None, "Revenue is level with last year and just short of plan. "),
        (None, "1.2", None, "Revenue is 20.0 % ahead of plan. "),
        ("0.02", None, None, "Revenue is growing: +2.0 % on last year. "),
        ("11.04", "1.04", None, "Revenue is 12 times last year’s and 4.0 % ahead of plan. "),
        (
            "0.02",
            None,
            "0.29",
            "Revenue is growing: +2.0 % on last year. But 29 % of it fails the quality policy.",
        ),
        ("-0.02", None, "0.29", "Revenue is shrinking: −2.0 % on last year. 29 % of it fails the quality policy."),
        (None, None, "0.7", "There is no plan and no year before to compare with yet."),
        (
            "0.118",
            "1.04",
            "0.29",
            "Revenue is growing: +11.8 % on last year and 4.0 % ahead of plan. "
            "But 29 % of it fails the quality policy.",
        ),
    ],
)
def test_the_situation(growth: str | None, attainment: str | None, failed: str | None, said: str) -> None:
    parts = [None if x is None else D(x) for x in (growth, attainment, failed)]
    assert plain(sentences.situation(growth=parts[0], attainment=parts[1], failed=parts[2], to_date=True)) == said


def test_weeks_within_the_limits_are_called_noise() -> None:
    said = sentences.weeks(["Week 1", "Week 2"], [0, 0], judged=True)
    assert said == "All of the last 2 full weeks lie within the process limits: their ups and downs are noise."


def test_weeks_outside_are_named_with_their_side() -> None:
    said = sentences.weeks(["Week 1", "Week 2", "Week 3", "Week 4"], [1, 0, -1, 1], judged=True)
    assert said == "Week 1 and week 4 were unusually high and Week 3 was unusually low; the rest is noise."


def test_too_few_weeks_are_not_judged() -> None:
    assert "too few" in sentences.weeks(["Week 1"], [0], judged=False)


def test_a_tie_at_the_top_is_said_to_be_one() -> None:
    members: list[tuple[str, Decimal | None]] = [("A", D(5)), ("B", D(5))]
    said = sentences.largest("segment", members, unit="money", currency="USD", what="Net revenue")
    assert said == "A and B share the largest net revenue: $5"
    said = sentences.largest("segment", [*members, ("C", D(5))], unit="money", currency="USD", what="Net revenue")
    assert said == "3 share the largest net revenue by segment: $5"


def test_rows_without_a_member_are_called_so() -> None:
    said = sentences.largest("route", [("", D(5)), ("B", D(4))], unit="money", currency="USD", what="Net revenue")
    assert said == "No route has the largest net revenue: $5"


def test_a_change_within_the_limits_is_no_news() -> None:
    said = sentences.rate_change("Gross margin", D("0.55"), D("0.58"), signal=False, judged=True)
    assert said.replace("\u202f", " ") == (
        "Gross margin fell 3.0 pt on a year ago to 55.0 %, which is within its usual range"
    )


def test_no_wrong_sentence_on_two_hundred_seeded_worlds() -> None:
    """Direction words agree with the signs of what they speak of, whatever the numbers."""
    for seed in range(200):
        chance = random.Random(seed)
        growth, attainment = (D(str(round(chance.uniform(-0.3, 0.3), 5))) for _ in range(2))
        attainment += 1
        said = plain(sentences.situation(growth=growth, attainment=attainment, failed=None, to_date=False))
        assert ("growing" in said) == (growth >= sentences.LEVEL), seed
        assert ("shrinking" in said) == (growth <= -sentences.LEVEL), seed
        assert ("ahead of plan" in said) == (attainment - 1 >= sentences.LEVEL), seed
        assert ("behind plan" in said) == (attainment - 1 <= -sentences.LEVEL), seed
        before, now = (D(str(round(chance.random(), 4))) for _ in range(2))
        change = sentences.rate_change("Rate", now, before, signal=True, judged=True)
        assert ("rose" in change) == (now - before >= sentences.LEVEL), seed
        assert ("fell" in change) == (before - now >= sentences.LEVEL), seed
        assert "−" not in change, seed


def world_of(seed: int) -> tuple[Decimal, Decimal, list[tuple[str, Decimal]]]:
    """A value before and now, and the members' steps between them."""
    chance = random.Random(seed)
    steps = [(f"Member {i}", D(chance.randint(-2_000_000, 2_500_000))) for i in range(chance.randint(1, 7))]
    before = D(chance.randint(5_000_000, 90_000_000))
    return before, before + sum((amount for _, amount in steps), D(0)), steps


def test_a_waterfalls_title_names_direction_size_and_the_largest_on_two_hundred_seeded_worlds() -> None:
    for seed in range(200):
        before, now, steps = world_of(seed)
        gap = now - before
        said = sentences.carried(
            "Net revenue", before=before, now=now, against="Q3 2025", unit="money", currency="USD", steps=steps
        )
        assert ("rose" in said) == (gap > 0), seed
        assert ("fell" in said) == (gap < 0), seed
        assert f" {show.money(abs(gap), 'USD')} on Q3 2025" in said, seed
        sign = 1 if gap > 0 else -1
        largest = max(steps, key=lambda step: step[1] * sign)
        assert f"{largest[0]} ({show.difference(largest[1], 'money', 'USD')})" in said, seed
        assert ("most of it" in said) == (D("0.5") < largest[1] / gap < 1), seed
        assert ("more than all of it" in said) == (largest[1] / gap > 1), seed
        other = min(steps, key=lambda step: step[1] * sign)
        against = other[1] * sign < 0 and abs(other[1]) * 5 >= abs(gap)
        assert ("went the other way" in said) == against, seed
        if against:
            assert f"; {other[0]} went the other way" in said, seed


def test_what_did_not_move_is_called_level() -> None:
    said = sentences.carried(
        "Gross margin", before=D("0.5"), now=D("0.50001"), against="Q3 2025", unit="rate", currency="USD", steps=[]
    )
    assert said.replace("\u202f", " ") == "Gross margin is level with Q3 2025: 50.0 %"


def test_titles_of_members_months_and_values_agree_with_them_on_two_hundred_seeded_worlds() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        members: list[tuple[str, Decimal | None]] = [(f"M{i}", D(chance.randint(1, 10**7))) for i in range(5)]
        top = max(members, key=lambda member: member[1] or D(0))
        said = sentences.largest("segment", members, unit="money", currency="USD", what="Net revenue")
        assert said == f"{top[0]} has the largest net revenue: {show.money(top[1], 'USD')}", seed
        attained, growth = (D(str(round(chance.uniform(-0.4, 0.4), 5))) for _ in range(2))
        said = sentences.period_result("July", attainment=1 + attained, growth=growth, to_date=False)
        assert ("ahead of plan" in said) == (attained >= sentences.LEVEL), seed
        assert ("behind plan" in said) == (attained <= -sentences.LEVEL), seed
        assert ("above last year" in said) == (growth >= sentences.LEVEL), seed
        assert ("below last year" in said) == (growth <= -sentences.LEVEL), seed
        now, was = (D(chance.randint(0, 500)) for _ in range(2))
        said = sentences.value_change("Wins", now, was, unit="count", currency="USD", signal=True, judged=True)
        assert (f"rose from {was} a year ago to {now}" in said) == (now > was), seed
        assert (f"fell from {was} a year ago to {now}" in said) == (now < was), seed
        rates = [(f"R{i}", D(str(round(chance.random(), 4))), D(str(round(chance.random(), 4)))) for i in range(4)]
        deepest = max(rates, key=lambda rate: rate[1])
        said = sentences.deepest_discount("route", rates)
        assert said.startswith(f"{deepest[0]} takes {show.rate(deepest[1], 0)} discount") or "alike" in said, seed
        opening, steps = D(chance.randint(10**5, 10**7)), D(chance.randint(-(10**5), 10**5))
        said = sentences.movement(opening, opening + steps, currency="USD", grew_most="by new", fell_most="by churned")
        level = show.money(opening, "USD") == show.money(opening + steps, "USD")
        assert ("rose" in said and "by new" in said) == (steps > 0 and not level), seed
        assert ("fell" in said and "by churned" in said) == (steps < 0 and not level), seed


def test_growth_from_next_to_nothing_is_told_in_times() -> None:
    assert sentences.against_year(D("8.99")).replace("\u202f", " ") == "899.0 % above last year"
    assert sentences.against_year(D("9")) == "at 10 times last year’s"
    said = sentences.period_result("October 2026", attainment=None, growth=D("442.476"), to_date=False)
    assert said == "October 2026 came in at 443 times last year’s"
