"""Winning or losing: one word from attainment, growth and quality share. Pure; the rule is shown beside the word.

1. Target met, quality share under its floor: HITTING IT THE WRONG WAY.
2. Target met: WINNING; but AT RISK if revenue is under last year's.
3. Target missed by less than five points: AT RISK; by more: LOSING.
4. Without a target the year before decides: not under it WINNING, less than five percent under it AT RISK, else LOSING.
"""

from __future__ import annotations

import enum
from decimal import Decimal

NEAR = Decimal("0.05")


class Verdict(enum.Enum):
    """The word, its slug for colour, and its shape (an icon's name): never colour alone."""

    WINNING = ("Winning", "winning", "circle")
    AT_RISK = ("At risk", "risk", "warn")
    LOSING = ("Losing", "losing", "square")
    WRONG_WAY = ("Hitting it the wrong way", "wrong", "diamond")
    UNKNOWN = ("No verdict yet", "unknown", "clock")

    @property
    def word(self) -> str:
        """The word."""
        return self.value[0]

    @property
    def slug(self) -> str:
        """Its name in the style sheet."""
        return self.value[1]

    @property
    def icon(self) -> str:
        """Its shape."""
        return self.value[2]


RULES = {
    Verdict.WINNING: "The target to date is met, and revenue is not under last year's. "
    "Without a target, last year decides.",
    Verdict.AT_RISK: "The target to date is missed by less than five points, "
    "or it is met while revenue is under last year's.",
    Verdict.LOSING: "The target to date is missed by five points or more. "
    "Without a target: revenue is five percent or more under last year's.",
    Verdict.WRONG_WAY: "The target to date is met, but the share of revenue that passes the quality policy "
    "is under its floor.",
    Verdict.UNKNOWN: "There is neither a target nor a year before to judge by. Import targets, or more of the past.",
}


def judge(
    *, attainment: Decimal | None, growth: Decimal | None, quality: Decimal | None = None, floor: Decimal | None = None
) -> Verdict:
    """The verdict from published fractions (attainment 1.04, growth on the year before 0.118, quality share 0.71)."""
    if attainment is None:
        if growth is None:
            return Verdict.UNKNOWN
        return Verdict.WINNING if growth >= 0 else Verdict.AT_RISK if growth > -NEAR else Verdict.LOSING
    if attainment >= 1:
        if quality is not None and floor is not None and quality < floor:
            return Verdict.WRONG_WAY
        return Verdict.AT_RISK if growth is not None and growth < 0 else Verdict.WINNING
    return Verdict.AT_RISK if attainment > 1 - NEAR else Verdict.LOSING
