"""How values are written for people: money, rates, changes and dates, with the right minus and unbreakable spaces.

Nothing here computes; a value that is None is shown as "n/a". Rates and their changes are fractions: 0.583 is 58.3 %.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.numbers import get_currency_symbol
from django.utils.text import capfirst

from core.money import decimals

NONE = "n/a"
MINUS = "\u2212"
THIN = "\u202f"  # narrow no-break space between a number and its unit
MOST_DIGITS = 4
STEPS = {"B": Decimal(10) ** 9, "M": Decimal(10) ** 6, "K": Decimal(10) ** 3, "": Decimal(1)}


def sentence(words: object) -> str:
    """What an error says as a sentence: a capital, which no name inside it loses, and a full stop."""
    said = str(words).strip()
    return capfirst(said) + ("" if said.endswith((".", "!", "?")) else ".")


@lru_cache(maxsize=64)
def symbol(currency: str) -> str:
    """The currency's sign: "$", "€", or its code with a space where it has none."""
    sign = str(get_currency_symbol(currency, locale="en"))
    return sign if len(sign) < 3 else f"{sign}{THIN}"


def fixed(value: Decimal, digits: int) -> str:
    """`value` rounded half-even to `digits` decimals, with grouped thousands and a real minus; never "−0"."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,f}".replace("-", MINUS)


def signed(value: Decimal, digits: int) -> str:
    """`fixed` with a plus before what is above zero."""
    written = fixed(value, digits)
    return written if written.startswith(MINUS) or not written.strip("0.,") else f"+{written}"


def compact(value: Decimal) -> tuple[str, str]:
    """Three digits and the step they are counted in: 14234567 → ("14.2", "M"); under a thousand the step is ""."""
    for name, step in STEPS.items():
        scaled = value / step
        # 999 950 would round to "1,000 K": the next step takes what rounds up to it.
        if name and abs(scaled) >= Decimal("0.9995"):
            size = abs(scaled)
            digits = 0 if size >= Decimal("99.95") else 1 if size >= Decimal("9.995") else 2
            return fixed(scaled, digits), name
    return fixed(value, 0), ""


def money(value: Decimal | None, currency: str) -> str:
    """Short money for a tile: 14234567 → "$14.2 M"."""
    if value is None:
        return NONE
    number, step = compact(value)
    return _with_symbol(number, currency) + (f"{THIN}{step}" if step else "")


def money_exact(value: Decimal | None, currency: str) -> str:
    """Money in full, with the currency's own decimals: "$14,234,567.00"."""
    return NONE if value is None else _with_symbol(fixed(value, decimals(currency)), currency)


def rate(value: Decimal | None, digits: int = 1, *, line: Decimal = Decimal(1)) -> str:
    """A fraction in percent: 0.583 → "58.3 %". What is short of `line` (target, floor) is not rounded up to it."""
    if value is None:
        return NONE
    while value < line and digits < MOST_DIGITS and fixed(value * 100, digits) == fixed(line * 100, digits):
        digits += 1
    return f"{fixed(value * 100, digits)}{THIN}%"


def change(value: Decimal | None, digits: int = 1) -> str:
    """A relative change: 0.118 → "+11.8 %"."""
    return NONE if value is None else f"{signed(value * 100, digits)}{THIN}%"


def points(value: Decimal | None, digits: int = 1) -> str:
    """A change of a rate: −0.031 → "−3.1 pt"."""
    return NONE if value is None else f"{signed(value * 100, digits)}{THIN}pt"


def value(amount: Decimal | None, unit: str, currency: str, *, exact: bool = False) -> str:
    """`amount` in its unit (one of `metrics.definitions.base.Unit`), short or in full."""
    if amount is None:
        return NONE
    if unit.startswith("money"):
        written = money_exact(amount, currency) if exact else money(amount, currency)
        return written + unit.removeprefix("money").replace(" per ", " / ")
    if unit == "rate":
        return rate(amount, 4 if exact else 1)
    if unit == "count":
        return fixed(amount, 0)
    if unit == "ratio":
        return f"{fixed(amount, 4 if exact else 2)}{THIN}×"
    if unit == "index":
        return fixed(amount, 1)
    return f"{fixed(amount, 2 if abs(amount) < 10 else 1)} {unit}"


def difference(amount: Decimal | None, unit: str, currency: str) -> str:
    """A difference of two values in `unit`, signed; of two rates in points."""
    if amount is None:
        return NONE
    if unit == "rate":
        return points(amount)
    written = value(abs(amount), unit, currency)
    return f"{'+' if amount > 0 else MINUS if amount < 0 else ''}{written}"


def day(when: date | datetime | None) -> str:
    """21 Sep 2026."""
    return NONE if when is None else f"{when.day} {when:%b %Y}"


def span(start: date, end: date) -> str:
    """The days from `start` to `end`, both included: "1 Jul – 21 Sep 2026"."""
    if start == end:
        return day(start)
    first = f"{start.day} {start:%b}" if start.year == end.year else day(start)
    return f"{first} – {day(end)}"


_SYSTEMS = {
    "hubspot": "HubSpot", "plain": "plain files", "quickbooks": "QuickBooks", "dynamics": "Dynamics",
    "pipedrive": "Pipedrive", "recurly": "Recurly", "salesforce": "Salesforce", "stripe": "Stripe", "xero": "Xero",
    "zoho": "Zoho",
}  # fmt: skip


def system(name: str) -> str:
    """A source as its makers write it: "salesforce" → "Salesforce"; a name that somebody gave it stays."""
    return _SYSTEMS.get(name, name)


def size(count: int) -> str:
    """A file's size: 1536 → "1.5 KB"."""
    if count < 1000:
        return f"{count}{THIN}bytes"
    for step, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if count >= step:
            return f"{fixed(Decimal(count) / step, 1)}{THIN}{name}"
    raise AssertionError("unreachable")


def _with_symbol(number: str, currency: str) -> str:
    sign = MINUS if number.startswith(MINUS) else ""
    return f"{sign}{symbol(currency)}{number.removeprefix(MINUS)}"
