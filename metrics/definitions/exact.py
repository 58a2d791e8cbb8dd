"""Exact values from the parts of a row: money to its last decimal, rates to twelve digits."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pandas as pd

from metrics.definitions.base import Metric

DIGITS = 12


def part(metric: Metric, row: Any, side: str) -> Decimal | None:
    """The numerator or denominator of a row (a mapping or Series) in its own unit, as an exact decimal if it has one.

    Money comes back in currency units; a part whose scale leaves no finite decimal is rounded to twelve digits.
    """
    units = row[side]
    if units is None or pd.isna(units):
        return None
    scale = metric.numerator_scale if side == "numerator" else metric.denominator_scale
    return decimal(Fraction(int(units), scale))


def exact(metric: Metric, row: Any) -> Decimal | None:
    """The row's value: from its parts where it has them (exact, or to twelve digits), else the float as it is.

    None where the row has no value.
    """
    if row["value"] is None or pd.isna(row["value"]):
        return None
    numerator, denominator = row["numerator"], row["denominator"]
    if numerator is None or pd.isna(numerator):
        return Decimal(repr(float(row["value"])))
    top = Fraction(int(numerator), metric.numerator_scale)
    if denominator is None or pd.isna(denominator):
        return decimal(top)
    bottom = Fraction(int(denominator), metric.denominator_scale)
    return decimal(top / bottom)


def decimal(value: Fraction) -> Decimal:
    """The finite decimal of a fraction, or the nearest with twelve digits after the point (half-even)."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext() as context:
        context.prec = 60
        found = Decimal(value.numerator) / Decimal(value.denominator)
        if rest == 1 and -int(found.as_tuple().exponent) <= DIGITS:
            return found
        return found.quantize(Decimal(1).scaleb(-DIGITS), rounding=ROUND_HALF_EVEN)
