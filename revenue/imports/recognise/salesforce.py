"""Salesforce record ids: 15 characters that differ by case alone, or 18 with a checksum that does not need case.

Reports give 15, the API and the data loaders give 18: one record. The suffix has one character per five of the id, and
tells which of the five are upper case (Salesforce Object Reference, "ID field type").
"""

from __future__ import annotations

import re

import polars as pl

_ID = re.compile(
    r"(?=(?:[A-Za-z0-9]*\d){2})[A-Za-z0-9]{15}"
)  # two digits: an instance and a counter, never a bare word
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_NONE = "000000000000000"  # the weekly export's way to write "no record"


def canonical_salesforce_id(text: str) -> str:
    """The 18-character form of a 15-character id; "" for the null id; anything else as it is.

    An 18-character id is one whose suffix fits; other texts (names, e-mails, ids of other systems) are left alone.
    """
    if text[:15] == _NONE and text in {_NONE, f"{_NONE}AAA"}:
        return ""
    return text + _suffix(text) if _ID.fullmatch(text) else text


def _suffix(text: str) -> str:
    marks = [sum(1 << i for i, c in enumerate(text[at : at + 5]) if "A" <= c <= "Z") for at in (0, 5, 10)]
    return "".join(_SUFFIX[mark] for mark in marks)


def canonical_salesforce_ids(ids: pl.Series) -> pl.Series:
    """`canonical_salesforce_id` for a column of text; each different short id is looked at once."""
    short = ids.str.len_chars() == 15
    null = ids == f"{_NONE}AAA"
    if not (short | null).any():
        return ids
    old = ids.filter(short | null).unique().drop_nulls()
    new = [canonical_salesforce_id(text) for text in old.to_list()]
    return ids.replace(old, pl.Series(new, dtype=pl.String))
