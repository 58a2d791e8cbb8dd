"""What reading one column of a chunk gives, and helpers that work on its distinct values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

_FEW = 64
_SAMPLE = 1_000


@dataclass(frozen=True)
class Converted:
    """A column of a chunk, typed: null where the cell is empty or cannot be read; `bad` marks the latter.

    `explain` gives the reason for one unreadable value; it is called for those values only.
    """

    values: pl.Series
    bad: pl.Series | None = None
    explain: Callable[[str], str] = str


def is_blank(text: pl.Series) -> pl.Series:
    """Boolean: the cell is empty or holds nothing but blanks."""
    empty = text == ""
    if bool(empty.all()):
        return empty
    return text.str.strip_chars() == ""


def on_distinct(text: pl.Series, convert: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`convert` of each value, computed once per distinct value where values repeat enough to make that cheaper."""
    if len(text) < _FEW or text.head(_SAMPLE).n_unique() > 0.9 * min(len(text), _SAMPLE):
        return convert(text)
    distinct = text.unique()
    if 2 * len(distinct) > len(text):
        return convert(text)
    pairs = pl.DataFrame({"text": distinct, "value": convert(distinct)})
    return text.to_frame("text").join(pairs, on="text", how="left", maintain_order="left").get_column("value")


def filled(into: pl.Series, at: pl.Series, values: pl.Series) -> pl.Series:
    """`into` with the rows of the Boolean mask `at` replaced by `values`, in order."""
    places = at.arg_true()
    return into.scatter(places, values) if len(places) else into


def shown(value: str) -> str:
    """A value as a reason quotes it: shortened, on one line."""
    flat = " ".join(value.split())
    return flat if len(flat) <= 60 else flat[:59] + "…"
