"""Fingerprints of frames, so that two readings can be told to have the same rows."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Words = npt.NDArray[np.uint64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def frame_digest(frame: pd.DataFrame) -> str:
    """A fingerprint of a frame's rows, whatever their order: each row is mixed to 64 bits, and these are summed."""
    mixed: Words = np.zeros(len(frame), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for name in frame.columns:
            mixed = (mixed ^ _words(frame[name])) * _ODD
            mixed ^= mixed >> _SHIFT
        total = int((mixed * _ODD).sum(dtype=np.uint64))
    return f"{len(frame)}-{total:016x}"


def _words(column: pd.Series[Any]) -> Words:
    if str(column.dtype) == "category":
        texts = [*(str(text) for text in column.cat.categories), "\x00none"]
        table = np.array([_hash64(text) for text in texts], dtype=np.uint64)
        return np.asarray(table[column.cat.codes.to_numpy()])
    values = column.to_numpy()
    if values.dtype == bool:
        return values.astype(np.uint64)
    return np.asarray(values.astype(np.int64).view(np.uint64))


def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def digest_after(before: str, *, gone: pd.DataFrame, come: pd.DataFrame) -> str:
    """The fingerprint of a frame that lost some rows and got others, from the one it had."""
    (rows, total), (less, out), (more, new) = map(_parts, (before, frame_digest(gone), frame_digest(come)))
    return f"{rows - less + more}-{(total - out + new) % 2**64:016x}"


def _parts(digest: str) -> tuple[int, int]:
    rows, _, total = digest.partition("-")
    return int(rows), int(total, 16)
