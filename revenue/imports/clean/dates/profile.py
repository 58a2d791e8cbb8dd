"""What a date column holds as a whole: how many values prove each order of day and month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from revenue.imports.clean.dates import patterns
from revenue.imports.clean.evidence import Evidence, distinct
from revenue.imports.clean.spaces import tidy

_SURELY = 3  # so many midnights are no accident


@dataclass
class DateProfile:
    """Counts by kind of value; `look` is called with every chunk, in file order."""

    iso: int = 0  # begins with the year, month and day follow: nothing is open
    month_first: Evidence = field(default_factory=Evidence)  # the second number is above 12
    day_first: Evidence = field(default_factory=Evidence)  # the first number is above 12
    open: Evidence = field(default_factory=Evidence)  # both orders give a date, and two different ones
    same: Evidence = field(default_factory=Evidence)  # both orders give the same date: 5/5/2024
    serial: Evidence = field(default_factory=Evidence)  # five digits: a spreadsheet's serial number
    other: Evidence = field(default_factory=Evidence)  # names of months, compact dates, and what is no date
    timed: int = 0
    zoned: int = 0
    midnights: int = 0  # of the zoned: midnight UTC
    short_years: int = 0
    shapes: Counter[str] = field(default_factory=Counter)  # separator and digits of the year, for numeric dates

    def look(self, text: pl.Series, lines: pl.Series) -> None:
        """Counts the values of one chunk."""
        iso = text.str.contains(patterns.ISO_DATE)
        if bool(iso.all()):
            self.iso += int((text != "").sum())
            return
        self.iso += int((iso & (text != "")).sum())
        text, lines = text.filter(~iso), lines.filter(~iso)
        timed = text.str.contains(patterns.ISO_TIME)
        if bool(timed.any()):
            moments = text.filter(timed)
            self.iso += len(moments)
            self.timed += len(moments)
            self.zoned += int(moments.str.contains(r"[0-9]\s?(?:Z.*|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$").sum())
            self.midnights += int(moments.str.contains(patterns.MIDNIGHT).sum())
            text, lines = text.filter(~timed), lines.filter(~timed)
        found = distinct(tidy(text), lines).filter(pl.col("text") != "")
        if found.height:
            self._count(found)

    def _count(self, found: pl.DataFrame) -> None:
        groups = found.get_column("text").str.extract_groups(patterns.NUMERIC).struct.unnest()
        rows = found.with_columns(
            groups.get_column("a").cast(pl.Int64), groups.get_column("b").cast(pl.Int64), groups.get_column("y")
        )
        numeric = rows.filter(pl.col("a").is_not_null())
        first, second = pl.col("a") > 12, pl.col("b") > 12
        self.month_first.add(numeric.filter(second & ~first))
        self.day_first.add(numeric.filter(first & ~second))
        self.open.add(numeric.filter(~first & ~second & (pl.col("a") != pl.col("b"))))
        self.same.add(numeric.filter(~first & ~second & (pl.col("a") == pl.col("b"))))
        shape = pl.col("text").str.extract(r"([-/.])") + pl.col("y").str.len_bytes().cast(pl.String)
        for name, count in numeric.group_by(shape.alias("shape")).agg(pl.col("count").sum()).iter_rows():
            self.shapes[name] += count
        self.short_years += int(numeric.filter(pl.col("y").str.len_bytes() == 2).get_column("count").sum())
        rest = rows.filter(pl.col("a").is_null() | (first & second))
        serial = pl.col("text").str.contains(patterns.SERIAL)
        self.serial.add(rest.filter(serial))
        self.other.add(rest.filter(~serial))
        self.timed += int(found.filter(pl.col("text").str.contains(":")).get_column("count").sum())
        zoned = pl.col("text").str.contains(r":.*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$")
        self.zoned += int(found.filter(zoned).get_column("count").sum())

    @property
    def only_midnights(self) -> bool:
        """Whether every time with a zone is midnight UTC: a date that some tool wrote as a time."""
        return self.zoned >= _SURELY and self.midnights == self.zoned

    @property
    def numeric(self) -> int:
        """How many values are two numbers and a year."""
        return self.month_first.count + self.day_first.count + self.open.count + self.same.count

    @property
    def total(self) -> int:
        """How many values there are."""
        return self.iso + self.numeric + self.serial.count + self.other.count
