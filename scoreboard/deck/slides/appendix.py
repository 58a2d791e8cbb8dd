"""What the numbers mean: the definitions of every metric that the deck shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metrics.definitions.base import Direction
from scoreboard.deck.shape import Cell, Definition, Slide, Table
from scoreboard.reading import METRICS

ROWS, MOST = 9, 2  # rows a slide, and slides
_GOOD = {Direction.UP: "up", Direction.DOWN: "down", Direction.NEUTRAL: "neither"}


def metrics_of(slides: Iterable[Slide]) -> tuple[str, ...]:
    """The metrics that the slides show, in the order of their appearance: figures first, then drawings and tables."""
    slides = tuple(slides)
    drawn = [c.metric for s in slides for c in s.charts] + [s.table.metric for s in slides if s.table]
    found = [f.metric for s in slides for f in s.figures] + drawn
    return tuple(key for key in dict.fromkeys(found) if key in METRICS)


def definitions(keys: Sequence[str]) -> tuple[Definition, ...]:
    """Their entries of the registry."""
    found = [METRICS[key] for key in keys]
    return tuple(
        Definition(m.key, m.label, str(m.unit), m.formula, _GOOD[m.direction], m.version, m.source) for m in found
    )


def appendix(entries: Sequence[Definition]) -> tuple[Slide, ...]:
    """The first of them on at most two slides; the workbook has all."""
    shown = [entries[i : i + ROWS] for i in range(0, min(len(entries), ROWS * MOST), ROWS)]
    return tuple(_slide(part, i, len(entries)) for i, part in enumerate(shown, start=1))


def _slide(part: Sequence[Definition], place: int, count: int) -> Slide:
    rows = tuple((Cell(d.label), Cell(d.formula), Cell(d.unit), Cell(d.direction)) for d in part)
    rest = f" The workbook defines all {count}." if count > ROWS * MOST else ""
    return Slide(
        f"definitions-{place}", "Appendix", "What the numbers mean" + (", continued" if place > 1 else ""),
        lede=f"Each is computed the same way for every period and part of the company.{rest}",
        table=Table(f"definitions-{place}", "Source: the metric registry", ("Metric", "Definition", "Unit", "Good is"),
                    rows, words=True),
        notes="For questions. Every number opens down to its rows on the scoreboard.",
    )  # fmt: skip
