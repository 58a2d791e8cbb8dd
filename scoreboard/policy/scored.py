"""The preview of a draft, written for the page: eight quarters now and as the draft would score them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core import show
from core.periods import Calendar
from metrics.definitions.quality_policy import TESTS
from metrics.definitions.quality_share import REASONS
from metrics.policy.preview import Quarter, Score
from scoreboard.charts.svg import Segment, segments
from scoreboard.policy.words import OUTCOMES
from scoreboard.views_of_time import name_of

LOOKS = {"quality": "good", "unknown": "unknown"} | {test: str(place) for place, test in enumerate(TESTS, start=1)}
ORDER = ("quality", "unknown", *TESTS)


@dataclass(frozen=True)
class Cell:
    """Net revenue by one outcome: under the draft, and how that differs from now."""

    amount: str
    change: str
    tone: str


@dataclass(frozen=True)
class QuarterRow:
    """One quarter. `low`: under the draft its good share is below the draft's floor."""

    name: str
    net: str
    now: str
    draft: str
    change: str
    tone: str
    low: bool
    judged: bool
    to_date: bool
    bar_now: tuple[Segment, ...]
    bar_draft: tuple[Segment, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Preview:
    """The whole preview with its finding."""

    title: str
    rows: tuple[QuarterRow, ...]
    outcomes: tuple[tuple[str, str], ...]  # (look, name), in the order of the bars and the table
    judged: int


def written(quarters: Sequence[Quarter], floor: Decimal, calendar: Calendar, currency: str) -> Preview:
    """The preview of `metrics.policy.preview.preview`; a quarter without revenue is left out."""
    shown = [q for q in quarters if q.now.parts]
    rows = tuple(_row(q, floor, calendar, currency) for q in shown)
    outcomes = tuple((LOOKS[reason], OUTCOMES[reason]) for reason in ORDER)
    return Preview(_title(shown, floor), rows, outcomes, sum(q.judged for q in shown))


def _row(quarter: Quarter, floor: Decimal, calendar: Calendar, currency: str) -> QuarterRow:
    change = quarter.change
    return QuarterRow(
        name=name_of(quarter.period, calendar),
        net=show.money(quarter.draft.net, currency),
        now=_rate(quarter.now.share),
        draft=_rate(quarter.draft.share),
        change=show.points(_decimal(change)) if change else "no change" if change is not None else show.NONE,
        tone=_tone(change),
        low=_below(quarter.draft, floor),
        judged=quarter.judged,
        to_date=quarter.to_date,
        bar_now=_bar(quarter.now),
        bar_draft=_bar(quarter.draft),
        cells=tuple(_cell(quarter, reason, currency) for reason in ORDER),
    )


def _cell(quarter: Quarter, reason: str, currency: str) -> Cell:
    amount = quarter.draft.part(reason)
    change = amount - quarter.now.part(reason)
    good = change > 0 if reason == "quality" else change < 0
    tone = "" if not change or reason == "unknown" else "good" if good else "bad"
    return Cell(show.money(amount, currency), show.difference(change, "money", currency) if change else "", tone)


def _bar(score: Score) -> tuple[Segment, ...]:
    """Nothing where a part is negative, which no bar can show."""
    if score.net <= 0 or any(score.part(reason) < 0 for reason in REASONS):
        return ()
    return segments([(LOOKS[r], OUTCOMES[r], score.part(r) / score.net) for r in ORDER])


def _below(score: Score, floor: Decimal) -> bool:
    """Whether the floor is missed even if all that is not decided turns out good, as the verdict counts it."""
    if score.net <= 0:
        return False
    failed = sum((score.part(test) for test in TESTS), Decimal(0))
    return 1 - failed / score.net < floor


def _title(quarters: Sequence[Quarter], floor: Decimal) -> str:
    if not quarters:
        return "There is no revenue yet that a policy could score"
    changes = [q.change for q in quarters if q.change is not None]
    low = sum(_below(q.draft, floor) for q in quarters)
    missed = f"the floor of {show.rate(floor, 0)} would be missed in {low} of {len(quarters)} quarters"
    if not any(changes):
        return f"The same share of revenue would be good as now; {missed}"
    net = sum((q.draft.net for q in quarters), Decimal(0))
    good = sum((q.draft.part("quality") - q.now.part("quality") for q in quarters), Decimal(0))
    word = "more" if good > 0 else "less"
    share = show.fixed(abs(good / net) * 100, 1) if net else "0"
    return f"Over these quarters {share} points {word} of the revenue would be good; {missed}"


def _rate(share: Fraction | None) -> str:
    return show.rate(_decimal(share)) if share is not None else show.NONE


def _decimal(share: Fraction | None) -> Decimal | None:
    return None if share is None else Decimal(share.numerator) / Decimal(share.denominator)


def _tone(change: Fraction | None) -> str:
    return "" if not change else "good" if change > 0 else "bad"
