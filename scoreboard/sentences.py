"""Titles that state the finding, drafted from published values. Pure, and tested against the values they speak of.

A sentence says nothing that its values do not: what rounds to nothing is "level with", what lies inside the process
limits is noise, what is missing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from core import show

LEVEL = Decimal("0.0005")  # a change that shows as 0.0 %
MANY = Decimal(9)  # growth from which percent say less than "ten times"


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; `strong` parts carry the numbers."""

    text: str
    strong: bool = False


def situation(
    *, growth: Decimal | None, attainment: Decimal | None, failed: Decimal | None, to_date: bool, noise: bool = False
) -> tuple[Piece, ...]:
    """The line under the number: growth, plan, and how much of it fails the quality policy.

    `noise`: the growth lies within the series' usual ups and downs, and is said to.
    """
    pieces: list[Piece] = []
    verb = "is" if to_date else "was"
    if growth is not None:
        level = abs(growth) < LEVEL
        word = "level with last year" if level else "growing" if growth > 0 else "shrinking"
        if noise and not level:
            side = "above" if growth > 0 else "below"
            pieces += [Piece(f"Revenue {verb} "), Piece(show.rate(abs(growth)), strong=True)]
            pieces.append(Piece(f" {side} last year, which is within its usual ups and downs,"))
        elif growth >= MANY:
            pieces += [Piece(f"Revenue {verb} "), Piece(_times(growth), strong=True), Piece(" last year’s")]
        else:
            pieces.append(Piece(f"Revenue {verb} {word}"))
        if not level and not noise and growth < MANY:
            pieces += [Piece(": "), Piece(show.change(growth), strong=True), Piece(" on last year")]
    if attainment is not None:
        joint = " and " if growth is not None else f"Revenue {verb} "
        pieces += [Piece(joint), Piece(against_plan(attainment), strong=True)]
    if noise and attainment is None and pieces:
        pieces[-1] = Piece(pieces[-1].text.rstrip(","))
    if not pieces:
        return (Piece("There is no plan and no year before to compare with yet."),)
    pieces.append(Piece(". "))
    if failed is not None and failed >= LEVEL:
        met = attainment >= 1 if attainment is not None else growth is not None and growth >= LEVEL
        opening = "But " if met else ""
        pieces += [
            Piece(opening),
            Piece(f"{show.rate(failed, 0)} of it", strong=True),
            Piece(" fails the quality policy."),
        ]
    return tuple(piece for piece in pieces if piece.text)


def against_plan(attainment: Decimal) -> str:
    """1.04 → "4.0 % ahead of plan"."""
    gap = attainment - 1
    if abs(gap) < LEVEL:
        return "just short of plan" if gap < 0 else "on plan"
    return f"{show.rate(abs(gap))} {'ahead of' if gap > 0 else 'behind'} plan"


def against_year(growth: Decimal) -> str:
    """0.118 → "11.8 % above last year"; of a small beginning "at 12 times last year’s"."""
    if abs(growth) < LEVEL:
        return "level with last year"
    if growth >= MANY:
        return f"at {_times(growth)} last year’s"
    return f"{show.rate(abs(growth))} {'above' if growth > 0 else 'below'} last year"


def _times(growth: Decimal) -> str:
    return f"{int((growth + 1).to_integral_value(ROUND_HALF_EVEN)):,} times"


def weeks(names: Sequence[str], sides: Sequence[int], *, judged: bool, noun: str = "weeks") -> str:
    """What the spark line shows: which weeks were signals. `sides` as from `signals.side`, oldest first."""
    if not judged:
        return f"There are too few {noun} yet to tell signal from noise."
    signals = [(name, side) for name, side in zip(names, sides, strict=True) if side]
    if not signals:
        return f"All of the last {len(names)} full {noun} lie within the process limits: their ups and downs are noise."
    high = [name for name, side in signals if side > 0]
    low = [name for name, side in signals if side < 0]
    said = [
        f"{_list(group)} {_was(group)} {word}"
        for group, word in ((high, "unusually high"), (low, "unusually low"))
        if group
    ]
    rest = "; the rest is noise" if len(signals) < len(names) else ""
    return f"{' and '.join(said)}{rest}."


def period_result(name: str, *, attainment: Decimal | None, growth: Decimal | None, to_date: bool) -> str:
    """ "September 2026 came in 4.1 % ahead of plan and 9.0 % above last year"."""
    verb = "stands" if to_date else "came in"
    said = [against_plan(attainment)] if attainment is not None else []
    said += [against_year(growth)] if growth is not None else []
    if not said:
        return f"Net revenue up to {name}"
    return f"{name} {verb} {' and '.join(said)}"


def largest(
    dimension: str, members: Sequence[tuple[str, Decimal | None]], *, unit: str, currency: str, what: str
) -> str:
    """ "Enterprise has the largest net revenue: $6.5 M"; of a tie at the top two are named, more are counted."""
    known = [(name, value) for name, value in members if value is not None]
    named = f"{what[0].lower()}{what[1:]}"
    if not known:
        return f"{what} by {dimension}"
    top = max(value for _, value in known)
    said, names = show.value(top, unit, currency), [name for name, value in known if value == top]
    most = "largest" if unit.startswith("money") else "most" if unit == "count" else "highest"
    if len(known) == 1:
        return f"{what} by {dimension}: {said} in the only one known"
    if len(names) == 2 and all(names):
        return f"{names[0]} and {names[1]} share the {most} {named}: {said}"
    if len(names) > 1:
        return f"{len(names)} share the {most} {named} by {dimension}: {said}"
    name = names[0] or f"no {dimension}"
    return f"{name[0].upper()}{name[1:]} has the {most} {named}: {said}"


def movement(opening: Decimal, closing: Decimal, *, currency: str, grew_most: str, fell_most: str) -> str:
    """The title of an MRR bridge: where it went and what moved it most ("through new customers")."""
    change = closing - opening
    if show.money(opening, currency) == show.money(closing, currency):
        return f"Recurring revenue stayed at {show.money(closing, currency)} a month"
    word, by = ("rose", grew_most) if change > 0 else ("fell", fell_most)
    carried = f", most of all {by}" if by else ""
    return f"Recurring revenue {word} to {show.money(closing, currency)} a month{carried}"


def carried(
    label: str, *, before: Decimal, now: Decimal, against: str, unit: str, currency: str,
    steps: Sequence[tuple[str, Decimal]],
) -> str:  # fmt: skip
    """ "Net revenue rose $1.2 M on Q3 2025, most of it Enterprise (+$0.8 M); SMB went the other way (−$0.3 M)"."""
    gap = now - before
    said = show.difference(gap, unit, currency)
    if not gap or not any(digit in said for digit in "123456789"):
        return f"{label} is level with {against}: {show.value(now, unit, currency)}"
    size = said.lstrip("+" + show.MINUS)
    opening = f"{label} {'rose' if gap > 0 else 'fell'} {size} on {against}"
    sign = 1 if gap > 0 else -1
    with_it = max(steps, key=lambda step: step[1] * sign, default=("", Decimal(0)))
    if with_it[1] * sign <= 0:
        return opening
    share = with_it[1] / gap
    part = "more than all of it" if share > 1 else "all of it" if share == 1 else "most of it" if share * 2 > 1 else ""
    carrier = f"{with_it[0]} ({show.difference(with_it[1], unit, currency)})"
    opening += f", {part} {carrier}" if part else f", first of all {carrier}"
    counter = min(steps, key=lambda step: step[1] * sign)
    if counter[1] * sign < 0 and abs(counter[1]) * 5 >= abs(gap):
        opening += f"; {counter[0]} went the other way ({show.difference(counter[1], unit, currency)})"
    return opening


def rate_change(label: str, now: Decimal | None, before: Decimal | None, *, signal: bool, judged: bool) -> str:
    """ "Gross margin fell 3.1 pt on a year ago to 58.3 %"; inside the process limits it is called noise."""
    if now is None:
        return f"{label}: no value in this period"
    if before is None:
        return f"{label} stands at {show.rate(now)}"
    gap = now - before
    if abs(gap) < LEVEL:
        return f"{label} is where it was a year ago: {show.rate(now)}"
    word = "rose" if gap > 0 else "fell"
    noise = "" if signal or not judged else ", which is within its usual range"
    return f"{label} {word} {show.points(abs(gap)).lstrip('+')} on a year ago to {show.rate(now)}{noise}"


def deepest_discount(dimension: str, members: Sequence[tuple[str, Decimal, Decimal]]) -> str:
    """Margin against discount from (name, discount, margin): who gives most away, and what margin is left there."""
    if len(members) < 2:
        return f"Margin against discount by {dimension}"
    most, least = max(members, key=lambda m: m[1]), min(members, key=lambda m: m[1])
    if most[1] - least[1] < Decimal("0.005"):
        return f"Discounts are alike by {dimension}: about {show.rate(most[1], 0)}"
    name = most[0] if most[0] != "none given" else f"No {dimension}"
    first = f"{name[0].upper()}{name[1:]}"
    return (
        f"{first} takes {show.rate(most[1], 0)} discount and leaves {show.rate(most[2], 0)} margin; "
        f"{least[0]} takes {show.rate(least[1], 0)} and leaves {show.rate(least[2], 0)}"
    )


def value_change(
    label: str, now: Decimal | None, before: Decimal | None, *, unit: str, currency: str, signal: bool, judged: bool
) -> str:
    """As `rate_change`, for a value in any unit: "New customers in September 2026 rose from 9 a year ago to 14"."""
    if unit == "rate" or now is None:
        return rate_change(label, now, before, signal=signal, judged=judged)
    said = show.value(now, unit, currency)
    if before is None:
        return f"{label} stands at {said}"
    was = show.value(before, unit, currency)
    if was == said:
        return f"{label} is where it was a year ago: {said}"
    noise = "" if signal or not judged else ", which is within its usual range"
    return f"{label} {'rose' if now > before else 'fell'} from {was} a year ago to {said}{noise}"


def _list(names: Sequence[str]) -> str:
    shown = [names[0], *(_lower(name) for name in names[1:])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _lower(name: str) -> str:
    return name[0].lower() + name[1:] if name.startswith("Week") else name


def _was(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"
