"""(e) What a board pack costs: the deck, then each format of it. Aim: 8 s for all formats, 1 s for the PDF."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.place import installation, manage

TIMES = 3


def measure(folder: Path) -> list[str]:
    """Seconds per format for the company in `folder`, the median of three; the first time apart, with cold caches."""
    with installation():
        manage("ingest", folder)
        manage("recompute")
        return _measured()


def _measured() -> list[str]:
    from scoreboard.deck.build import build_deck
    from scoreboard.deck.shape import Kind
    from scoreboard.packs.formats import FORMATS, render

    deck, cold, warm = _timed(lambda: build_deck(kind=Kind.BOARD))
    lines = [f"deck of {len(deck.slides)} slides: {warm:.2f} s (first time {cold:.2f} s)"]
    whole = first = 0.0
    for name in FORMATS:
        content, cold, warm = _timed(partial(render, deck, name))
        whole, first = whole + warm, first + cold
        lines.append(f"  {name}: {warm:.2f} s (first time {cold:.2f} s), {len(content) / 1024:,.0f} KB")
    return [*lines, f"all formats: {whole:.2f} s (first time {first:.2f} s)"]


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """(result, seconds of the first time, median seconds of the following ones)."""
    found, seconds = None, []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - began)
    return found, seconds[0], median(seconds[1:])
