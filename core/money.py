"""Exact money: integers in ten-thousandths of the currency unit.

Real exports carry up to four decimals, so cents would lose them, and floats lose more. Amounts stay integers from the
typed row to the sum; they are rounded only when shown, by the currency's own number of decimals.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

SCALE = 10_000
BIGINT = 2**63 - 1


def to_units(amount: Decimal) -> int:
    """Ten-thousandths for a decimal amount, half-even at the fourth decimal.

    Raises ValueError if the amount is not finite or does not fit a bigint.
    """
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount")
    units = int((amount * SCALE).to_integral_value(rounding=ROUND_HALF_EVEN))
    if abs(units) > BIGINT:
        raise ValueError(f"{amount} is larger than Assay can keep")
    return units


def to_decimal(units: int) -> Decimal:
    """The decimal amount of `units` ten-thousandths, without trailing zeros (but at least none lost)."""
    return Decimal(units).scaleb(-4)


def text(units: int) -> str:
    """The shortest exact decimal text: 22972008603 → '2297200.8603', 22000000000 → '2200000'."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), SCALE)
    return f"{sign}{whole}" + (f".{rest:04d}".rstrip("0") if rest else "")


def round_for_display(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half-even to the currency's own decimals (0, 2 or 3)."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=256)
def decimals(currency: str) -> int:
    """How many decimals the currency shows: JPY 0, USD 2, KWD 3 (ISO 4217 by way of CLDR)."""
    return int(get_currency_precision(currency))


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """All ISO 4217 codes that CLDR knows."""
    return frozenset(list_currencies())
