"""Signs that another locale's spreadsheet has rewritten a column's numbers: flagged, never summed.

A file with decimal points opened where the comma is the decimal mark loses them: 957.5775 becomes 9.575.775, 2.544
becomes 2544, while 14.62 stays a text as it is. Three traces are looked for, each beyond reasonable doubt:

1. one mark is both: it parts groups in some values (9.575.775) and decimals in others (14.62);
2. a group follows a leading zero (0.836.065), which no one writes;
3. decimals of one, two and four digits without trailing zeros are there, but not one of exactly three, and the whole
   numbers are of another magnitude: those with three decimals have become whole numbers.
"""

from __future__ import annotations

import polars as pl

from revenue.imports.clean.evidence import values
from revenue.imports.clean.numbers.profile import NumberProfile

_FOUR = 60  # with so many values of four decimals, about seven of three are expected
_TIMES = 20  # how much larger the whole numbers must be


def damage(profile: NumberProfile) -> str:
    """What speaks for damage, in words; "" if nothing does."""
    for mark, other in ((".", ","), (",", ".")):
        single, grouping = profile.marks[mark].single, profile.marks[other].grouping
        if single and grouping:
            return (
                f"{mark!r} parts thousands in {values(grouping.count)} (e.g. {grouping.one()}) and decimals in"
                f" {values(single.count)} (e.g. {single.one()})"
            )
    if profile.zero_group:
        return f"{values(profile.zero_group.count)} group digits behind a leading zero, e.g. {profile.zero_group.one()}"
    return _lost_decimals(profile) if profile.plain and profile.sample else ""


def _lost_decimals(profile: NumberProfile) -> str:
    text = pl.concat(profile.sample).rename("text")
    frame = (
        text.to_frame()
        .filter(pl.col("text") != "")
        .with_columns(
            pl.col("text").str.extract(r"\.([0-9]+)$").alias("decimals"),
            pl.col("text").cast(pl.Float64).abs().alias("size"),
        )
    )
    decimals = frame.get_column("decimals")
    lengths = dict(decimals.drop_nulls().str.len_bytes().value_counts().iter_rows())
    if lengths.get(4, 0) < _FOUR or lengths.get(3, 0) or not (lengths.get(1, 0) and lengths.get(2, 0)):
        return ""
    if bool(decimals.str.ends_with("0").any()):
        return ""  # written to a fixed number of decimals
    whole = frame.filter(pl.col("decimals").is_null()).get_column("size")
    median, usual = whole.median(), frame.filter(pl.col("decimals").is_not_null()).get_column("size").median()
    if len(whole) < 5 or not isinstance(median, float) or not isinstance(usual, float) or median < _TIMES * usual:
        return ""
    return (
        f"of {values(frame.height)} looked at, {lengths[4]:,} have four decimals and none has three, while"
        f" {len(whole):,} whole numbers are about {median / usual:,.0f} times as large as the others"
    )
