"""Fingerprints of the setting and the code that a run was made with, so that another can be told to be like it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from metrics import VERSION
from metrics.definitions import registry
from metrics.definitions.policy import Setting


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
    told = [(m.key, m.version, m.formula, m.dims, m.grains, m.own_dims, m.looks_ahead) for m in registry.all_metrics()]
    return f"{VERSION}.{hashlib.blake2b(json.dumps(sorted(told)).encode(), digest_size=6).hexdigest()}"
