"""Where the lines of a scale stand and how they are written: round steps, in the signs of the page's own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core import show

MOST = 5  # lines of one scale
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def ticks(low: Decimal, high: Decimal, *, whole: bool = False) -> list[Decimal]:
    """At most six multiples of a round step from `low` to `high`; of a whole one for what is counted."""
    if high <= low:
        return [low]
    rough = (high - low) / MOST
    size = Decimal(1).scaleb(rough.adjusted())
    step = next(size * each for each in _ROUND if size * each >= rough)
    if whole:
        step = max(Decimal(1), step.to_integral_value())
    return list(_multiples(step, low, high))


def _multiples(step: Decimal, low: Decimal, high: Decimal) -> Iterator[Decimal]:
    place = (low / step).to_integral_value(rounding="ROUND_CEILING")
    while place * step <= high:
        yield (place * step).normalize() + 0
        place += 1


def texts(places: list[Decimal], unit: str, *, step: str | None = None) -> list[str]:
    """The places as a scale writes them, all with the decimals that the finest of them needs.

    `unit`: one of `metrics.definitions.base.Unit`. `step`: what the caption says that amounts are counted in.
    """
    if unit == "rate":
        digits = _digits([place * 100 for place in places])
        return [f"{show.fixed(place * 100, digits)}{show.THIN}%" for place in places]
    if not unit.startswith("money"):
        digits = _digits(places)
        return [show.fixed(place, digits) for place in places]
    if step is not None:
        scaled = [place / show.STEPS[step] for place in places]
        return [show.fixed(each, _digits(scaled)) for each in scaled]
    most = max((abs(place) for place in places), default=Decimal(0))
    name = next((name for name, size in show.STEPS.items() if most >= size), "")
    scaled = [place / show.STEPS[name] for place in places]
    digits = _digits(scaled)
    return [show.fixed(each, digits) + (f"{show.THIN}{name}" if name else "") if each else "0" for each in scaled]


def _digits(values: list[Decimal]) -> int:
    """The decimals that the finest of the values has."""
    return max((-_exponent(value) for value in values), default=0)


def _exponent(value: Decimal) -> int:
    """The power of ten of its last digit that is not nought, at most 0."""
    exponent = value.normalize().as_tuple().exponent
    return min(0, exponent) if isinstance(exponent, int) else 0
