"""Frozen dataclasses to JSON and back, exactly: the text of a deck opens years later as the deck it was.

Decimals are strings, days and moments ISO text, tuples lists. A field that holds its default is left out, so that a
field added later does not change the text, and the checksum, of what was frozen before.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, Union, cast

T = TypeVar("T")


def dumps(shape: Any) -> str:
    """Canonical JSON of a dataclass: keys sorted, no spaces, text as it is."""
    return json.dumps(encode(shape), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def loads(kind: type[T], text: str) -> T:
    """The dataclass that `dumps` wrote. Raises ValueError for text that is not one."""
    return cast(T, decode(kind, json.loads(text), kind.__name__))


def encode(value: Any) -> Any:
    """What JSON can hold of `value`. Raises ValueError for a number that is none."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [(f, getattr(value, f.name)) for f in dataclasses.fields(value)]
        return {f.name: encode(held) for f, held in fields if not _is_default(f, held)}
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number a deck can hold")
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    return value


def decode(kind: Any, data: Any, where: str) -> Any:
    """`data` as a `kind`; `where` names the place in messages. Raises ValueError where it does not fit."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else decode(next(a for a in arguments if a is not type(None)), data, where)
    if origin is tuple:
        if not isinstance(data, list):
            raise ValueError(f"{where}: expected a list, found {type(data).__name__}")
        kinds = [arguments[0]] * len(data) if arguments[1:] == (...,) else arguments
        if len(kinds) != len(data):
            raise ValueError(f"{where}: expected {len(kinds)} values, found {len(data)}")
        return tuple(decode(k, d, f"{where}[{i}]") for i, (k, d) in enumerate(zip(kinds, data, strict=True)))
    if dataclasses.is_dataclass(kind):
        return _decode_fields(cast(type[Any], kind), data, where)
    return _decode_plain(kind, data, where)


def _decode_fields(kind: type[Any], data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{where}: expected an object, found {type(data).__name__}")
    hints = _hints(cast(Any, kind))
    if unknown := sorted(set(data) - set(hints)):
        raise ValueError(f"{where}: unknown fields {unknown}; it was written by a newer program")
    try:
        return kind(**{name: decode(hints[name], held, f"{where}.{name}") for name, held in data.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None


def _decode_plain(kind: Any, data: Any, where: str) -> Any:
    expected = bool if kind is bool else int if kind is int else str
    if not isinstance(data, expected) or (expected is int and isinstance(data, bool)):
        raise ValueError(f"{where}: expected {expected.__name__}, found {type(data).__name__}")
    if kind in (str, int, bool):
        return data
    try:
        return kind.fromisoformat(data) if kind in (date, datetime) else kind(data)
    except (ValueError, ArithmeticError):
        raise ValueError(f"{where}: {data!r} is no {kind.__name__}") from None


def _is_default(field: dataclasses.Field[Any], held: Any) -> bool:
    # Equal is not the same: Decimal("0") and Decimal("0.00") are written differently.
    return field.default is not dataclasses.MISSING and type(held) is type(field.default) and held == field.default


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
