"""A slide as a screen shows it: its numbers written, its drawings with keys of their own, remarks as marks."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from scoreboard.annotations.read import Note
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Deck, Slide


@dataclass(frozen=True)
class Tile:
    """A large number, written."""

    metric: str
    label: str
    value: str
    exact: str
    change: str
    against: str
    tone: str
    reason: str


@dataclass(frozen=True)
class Drawing:
    """A chart with the remarks that stand on it."""

    chart: Chart
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Screen:
    """One slide. `spoken`: somebody has a part in it."""

    number: int
    slide: Slide
    tiles: tuple[Tile, ...]
    drawings: tuple[Drawing, ...]

    @property
    def spoken(self) -> bool:
        """Whether a presenter has words on it."""
        return bool(self.slide.sales_part or self.slide.marketing_part)


def screens(deck: Deck) -> tuple[Screen, ...]:
    """All of them, in order, from the deck alone: nothing is read."""
    return tuple(
        Screen(number, slide, _tiles(slide, deck.currency), tuple(_drawing(chart, slide) for chart in slide.charts))
        for number, slide in enumerate(deck.slides, start=1)
    )


def _tiles(slide: Slide, currency: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(f.metric, f.label, f.written(currency), f.written(currency, exact=True), f.change, f.against, f.tone,
             f.reason)
        for f in slide.figures
    )  # fmt: skip


def _drawing(chart: Chart, slide: Slide) -> Drawing:
    """The chart under a key of its own: two slides may show one drawing."""
    marked = len(chart.bounds) == len(chart.categories) + 1
    found = [
        a for a in slide.annotations
        if a.on and a.metric == chart.metric and chart.bounds and chart.bounds[0] <= a.on < chart.bounds[-1]
    ]  # fmt: skip
    notes = tuple(
        Note(number, 0, a.on, a.text, a.owner, a.action, a.due, a.done,
             bisect_right(chart.bounds, a.on) - 1 if marked else None)
        for number, a in enumerate(found, start=1) if a.on
    )  # fmt: skip
    return Drawing(replace(chart, key=f"{slide.key}-{chart.key}"), notes)
