"""A deck made from published values, and the four files of it, rendered once for all tests that only read."""

from __future__ import annotations

import pytest

from metrics.models import MetricRun
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Deck, Kind


@pytest.fixture
def board(run: MetricRun) -> Deck:
    """The board's deck of the running quarter."""
    return build_deck(kind=Kind.BOARD)
