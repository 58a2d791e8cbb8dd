"""Yes and no in the vendors' ways and languages."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from revenue.imports.clean.converted import Converted, is_blank, on_distinct, shown
from revenue.imports.clean.evidence import values

_TRUE = (
    *("true", "yes", "y", "t", "1", "1.0", "x", "on", "checked", "✓", "✔", "☑"),
    *("wahr", "ja", "j", "oui", "o", "vrai", "sí", "si", "s", "verdadero", "vero", "sim", "verdadeiro", "waar"),
)
_FALSE = (
    *("false", "no", "n", "f", "0", "0.0", "off", "unchecked", "☐"),
    *("falsch", "nein", "non", "faux", "falso", "não", "nao", "onwaar", "nee"),
)
_MEANING = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
_MARKS = frozenset({"1", "true", "x", "checked", "✓", "✔", "☑"})  # with blanks only, the blank is the other one
_MANY = 100


@dataclass
class BooleanProfile:
    """The distinct values of a column and how many cells are blank."""

    seen: set[str] = field(default_factory=set)
    blank: int = 0
    total: int = 0

    def look(self, text: pl.Series, lines: pl.Series) -> None:
        """Counts one chunk."""
        self.total += len(text)
        self.blank += int(is_blank(text).sum())
        if len(self.seen) < _MANY:
            self.seen |= {v.strip().casefold() for v in text.unique().to_list()} - {""}

    @property
    def blank_is_false(self) -> bool:
        """Whether only "true" is ever written: then a blank cell says false, as in Salesforce's exports."""
        return bool(self.seen) and self.blank > 0 and self.seen <= _MARKS

    def reading(self) -> tuple[str, str]:
        """How the column is read and why."""
        if self.blank_is_false:
            only = ", ".join(sorted(self.seen))
            return "blank = no", f"only {only} is written, and {values(self.blank)} blank"
        return "yes / no", f"written as {', '.join(sorted(self.seen)[:6]) or 'nothing'}"


def booleans(text: pl.Series, blank_is_false: bool) -> Converted:
    """True, false, or null for a blank cell where a blank says nothing."""

    def each(some: pl.Series) -> pl.Series:
        found = [_MEANING.get(v.strip().casefold()) for v in some.to_list()]
        return pl.Series(found, dtype=pl.Boolean)

    result = on_distinct(text, each)
    blank = is_blank(text)
    bad = result.is_null() & ~blank
    if blank_is_false:
        result = result.set(blank, False)
    reason = "is neither yes nor no; write yes or no, or translate it in the mapping"
    return Converted(result, bad if bool(bad.any()) else None, lambda value: f"{shown(value)!r} {reason}")
