"""Counts, over all worlds of a run, how often each key was asked and how often it had a value."""

from __future__ import annotations

from collections import Counter

import pytest


@pytest.fixture(scope="session")
def seen() -> Counter[str]:
    """Keys that had a value, and `asked <key>`, once per world."""
    return Counter()
