"""Probabilities given as 0–1 or 0–100: one reading per column, never a multiplier of 100 or more.

The scale of a column of plain numbers:
1. any value above 1: 0–100;
2. any value strictly between 0 and 1: 0–1, whatever the heading says: a workbook keeps 10 % as 0.1, and no pipeline
   holds nothing but chances below one per cent;
3. a heading with a percent sign or the word percent: 0–100;
4. only 0 and 1: 0–1. On the other scale 1 would be one per cent, and no pipeline holds nothing but 0 % and 1 %, while
   a list of won and lost deals holds nothing but 0 and 1;
5. only 0, or nothing: the same on both.
The plan's `probability` ("0-1" or "0-100") overrides 2 to 4. A value with its own percent sign is read by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN

import polars as pl

from core.money import SCALE
from revenue.imports.clean.converted import Converted, is_blank, on_distinct, shown
from revenue.imports.clean.evidence import Evidence, distinct, values
from revenue.imports.clean.numbers.parse import NotANumber, parse_number
from revenue.imports.clean.numbers.profile import NumberProfile


@dataclass
class ProbabilityProfile:
    """The distinct numbers of a column (there are few), beside what its decimal marks prove."""

    numbers: NumberProfile = field(default_factory=NumberProfile)
    seen: dict[str, Evidence] = field(default_factory=dict)

    def look(self, text: pl.Series, lines: pl.Series) -> None:
        """Counts one chunk."""
        self.numbers.look(text, lines)
        found = distinct(text.str.strip_chars(), lines).filter(pl.col("text") != "").sort("line")
        for row in found.iter_rows(named=True):
            if row["text"] in self.seen or len(self.seen) < 10_000:
                evidence = self.seen.setdefault(row["text"], Evidence())
                evidence.count += row["count"]
                evidence.examples = evidence.examples or [(row["text"], row["line"])]

    def scale(self, heading: str, mark: str, answer: str) -> tuple[str, str]:
        """ "0–1" or "0–100", and why."""
        above, between, ones = Evidence(), Evidence(), Evidence()
        for text, evidence in self.seen.items():
            try:
                parsed = parse_number(text, mark)
            except NotANumber:
                continue
            if parsed.percent:
                continue
            kind = (
                above if parsed.value > 1 else between if 0 < parsed.value < 1 else ones if parsed.value == 1 else None
            )
            if kind is not None:
                kind.count += evidence.count
                kind.examples = kind.examples or evidence.examples
        if above:
            return "0–100", f"{values(above.count)} above 1, e.g. {above.one()}"
        if answer in {"0-1", "0-100"}:
            return answer.replace("-", "–"), "as answered"
        if between:
            return "0–1", f"none is above 1 and {values(between.count)} lie between 0 and 1, e.g. {between.one()}"
        if re.search(r"%|percent|prozent", heading, re.IGNORECASE):
            return "0–100", f"the heading {heading!r} says so"
        if ones:
            return "0–1", "only 0 and 1 occur: lost and won"
        return "0–1", "every value is 0 or carries its percent sign" if self.seen else "the column is empty"


def probabilities(text: pl.Series, mark: str, scale: str) -> Converted:
    """Ten-thousandths of 1, each distinct value read once: a column of probabilities has few."""
    hundred = scale == "0–100"

    def each(some: pl.Series) -> pl.Series:
        return pl.Series([_one(v, mark, hundred) for v in some.to_list()], dtype=pl.Int64)

    read = on_distinct(text, each)
    bad = read.is_null() & ~is_blank(text)
    return Converted(read, bad if bool(bad.any()) else None, lambda value: _why(value, mark, hundred))


def _one(text: str, mark: str, hundred: bool) -> int | None:
    if not text.strip():
        return None
    try:
        return _probability(text, mark, hundred)
    except NotANumber:
        return None


def _probability(text: str, mark: str, hundred: bool) -> int:
    parsed = parse_number(text, mark)
    value = parsed.value / 100 if parsed.percent or hundred else parsed.value
    if not 0 <= value <= 1:
        top = "100" if parsed.percent or hundred else "1"
        raise NotANumber(f"{shown(text)!r} is no probability: it is not between 0 and {top}; correct it")
    return int((value * SCALE).to_integral_value(rounding=ROUND_HALF_EVEN))


def _why(text: str, mark: str, hundred: bool) -> str:
    try:
        _probability(text, mark, hundred)
    except NotANumber as fault:
        return str(fault)
    return f"{shown(text)!r} is no probability"
