"""Splits the change of a sum or of a rate over the members that make it up, without a remainder. Pure.

A sum changes by the differences of its members. A rate R = Σ wᵢ·rᵢ (w: a member's share of the denominator, r: its
own rate) changes by a *rate effect*, mean(wᵢ)·Δrᵢ, and a *mix effect*, Δwᵢ·(mean(rᵢ) − mean(R)). Both are means over
the two orders in which shares and rates can be exchanged (the Shapley value of two factors; Marshall–Edgeworth
weights), so that neither period is favoured and nothing is left over. The mean of R is taken off the mix because
ΣΔw = 0: a member that grows counts as a gain only if its rate is above the whole's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

PLACES = 12  # as published values carry
_HALF, _ZERO = Fraction(1, 2), Fraction(0)


@dataclass(frozen=True)
class Parts:
    """What a member adds to a value: the numerator, and for a rate the denominator."""

    numerator: Decimal
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Effect:
    """What one member did to the whole, in the value's own unit (a rate: as a fraction). `mix` is 0 for sums."""

    member: str
    rate: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        """Both together."""
        return self.rate + self.mix


@dataclass(frozen=True)
class Step:
    """One step of the waterfall; the steps' totals add up to the rounded change. `members`: how many it stands for."""

    member: str
    total: Decimal
    rate: Decimal
    mix: Decimal
    members: int = 1


def decompose(before: Mapping[str, Parts], now: Mapping[str, Parts]) -> list[Effect]:
    """The effect of each member of either period; together they are exactly the change of the whole.

    Raises ValueError if some members have a denominator and others have none, or if a whole has nothing to divide by.
    """
    members = sorted({*before, *now})
    given = [*before.values(), *now.values()]
    rates = [part.denominator is not None for part in given]
    if any(rates) and not all(rates):
        raise ValueError("all members of a rate need a denominator, and those of a sum none")
    if not any(rates):
        return [Effect(m, _top(now, m) - _top(before, m), _ZERO) for m in members]
    whole = [_whole(before), _whole(now)]
    middle = (whole[0][0] / whole[0][1] + whole[1][0] / whole[1][1]) / 2
    return [_effect(m, before.get(m), now.get(m), whole[0][1], whole[1][1], middle) for m in members]


def _effect(
    member: str, before: Parts | None, now: Parts | None, size0: Fraction, size1: Fraction, middle: Fraction
) -> Effect:
    top0, low0 = _pair(before)
    top1, low1 = _pair(now)
    share0, share1 = low0 / size0, low1 / size1
    if low0 == 0 and low1 == 0:
        return Effect(member, top1 / size1 - top0 / size0, _ZERO)
    # A member that is there in one period only has one rate, so that coming and going is mix. What a numerator
    # without a denominator adds (a correction) belongs to no share: it is the rate's.
    rate0 = top0 / low0 if low0 else top1 / low1
    rate1 = top1 / low1 if low1 else top0 / low0
    stray = (top1 / size1 if not low1 else _ZERO) - (top0 / size0 if not low0 else _ZERO)
    rate = (share0 + share1) * _HALF * (rate1 - rate0) + stray
    return Effect(member, rate, (share1 - share0) * ((rate0 + rate1) * _HALF - middle))


def steps(effects: Iterable[Effect], *, keep: int = 6) -> list[Step]:
    """The `keep` largest effects, gains first, and all others as one, rounded so that they add up to the change.

    The change itself is rounded to twelve digits; what rounding leaves goes to the largest step. Effects of nothing
    are left out.
    """
    ranked = sorted((e for e in effects if e.total or e.rate), key=lambda e: (-abs(e.total), e.member))
    if len(ranked) == keep + 1:
        keep += 1  # "all others" would stand for one that has a name
    shown, rest = ranked[:keep], ranked[keep:]
    made = [Step(e.member, _decimal(e.total), _decimal(e.rate), _decimal(e.mix)) for e in shown]
    made.sort(key=lambda step: -step.total)
    if rest:
        rate, mix = sum((e.rate for e in rest), _ZERO), sum((e.mix for e in rest), _ZERO)
        made.append(Step("", _decimal(rate + mix), _decimal(rate), _decimal(mix), len(rest)))
    if not made:
        return []
    change = _decimal(sum((e.total for e in ranked), _ZERO))
    missing = change - sum((step.total for step in made), Decimal(0))
    largest = max(range(len(made)), key=lambda i: abs(made[i].total))
    made[largest] = _with(made[largest], made[largest].total + missing)
    # Each step's own two effects add up to it in the same way.
    return [_with(step, step.total) for step in made]


def adds_up(members: Iterable[Parts], whole: Parts) -> bool:
    """Whether the members are all there is: only then do their effects explain the whole."""
    found = list(members)
    if sum((p.numerator for p in found), Decimal(0)) != whole.numerator:
        return False
    if whole.denominator is None:
        return all(p.denominator is None for p in found)
    return sum((p.denominator or Decimal(0) for p in found), Decimal(0)) == whole.denominator


def _with(step: Step, total: Decimal) -> Step:
    """The step with that total; its rate effect takes the difference of the last decimal."""
    return Step(step.member, total, total - step.mix, step.mix, step.members)


def _top(parts: Mapping[str, Parts], member: str) -> Fraction:
    return Fraction(parts[member].numerator) if member in parts else _ZERO


def _pair(parts: Parts | None) -> tuple[Fraction, Fraction]:
    return (_ZERO, _ZERO) if parts is None else (Fraction(parts.numerator), Fraction(parts.denominator or 0))


def _whole(parts: Mapping[str, Parts]) -> tuple[Fraction, Fraction]:
    pairs = [_pair(each) for each in parts.values()]
    top, low = sum((p[0] for p in pairs), _ZERO), sum((p[1] for p in pairs), _ZERO)
    if low == 0:
        raise ValueError("a rate whose denominators add up to nothing has no value to change")
    return top, low


def _decimal(value: Fraction) -> Decimal:
    """Rounded half-even to twelve places, from integers: no precision of a context plays a part."""
    return Decimal(round(value * 10**PLACES)).scaleb(-PLACES)
