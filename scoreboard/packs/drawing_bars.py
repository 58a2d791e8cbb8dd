"""Structure from top to bottom: bars with their names at the left and their values at their ends."""

from __future__ import annotations

from scoreboard.charts.shape import Chart, Role, Series
from scoreboard.packs import look
from scoreboard.packs.drawing import Frame, Mark, Path, Rect, Words, bounds
from scoreboard.packs.drawing_time import colour
from scoreboard.packs.measure import short, width

SIZE = 10.0
STEP = 46.0  # at most, from bar to bar: thicker ones weigh too much


def bars(chart: Chart, wide: float, high: float) -> list[Mark]:
    """Largest first, as the chart orders them; a prior year pale under its bar, a plan as a mark across it."""
    names_room = min(max((width(c, SIZE) for c in chart.categories), default=0) + 10, wide * 0.42)
    shown = [s for s in chart.series if s.role is not Role.PLAN]
    ends = max((width(chart.written(v), SIZE, bold=True) for s in shown for v in s.values), default=0) + 10
    low, top = bounds(chart, zero=True)
    frame = Frame(names_room + (ends if low < 0 else 0), 2, wide - ends, high - 2, low, top)
    step = min((frame.bottom - frame.top) / max(len(chart.categories), 1), STEP)
    marks: list[Mark] = []
    for i, name in enumerate(chart.categories):
        middle = frame.top + step * (i + 0.5)
        marks.append(Words(names_room - 8, middle + 3.5, short(name, SIZE, names_room - 10), SIZE, look.INK, "end"))
        for series in sorted(shown, key=lambda s: s.role is not Role.PRIOR):
            marks += _bar(chart, frame, series, i, middle, step)
        marks += [
            _mark(frame, s, i, middle, step) for s in chart.series if s.role is Role.PLAN and s.values[i] is not None
        ]
    bottom = frame.top + step * len(chart.categories)
    marks.append(Path(((frame.x(0), frame.top), (frame.x(0), bottom)), look.INK, 0.9))
    return marks


def _bar(chart: Chart, frame: Frame, series: Series, i: int, middle: float, step: float) -> list[Mark]:
    value = series.values[i]
    if value is None:
        return []
    prior = series.role is Role.PRIOR
    tall, offset = step * 0.56, step * 0.16 if prior else 0.0
    left, right = sorted((frame.x(0), frame.x(float(value))))
    fill = look.PRIOR if prior else colour(series, i)
    marks: list[Mark] = [Rect(left, middle - tall / 2 + offset, max(right - left, 0.5), tall, fill=fill)]
    if not prior:
        back = value < 0
        x, anchor = (left - 5, "end") if back else (right + 5, "start")
        marks.append(Words(x, middle + 3.5, chart.written(value), SIZE, anchor=anchor, bold=True))
    return marks


def _mark(frame: Frame, series: Series, i: int, middle: float, step: float) -> Mark:
    x = frame.x(float(series.values[i] or 0))
    return Path(((x, middle - step * 0.4), (x, middle + step * 0.4)), look.GOLD, 2.0)
