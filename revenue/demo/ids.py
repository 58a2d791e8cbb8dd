"""Record ids as Salesforce writes them: fifteen case-sensitive characters and three that check their case."""

from __future__ import annotations

import numpy as np
import polars as pl

_DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_CHECKS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_INSTANCE = b"5f000"  # where a real id names the instance that made it
ACCOUNT, OPPORTUNITY, HISTORY, USER, CAMPAIGN = "001", "006", "008", "005", "701"


def salesforce_ids(prefix: str, numbers: np.ndarray) -> pl.Series:
    """18-character ids of the object whose key prefix is `prefix`, one per counter in `numbers` (0 … 62⁷−1).

    The suffix follows Salesforce's published rule: of each five characters, the capitals are the bits of a number
    (first character lowest), which is a letter or digit of A–Z, 0–5. Two ids that differ by case alone stay apart
    in tools that ignore case.
    """
    numbers = np.asarray(numbers, dtype=np.int64)
    chars = np.empty((len(numbers), 18), dtype=np.uint8)
    chars[:, :8] = np.frombuffer(prefix.encode() + _INSTANCE, dtype=np.uint8)
    for place in range(7):
        chars[:, 14 - place] = _DIGITS[(numbers // 62**place) % 62]
    capitals = ((chars[:, :15] >= ord("A")) & (chars[:, :15] <= ord("Z"))).reshape(-1, 3, 5)
    chars[:, 15:] = _CHECKS[(capitals * (1 << np.arange(5))).sum(axis=2)]
    return pl.Series(np.ascontiguousarray(chars).view("S18").ravel()).cast(pl.String)


def numbered(prefix: str, numbers: np.ndarray, width: int) -> pl.Series:
    """Ids like `INV-00000042`."""
    digits = pl.Series(np.asarray(numbers, dtype=np.int64)).cast(pl.String).str.zfill(width)
    return prefix + digits
