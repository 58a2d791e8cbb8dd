"""Salesforce record ids: the 15-character form, which differs by case alone, made into the 18-character one."""

from __future__ import annotations

import numpy as np
import polars as pl

from revenue.imports.clean.converted import filled, on_distinct

_SHORT = r"^[A-Za-z0-9]{15}$"
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_NULLS = ("000000000000000", "000000000000000AAA")


def canonical_salesforce_ids(ids: pl.Series) -> pl.Series:
    """Ids of 15 letters and digits with their three check characters; all others unchanged; the null id as null.

    Each check character tells which of five characters are upper case (Salesforce, "Case insensitive id"), so that ids
    that differ by case alone stay apart everywhere. A text of 15 characters with less than two digits is no id but a
    word: every id has an instance and a counter.

    >>> canonical_salesforce_ids(pl.Series(["006bm00000LKJNN"]))[0]
    '006bm00000LKJNNAA5'
    """
    ids = ids.set(ids.is_in(_NULLS), None)
    short = ids.str.contains(_SHORT).fill_null(False) & ids.str.contains("[0-9].*[0-9]").fill_null(False)
    return filled(ids, short, on_distinct(ids.filter(short), _expanded))


def _expanded(ids: pl.Series) -> pl.Series:
    """Ids of exactly 15 ASCII characters with their check characters."""
    if not len(ids):
        return ids
    letters = np.array(ids.to_list(), dtype="S15").view(np.uint8).reshape(-1, 3, 5)
    upper = (letters >= ord("A")) & (letters <= ord("Z"))
    places = upper @ np.array([1, 2, 4, 8, 16])
    checks = _ALPHABET[places].astype(np.uint8).reshape(-1).view("S3")
    return ids + pl.Series(checks.astype(str).tolist(), dtype=pl.String)
