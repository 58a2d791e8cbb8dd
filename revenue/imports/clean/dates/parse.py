"""Dates and times of every known form, read vectorised into days, times of day and zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from revenue.imports.clean.dates import patterns

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FIRST_YEAR, LAST_YEAR = 1900, 9999
PIVOT = 69  # two-digit years from here on are of the last century, as in POSIX
DAY = 86_400_000_000  # microseconds
_SERIAL_ZERO = -25_569  # 1899-12-30 in days since 1970-01-01
_MISSING = -1


@dataclass(frozen=True)
class Moments:
    """What texts say: local microseconds since 1970, minutes east of UTC where a zone is written, and validity."""

    micros: Ints
    offset: Ints
    zoned: Bools
    valid: Bools


def parse(text: pl.Series, order: str, months: bool = False) -> Moments:
    """Reads tidied texts; `order` says how day and month lie where both are numbers.

    `order` is "month-first", "day-first", "iso" (numeric dates that do not begin with the year are not read) or
    "excel-serial". With `months`, a month alone stands for its first day. What cannot be read is not `valid`.
    """
    parts = _fields(text, order, months)
    year = _int(parts, "y")
    short = (parts.get_column("y").str.len_bytes() == 2).fill_null(False).to_numpy()
    year = np.where(short & (year >= 0), year + np.where(year >= PIVOT, 1900, 2000), year)
    days, valid = _days(year, _int(parts, "m"), _int(parts, "d"))
    clock, clock_valid = _clock(parts)
    offset, zoned, zone_valid = _zone(parts.get_column("z"))
    moments = Moments(days * DAY + clock, offset, zoned, valid & clock_valid & zone_valid)
    return _with_serials(text, moments) if order == "excel-serial" else moments


def _families(order: str, months: bool) -> list[tuple[str, dict[str, str]]]:
    """Patterns to try, in order, and what their groups mean."""
    found: list[tuple[str, dict[str, str]]] = [(patterns.YEAR_FIRST, {})]
    if order == "month-first":
        found.append((patterns.NUMERIC, {"a": "m", "b": "d"}))
    elif order == "day-first":
        found.append((patterns.NUMERIC, {"a": "d", "b": "m"}))
    found += [(patterns.DAY_NAME, {}), (patterns.NAME_DAY, {}), (patterns.COMPACT, {})]
    if months:
        found += [(patterns.MONTH_NUMERIC, {}), (patterns.MONTH_NAME, {})]
    return found


_FIELDS = ("y", "m", "d", "h", "mi", "s", "f", "ap", "z")


def _fields(text: pl.Series, order: str, months: bool) -> pl.DataFrame:
    """One column of text per field; null where nothing matched."""
    done = pl.DataFrame(
        {name: pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(text)) for name in _FIELDS}
    )
    left = pl.Series("at", np.arange(len(text)))
    for pattern, meaning in _families(order, months):
        if not len(left):
            break
        rest = text.gather(left)
        groups = rest.str.extract_groups(pattern).struct.unnest()
        hit = rest.str.contains(pattern)
        if not bool(hit.any()):
            continue
        groups = _uniform(groups.filter(hit).rename(meaning))
        places = left.filter(hit)
        done = done.with_columns([done.get_column(n).scatter(places, groups.get_column(n)) for n in _FIELDS])
        left = left.filter(~hit)
    return done


def _uniform(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups of any pattern as the same fields: names of months as numbers, months alone on their first day."""
    if "mon" in groups.columns:
        numbers = {name: str(number) for name, number in patterns.month_names().items()}
        distinct = groups.get_column("mon").unique()
        named = pl.DataFrame({"mon": distinct, "m": [numbers.get(patterns.plain(n)) for n in distinct.to_list()]})
        named = named.with_columns(pl.col("m").cast(pl.String))
        groups = groups.join(named, on="mon", how="left", maintain_order="left")
    if "m2" in groups.columns:
        groups = groups.with_columns(pl.coalesce("m", "m2").alias("m"), pl.coalesce("y", "y2").alias("y"))
    if "d" not in groups.columns:
        groups = groups.with_columns(pl.lit("1").alias("d"))
    absent = [pl.lit(None, dtype=pl.String).alias(n) for n in _FIELDS if n not in groups.columns]
    return groups.with_columns(absent).select(_FIELDS)


def _int(parts: pl.DataFrame, name: str) -> Ints:
    return parts.get_column(name).cast(pl.Int64, strict=False).fill_null(_MISSING).to_numpy().astype(np.int64)


def _days(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Bools]:
    """Days since 1970 and whether the calendar has such a day."""
    known = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(known, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    after = (months + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    return first + day - 1, known & (day <= after - first)


def _clock(parts: pl.DataFrame) -> tuple[Ints, Bools]:
    """Microseconds since midnight and whether there is such a time; no time is midnight."""
    hour = np.maximum(_int(parts, "h"), 0)
    minute = np.maximum(_int(parts, "mi"), 0)
    second = np.maximum(_int(parts, "s"), 0)
    fraction = parts.get_column("f").fill_null("").str.slice(0, 6).str.pad_end(6, "0")
    micro = fraction.cast(pl.Int64, strict=False).fill_null(0).to_numpy().astype(np.int64)
    half = parts.get_column("ap").str.to_lowercase().fill_null("").to_numpy()
    morning, evening = half == "a", half == "p"
    valid = (hour <= 23) & (minute <= 59) & (second <= 60) & ~(morning & (hour > 12))
    hour = np.where(morning & (hour == 12), 0, np.where(evening & (hour < 12), hour + 12, hour))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro, valid


def _zone(zone: pl.Series) -> tuple[Ints, Bools, Bools]:
    """Minutes east of UTC, whether a zone is written, and whether it can be."""
    zoned = zone.is_not_null().to_numpy()
    if not zoned.any():
        return np.zeros(len(zone), dtype=np.int64), zoned, np.ones(len(zone), dtype=np.bool_)
    groups = zone.str.extract_groups(r"(?P<sign>[+-])(?P<h>[0-9]{1,2})(?::?(?P<m>[0-9]{2}))?").struct.unnest()
    hours = groups.get_column("h").cast(pl.Int64).fill_null(0).to_numpy()
    minutes = groups.get_column("m").cast(pl.Int64).fill_null(0).to_numpy()
    sign = np.where((groups.get_column("sign") == "-").fill_null(False).to_numpy(), -1, 1)
    return sign * (hours * 60 + minutes), zoned, (hours <= 14) & (minutes <= 59)


def _with_serials(text: pl.Series, moments: Moments) -> Moments:
    """Adds spreadsheet serial numbers (1900 system): days since 1899-12-30, the fraction is the time of day."""
    serial = text.str.contains(patterns.SERIAL)
    if not bool(serial.any()):
        return moments
    at = serial.to_numpy()
    value = text.filter(serial).cast(pl.Decimal(38, 10)).to_physical()
    seconds = [round(v * 86_400 / 10**10) for v in value.to_list()]
    micros, valid = moments.micros.copy(), moments.valid.copy()
    micros[at] = np.array(seconds, dtype=np.int64) * 1_000_000 + _SERIAL_ZERO * DAY
    valid[at] = True
    return Moments(micros, moments.offset, moments.zoned, valid)
