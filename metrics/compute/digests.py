"""Fingerprints of what a run was made from, so that another can be told to be made from the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics import VERSION
from metrics.definitions import registry
from metrics.definitions.policy import Setting

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


def setting_digest(setting: Setting) -> str:
    """A fingerprint of the policy, the calendar and the currency, without the day."""
    told = {each.name: _plain(getattr(setting, each.name)) for each in fields(setting) if each.name != "as_of"}
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if hasattr(value, "items"):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, str | int | float | bool | None):
        return value
    return str(value) if isinstance(value, Decimal) else value.isoformat()


def code_version() -> str:
    """The version of the code that makes values, and a fingerprint of all definitions and their versions."""
    told = [(metric.key, metric.version, metric.formula) for metric in registry.all_metrics()]
    return f"{VERSION}.{hashlib.blake2b(json.dumps(sorted(told)).encode(), digest_size=6).hexdigest()}"
