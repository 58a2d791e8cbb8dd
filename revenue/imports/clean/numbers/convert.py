"""Number columns as exact integers, vectorised: plain digits, then grouped and signed ones, then one by one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from core.money import BIGINT, SCALE
from revenue.imports.clean.converted import Converted, filled, is_blank, on_distinct, shown
from revenue.imports.clean.numbers.parse import NotANumber, Parsed, not_a_number, parse_number
from revenue.imports.clean.spaces import tidy

PLAIN = r"^(?:-?[0-9]{1,14}(?:\.[0-9]{1,4})?)?$"  # or empty; 14 digits and 4 decimals always fit a bigint
_PLAIN_COMMA = r"^-?[0-9]{1,14}(?:,[0-9]{1,4})?$"
_S = r"[$€£¥￥₹₩₽₺₫₪฿]"

Finish = Callable[[Parsed], int]


def _fancy(mark: str) -> str:
    """Grouped digits with a currency sign, a minus on either side or parentheses; at most four decimals."""
    other = "," if mark == "." else r"\."
    wholes = ["[0-9]{1,14}", *(f"[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,4}}" for group in (other, " ", "['’]"))]
    if mark == ".":
        wholes.append("[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}")  # the Indian way
    body = rf"(?:{'|'.join(wholes)})(?:\{mark}[0-9]{{1,4}})?"
    forms = [
        rf"(?:-? ?{_S}? ?|{_S} ?- ?){body}",
        rf"-? ?{body} ?{_S}",
        rf"{_S}? ?{body} ?-",
        rf"\( ?{_S}? ?{body} ?\)",
        rf"\({body} ?{_S}\)",
    ]
    return f"^(?:{'|'.join(forms)})$"


_FANCY = {".": _fancy("."), ",": _fancy(",")}


def units(text: pl.Series, mark: str, finish: Finish, plain: bool = False) -> Converted:
    """Integers in ten-thousandths. `plain`: every cell is known to be empty or to match PLAIN read with a point.

    `finish` turns a number that needed the slow path into ten-thousandths or raises NotANumber with the reason.
    """
    if plain:
        return Converted(_whole(text.cast(pl.Decimal(38, 4), strict=False)))
    if mark == ",":
        fast = text.str.contains(_PLAIN_COMMA)
        digits = text.set(~fast, None).str.replace(",", ".", literal=True)
    else:
        fast = text.str.contains(PLAIN)
        digits = text.set(~fast, None)
    values = _whole(digits.cast(pl.Decimal(38, 4), strict=False))
    rest = ~fast & (text != "")
    if bool(rest.all()):
        values = on_distinct(text, lambda some: _others(some, mark, finish))
    elif bool(rest.any()):
        slow = on_distinct(text.filter(rest), lambda some: _others(some, mark, finish))
        values = filled(values, rest, slow)
    bad = values.is_null() & (text != "")
    if bool(bad.any()):
        bad = bad & ~is_blank(text)
    return Converted(values, bad if bool(bad.any()) else None, explain(mark, finish))


def _whole(decimals: pl.Series) -> pl.Series:
    """Decimals of scale 4 as their integers; null where a bigint cannot hold them."""
    return decimals.to_physical().cast(pl.Int64, strict=False)


def _others(text: pl.Series, mark: str, finish: Finish) -> pl.Series:
    """Texts that are not plain: grouped ones vectorised, as they are or tidied; the remainder value by value."""
    if bool(text.str.contains(_FANCY[mark]).all()):
        return _grouped(text, mark)
    values = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(text))
    left = pl.int_range(len(text), dtype=pl.UInt32, eager=True)
    for tidied in (False, True):
        rest = text.gather(left)
        rest = tidy(rest) if tidied else rest
        grouped = rest.str.contains(_FANCY[mark])
        values = values.scatter(left.filter(grouped), _grouped(rest.filter(grouped), mark))
        left, rest = left.filter(~grouped), rest.filter(~grouped)
        if not len(left):
            return values
    slow = [_one(v, mark, finish) if v else None for v in rest.to_list()]
    return values.scatter(left, pl.Series(slow, dtype=pl.Int64))


def _grouped(text: pl.Series, mark: str) -> pl.Series:
    """The integers of texts that match `_fancy(mark)`."""
    if not len(text):
        return pl.Series([], dtype=pl.Int64)
    digits = text.str.strip_chars("-() $€£¥￥₹₩₽₺₫₪฿").str.replace_all("," if mark == "." else ".", "", literal=True)
    if bool(digits.str.contains("[ '’]").any()):
        digits = digits.str.replace_all("[ '’]", "")
    if mark == ",":
        digits = digits.str.replace(",", ".", literal=True)
    values = _whole(digits.cast(pl.Decimal(38, 4), strict=False))
    negative = text.str.contains(r"[-(]")
    return values.zip_with(~negative, -values) if bool(negative.any()) else values


def _one(text: str, mark: str, finish: Finish) -> int | None:
    try:
        return in_range(finish(parse_number(text, mark)), text)
    except NotANumber:
        return None


def explain(mark: str, finish: Finish) -> Callable[[str], str]:
    """Gives the reason for one value that cannot be read."""

    def why(value: str) -> str:
        try:
            in_range(finish(parse_number(value, mark)), value)
        except NotANumber as fault:
            return str(fault)
        return not_a_number(value, mark)

    return why


def in_range(number: int, text: str) -> int:
    """The number if a bigint holds it; NotANumber if not."""
    if abs(number) > BIGINT:
        raise NotANumber(f"{shown(text)!r} is larger than Assay can keep (922 trillion)")
    return number


def money(parsed: Parsed) -> int:
    """Ten-thousandths of an amount; NotANumber for a percentage and for more than four decimals."""
    _no_percent(parsed)
    scaled = _scaled(parsed.value)
    if scaled != scaled.to_integral_value():
        raise NotANumber(
            f"{parsed.value} has more than four decimals, which no amount has; round it where it comes from"
        )
    return int(scaled)


def quantity(parsed: Parsed) -> int:
    """Ten-thousandths of a number that is no amount, rounded half-even; NotANumber for a percentage."""
    _no_percent(parsed)
    return int(_scaled(parsed.value).to_integral_value(rounding=ROUND_HALF_EVEN))


def count(parsed: Parsed) -> int:
    """Ten-thousandths of a whole number; NotANumber if it has a fraction."""
    _no_percent(parsed)
    if parsed.value != parsed.value.to_integral_value():
        raise NotANumber(f"{parsed.value} is not a whole number")
    return int(_scaled(parsed.value))


def _no_percent(parsed: Parsed) -> None:
    if parsed.percent:
        raise NotANumber(
            f"{parsed.value}% is a percentage where a number is expected; map the column that holds the number"
        )


def _scaled(value: Decimal) -> Decimal:
    if value.adjusted() > 40 or len(value.as_tuple().digits) > 60:
        raise NotANumber(f"{shown(str(value))} is larger than Assay can keep (922 trillion)")
    return value * SCALE
