"""Blanks and signs that look alike: brought to their plain form before a number or a date is read."""

from __future__ import annotations

import polars as pl

# Marks without width that spreadsheets and web pages leave in cells: zero-width space, direction and byte order marks.
_INVISIBLE = "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_MINUS = "[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"  # hyphens, dashes and minus signs


def tidy(text: pl.Series) -> pl.Series:
    """Outer blanks gone, every kind of blank (no-break, narrow, thin, figure) one space, every dash a hyphen."""
    text = text.str.strip_chars()
    ascii_only = bool((text.str.len_bytes() == text.str.len_chars()).all())
    if ascii_only and not bool(text.str.contains(r"[\t\n\r\x0b\x0c]| {2}").any()):
        return text
    return (
        text.str.replace_all(_INVISIBLE, "").str.replace_all(_MINUS, "-").str.replace_all(r"\s+", " ").str.strip_chars()
    )


def tidy_one(value: str) -> str:
    """`tidy` for one value."""
    return str(tidy(pl.Series([value]))[0])
