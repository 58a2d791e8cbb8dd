"""Columns of text: ids byte for byte, texts trimmed, choices and currencies by their canonical names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import polars as pl
from babel import Locale

from core.money import currencies
from revenue.imports.clean.converted import Converted, is_blank, on_distinct, shown
from revenue.imports.clean.ids import canonical_salesforce_ids
from revenue.imports.clean.numbers.marks import code_of

LONGEST_ID = 255
LONGEST_NAME = 1_000
LONGEST_TEXT = 4_000
_NUL = "\x00"
_SYNONYMS = {"monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year"}


def ids(text: pl.Series, longest: int = LONGEST_ID, salesforce: bool = False) -> Converted:
    """Ids and references, byte for byte; blanks alone are no id. With `salesforce`, 15 characters become 18."""
    blank = is_blank(text)
    values = text.set(blank, None) if bool(blank.any()) else text
    if salesforce:
        values = canonical_salesforce_ids(values)
    return _fitting(values, longest)


def texts(text: pl.Series, longest: int = LONGEST_TEXT) -> Converted:
    """Texts without outer blanks; what is within them stays."""
    values = text.str.strip_chars()
    return _fitting(values.set(values == "", None), longest)


def _fitting(values: pl.Series, longest: int) -> Converted:
    """Refuses the NUL character, which the database cannot keep, and what is too long to be what the column means."""
    bad = values.str.contains(_NUL, literal=True)
    size = values.str.len_bytes().max()
    if isinstance(size, int) and size > longest:
        bad = bad | (values.str.len_chars() > longest)
    if not bool(bad.any()):
        return Converted(values)
    bad = bad.fill_null(False)

    def why(value: str) -> str:
        if _NUL in value:
            return "the cell contains a NUL character, which no text has; remove it where the file comes from"
        return f"the cell has {len(value):,} characters, more than the {longest:,} allowed here; shorten it"

    return Converted(values.set(bad, None), bad, why)


def choices(text: pl.Series, allowed: tuple[str, ...]) -> Converted:
    """One of `allowed`, in any case and with any marks between its words."""
    known = {_bare(name): name for name in allowed}
    known |= {word: name for word, name in _SYNONYMS.items() if name in allowed}
    reason = f"is none of {', '.join(allowed)}; correct it or translate it in the mapping"
    return _looked_up(text, lambda value: known.get(_bare(value)), reason)


def currency_codes(text: pl.Series) -> Converted:
    """ISO 4217 codes from codes in any case, English names (US Dollar) and signs that name one currency."""
    return _looked_up(text, currency, "is no currency; write its ISO code, such as EUR")


def currency(value: str) -> str | None:
    """The ISO code a text means, None if it means none."""
    code = value.strip().upper()
    if code in currencies():
        return code
    return _currency_names().get(" ".join(value.casefold().split())) or code_of(value.strip()) or None


@lru_cache(maxsize=1)
def _currency_names() -> dict[str, str]:
    """English currency names, singular and plural, without those that two currencies bear."""
    english = Locale("en")
    found: dict[str, set[str]] = {}
    for code in sorted(currencies()):
        names = {english.currencies.get(code, ""), *english._data["currency_names_plural"].get(code, {}).values()}
        for name in filter(None, names):
            found.setdefault(name.casefold(), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _bare(value: str) -> str:
    return re.sub(r"[\W_]+", "", value.casefold())


def _looked_up(text: pl.Series, find: Callable[[str], str | None], reason: str) -> Converted:
    """Each distinct value looked up once."""

    def each(some: pl.Series) -> pl.Series:
        return pl.Series([find(v) if v.strip() else None for v in some.to_list()], dtype=pl.String)

    values = on_distinct(text, each)
    bad = values.is_null() & ~is_blank(text)
    return Converted(values, bad if bool(bad.any()) else None, lambda value: f"{shown(value)!r} {reason}")
