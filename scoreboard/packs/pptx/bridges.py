"""Waterfalls as stacked columns: an empty base, and what stands on it. These open everywhere, and can be edited."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

from scoreboard.charts.shape import Chart
from scoreboard.packs import look
from scoreboard.packs.drawing_time import floating
from scoreboard.packs.layout import Box
from scoreboard.packs.pptx.native import place, rgb, word

Column = tuple[str, list[float | None]]
BASE, LABELS = "Base", "Labels"
FILLS = {"Opening": look.PRIOR, "Closing": look.ACTUAL, "Increase": look.GOOD, "Decrease": look.BAD}


def stacked(values: list[float]) -> list[Column]:
    """Base, ends, increases and decreases; parts that reach below zero are series of their own, as stacking needs."""
    spans, count = floating(values), len(values)
    base: list[float | None] = [None] * count
    made: dict[str, list[float | None]] = {}
    for i, (start, end) in enumerate(spans):
        low, high = min(start, end), max(start, end)
        name = "Opening" if i == 0 else "Closing" if i == count - 1 else "Increase" if end >= start else "Decrease"
        over, under = high - max(low, 0.0), min(high, 0.0) - low
        if low > 0 or high < 0:
            base[i] = low if low > 0 else high
        if over > 0 or under <= 0:
            made.setdefault(name, [None] * count)[i] = max(over, 0.0)
        if under > 0:
            made.setdefault(f"{name}, below zero", [None] * count)[i] = -under
    return [(BASE, base), *made.items(), (LABELS, [0.0] * count)]


def add_bridge(shapes: Any, chart: Chart, box: Box) -> None:
    """Draws the waterfall with a label over each column."""
    values = [float(v or 0) for v in chart.series[0].values]
    columns = stacked(values)
    drawn = place(shapes, chart, box, XL_CHART_TYPE.COLUMN_STACKED, columns)
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 60, 100
    for native, (name, _) in zip(plot.series, columns, strict=True):
        native.invert_if_negative = False
        if name in (BASE, LABELS):
            native.format.fill.background()
        else:
            native.format.fill.solid()
            native.format.fill.fore_color.rgb = rgb(FILLS[name.partition(",")[0]])
        if name == LABELS:
            for i in range(len(values)):
                _label(native.points[i].data_label, chart, i)
    levels = [edge for span in floating(values)[1:-1] for edge in span] + [values[0], values[-1]]
    reach = (max(levels) - min(levels)) or 1.0
    if chart.cut:
        drawn.value_axis.minimum_scale = min(levels) - reach * 0.8
        drawn.value_axis.maximum_scale = max(levels) + reach * 0.15


def _label(label: Any, chart: Chart, i: int) -> None:
    """The movement with its sign, on a column of no height: a stacked part itself can have no label above it."""
    text = chart.written(chart.series[0].values[i])
    inner = 0 < i < len(chart.categories) - 1
    word(label, text if not inner or text.startswith("\u2212") else f"+{text}", look.INK, bold=True)
    label.position = XL_LABEL_POSITION.INSIDE_BASE
