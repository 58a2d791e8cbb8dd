"""Draws any chart: see `scoreboard.packs.drawing` for the marks it is made of."""

from __future__ import annotations

from scoreboard.charts.shape import Chart, Kind
from scoreboard.packs import drawing_bars, drawing_time
from scoreboard.packs.drawing import Mark

_MAKERS = {
    Kind.COLUMNS: drawing_time.columns, Kind.LINE: drawing_time.line, Kind.BARS: drawing_bars.bars,
    Kind.BRIDGE: drawing_time.bridge,
}  # fmt: skip


def draw(chart: Chart, wide: float, high: float) -> list[Mark]:
    """The chart in a box of `wide` × `high` points; nothing where there are no values."""
    return [] if chart.empty else _MAKERS[chart.kind](chart, wide, high)
