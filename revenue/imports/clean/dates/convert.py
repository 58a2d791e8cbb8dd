"""Date and timestamp columns, converted chunk by chunk once their reading is settled."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import numpy as np
import polars as pl

from revenue.imports.clean.converted import Converted, filled, is_blank, on_distinct, shown
from revenue.imports.clean.dates import patterns
from revenue.imports.clean.dates.parse import DAY, FIRST_YEAR, Moments, parse
from revenue.imports.clean.spaces import tidy, tidy_one

INSTANT = pl.Datetime("us", "UTC")
_LOCAL = pl.Datetime("us")
_HOUR = timedelta(hours=1)
_FAST_TIMES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.3fZ")


def dates(text: pl.Series, order: str, zone: str, months: bool = False) -> Converted:
    """Dates. A time without a zone is left off; one with a zone counts as its date in the company's `zone`."""
    values = text.str.to_date("%Y-%m-%d", strict=False)
    values = values.set(values.dt.year() < FIRST_YEAR, None)
    rest = values.is_null() & (text != "")
    if bool(rest.any()):
        slow = on_distinct(tidy(text.filter(rest)), lambda some: _as_dates(parse(some, order, months), zone))
        values = filled(values, rest, slow)
    return _converted(text, values, order, months)


def timestamps(text: pl.Series, order: str, zone: str) -> Converted:
    """Instants in UTC. A time without a zone, and a date's midnight, are in the company's `zone`."""
    values = pl.Series("", [None], dtype=INSTANT).new_from_index(0, len(text))
    for form in _FAST_TIMES:
        sample = text.head(1).str.to_datetime(form, strict=False, time_unit="us")
        if sample.len() and sample[0] is not None:
            local = text.str.to_datetime(form, strict=False, time_unit="us")
            local = local.set(local.dt.year() < FIRST_YEAR, None)
            values = local.dt.replace_time_zone("UTC") if form.endswith("Z") else localised(local, zone)
            break
    rest = values.is_null() & (text != "")
    if bool(rest.any()):
        slow = on_distinct(tidy(text.filter(rest)), lambda some: _as_instants(parse(some, order), zone))
        values = filled(values, rest, slow)
    return _converted(text, values, order, False)


def localised(local: pl.Series, zone: str) -> pl.Series:
    """Local times as instants in UTC. Of a repeated hour the first is meant; a skipped one is an hour later."""
    if zone == "UTC":
        return local.dt.replace_time_zone("UTC")
    known = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    skipped = known.is_null() & local.is_not_null()
    if bool(skipped.any()):
        before = (local - _HOUR).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        known = (before + _HOUR).zip_with(skipped, known)
    return known.dt.convert_time_zone("UTC")


def _series(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], valid: pl.Series, dtype: pl.DataType) -> pl.Series:
    return pl.Series(numbers).set(~valid, None).cast(dtype)


def _as_dates(moments: Moments, zone: str) -> pl.Series:
    valid = pl.Series(moments.valid)
    days = _series(np.floor_divide(moments.micros, DAY), valid, pl.Date())
    if not moments.zoned.any():
        return days
    instants = _series(moments.micros - moments.offset * 60_000_000, valid, _LOCAL).dt.replace_time_zone("UTC")
    return instants.dt.convert_time_zone(zone).dt.date().zip_with(pl.Series(moments.zoned), days)


def _as_instants(moments: Moments, zone: str) -> pl.Series:
    valid = pl.Series(moments.valid)
    local = localised(_series(moments.micros, valid, _LOCAL), zone)
    if not moments.zoned.any():
        return local
    instants = _series(moments.micros - moments.offset * 60_000_000, valid, _LOCAL).dt.replace_time_zone("UTC")
    return instants.zip_with(pl.Series(moments.zoned), local)


def _converted(text: pl.Series, values: pl.Series, order: str, months: bool) -> Converted:
    missing = values.is_null()
    bad = missing & (text != "")
    if bool(bad.any()):
        bad = bad & ~is_blank(text)
    return Converted(values, bad if bool(bad.any()) else None, lambda value: why_no_date(value, order, months))


def why_no_date(value: str, order: str, months: bool = False) -> str:
    """Why a value is no date under this reading, and what to write instead."""
    text = tidy_one(value)
    number = re.match(patterns.NUMERIC, text)
    year_first = re.match(patterns.YEAR_FIRST, text)
    if year_first:
        return _no_such_day(text, *(int(year_first[g]) for g in ("y", "m", "d")))
    if number and order in {"month-first", "day-first"}:
        month, day = (number["a"], number["b"]) if order == "month-first" else (number["b"], number["a"])
        if int(month) > 12:
            return f"{shown(value)!r} is no date read {order}, as this column is: there is no month {int(month)}"
        return _no_such_day(text, _year(number["y"]), int(month), int(day))
    if number:
        return f"{shown(value)!r} could be day-first or month-first; this column is read {order or 'by name of month'}"
    named = re.match(patterns.DAY_NAME, text) or re.match(patterns.NAME_DAY, text)
    if named and (known := patterns.month_names().get(patterns.plain(named["mon"]))):
        return _no_such_day(text, _year(named["y"]), known, int(named["d"]))
    hint = "a month such as 2024-01" if months else "a date such as 2024-12-31"
    return f"{shown(value)!r} is not a date; write {hint}, or leave the cell empty"


def _year(text: str) -> int:
    return int(text) + (0 if len(text) > 2 else 1900 if int(text) >= 69 else 2000)


def _no_such_day(text: str, year: int, month: int, day: int) -> str:
    if year < FIRST_YEAR:
        return (
            f"{shown(text)!r} lies before {FIRST_YEAR}, which no record does; leave the cell empty if there is no date"
        )
    if not 1 <= month <= 12:
        return f"there is no month {month} in {shown(text)!r}; write the date as 2024-12-31"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return f"there is no {day} {date(2000, month, 1):%B} {year}; correct the day"
    return f"the time of day or the zone in {shown(text)!r} cannot be read; write it as 2024-12-31 17:30"
