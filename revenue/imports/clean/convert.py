"""One column of a chunk, converted by its kind once its reading is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from core.money import SCALE
from revenue.imports.clean.boolean import BooleanProfile, booleans
from revenue.imports.clean.columns import Bound, Part
from revenue.imports.clean.converted import Converted, is_blank, on_distinct
from revenue.imports.clean.dates.convert import dates, timestamps
from revenue.imports.clean.dates.profile import DateProfile
from revenue.imports.clean.numbers import convert as number
from revenue.imports.clean.numbers.parse import NotANumber, parse_number
from revenue.imports.clean.numbers.profile import NumberProfile
from revenue.imports.clean.period import INCLUSIVE
from revenue.imports.clean.probability import probabilities
from revenue.imports.clean.text import LONGEST_NAME, LONGEST_TEXT, choices, currency_codes, ids, texts
from revenue.imports.shapes import Plan
from revenue.objects import Column, Kind

_FINISH = {Kind.MONEY: number.money, Kind.NUMBER: number.quantity, Kind.INTEGER: number.count}
_RATE_DECIMALS = Decimal(1).scaleb(-10)


@dataclass(frozen=True)
class Context:
    """What conversion needs beside the column: the company's zone and the plan."""

    zone: str
    plan: Plan

    @property
    def salesforce(self) -> bool:
        """Whether ids are Salesforce's."""
        return self.plan.format.get("ids") == "salesforce"


def convert(bound: Bound, text: pl.Series, context: Context) -> Converted:
    """The column's values of its kind (see `shapes.Typed`) with a mask of what cannot be read."""
    column, reading = bound.column, bound.part.settled.reading
    match column.kind:
        case Kind.ID:
            return ids(text, salesforce=context.salesforce)
        case Kind.REF:
            return ids(text, LONGEST_NAME, salesforce=context.salesforce)
        case Kind.TEXT:
            return texts(text, LONGEST_NAME if column.name == "name" else LONGEST_TEXT)
        case Kind.CHOICE:
            return choices(text, column.choices)
        case Kind.CURRENCY:
            return currency_codes(text)
        case Kind.DATE:
            return _dates(bound, text, context)
        case Kind.TIMESTAMP:
            return timestamps(text, reading, context.zone)
        case Kind.BOOLEAN:
            profile = bound.part.profile
            return booleans(text, isinstance(profile, BooleanProfile) and profile.blank_is_false)
        case Kind.PROBABILITY:
            scale, mark = reading.split()
            return probabilities(text, mark, scale)
        case Kind.RATE:
            return _rates(text, reading)
        case Kind.MONEY | Kind.NUMBER | Kind.INTEGER:
            return _numbers(column, bound.part, text)


def _numbers(column: Column, part: Part, text: pl.Series) -> Converted:
    mark = part.settled.reading
    plain = isinstance(part.profile, NumberProfile) and part.profile.plain and mark == "."
    finish = _FINISH[column.kind]
    read = number.units(text, mark, finish, plain)
    if column.kind is not Kind.INTEGER:
        return read
    broken = (read.values % SCALE != 0).fill_null(False)
    bad = broken if read.bad is None else broken | read.bad
    return Converted(
        read.values.set(broken, None) // SCALE, bad if bool(bad.any()) else None, number.explain(mark, finish)
    )


def _dates(bound: Bound, text: pl.Series, context: Context) -> Converted:
    profile = bound.part.profile
    zone = "UTC" if isinstance(profile, DateProfile) and profile.only_midnights else context.zone
    read = dates(text, bound.part.settled.reading, zone, months=bound.column.name == "month")
    return (
        Converted(read.values + timedelta(days=1), read.bad, read.explain) if _inclusive(bound, context.plan) else read
    )


def _inclusive(bound: Bound, plan: Plan) -> bool:
    """Whether the file gives the last day where we keep the first day after."""
    if bound.column.name in plan.inclusive_ends:
        return True
    if bound.end is not None:
        return bound.end.settled.reading == INCLUSIVE
    return bound.column.name == "period_end" and plan.format.get("period_end") == INCLUSIVE


def _rates(text: pl.Series, mark: str) -> Converted:
    """Exact decimals as text, at most ten of them, above zero."""

    def each(some: pl.Series) -> pl.Series:
        return pl.Series([_rate(v, mark) if v.strip() else None for v in some.to_list()], dtype=pl.String)

    def why(value: str) -> str:
        try:
            return f"the rate {parse_number(value, mark).value} must be above 0; correct it"
        except NotANumber as fault:
            return str(fault)

    read = on_distinct(text, each)
    bad = read.is_null() & ~is_blank(text)
    return Converted(read, bad if bool(bad.any()) else None, why)


def _rate(text: str, mark: str) -> str | None:
    try:
        parsed = parse_number(text, mark)
    except NotANumber:
        return None
    value = parsed.value
    if parsed.percent or value.adjusted() > 12 or not value > 0:
        return None
    if -value.as_tuple().exponent > 10:  # type: ignore[operator]
        value = value.quantize(_RATE_DECIMALS, rounding=ROUND_HALF_EVEN)
    return f"{value:f}" if value > 0 else None
