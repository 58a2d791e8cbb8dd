"""Titles say what their values say, on chosen cases and on seeded random ones."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

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
        (None, "1.2", None, "Revenue is 20.0 % ahead of plan. "),
        ("0.02", None, None, "Revenue is growing: +2.0 % on last year. "),
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


def test_a_tie_at_the_top_names_nobody() -> None:
    members: list[tuple[str, Decimal | None]] = [("A", D(5)), ("B", D(5))]
    said = sentences.largest("segment", members, unit="money", currency="USD", what="Net revenue")
    assert said == "Net revenue by segment"


def test_rows_without_a_member_are_called_so() -> None:
    said = sentences.largest("route", [("", D(5)), ("B", D(4))], unit="money", currency="USD", what="Net revenue")
    assert said == "No route leads in net revenue: $5"


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
