"""Functions that are imported when they are first called."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.module_loading import import_string


def later(path: str) -> Callable[..., Any]:
    """The function at a dotted path. Every command starts every app, and few compute: pandas and scipy take seconds.

    Calling it raises ImportError if there is no such function.
    """
    found = cache(lambda: import_string(path))

    def call(*args: Any, **named: Any) -> Any:
        return found()(*args, **named)

    return call
