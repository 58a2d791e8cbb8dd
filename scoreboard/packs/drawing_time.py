"""Time from left to right: columns, lines and bridges."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone
from scoreboard.packs import look
from scoreboard.packs.drawing import Dot, Frame, Mark, Path, Rect, Words, axis_text, bounds, hatched, ticks
from scoreboard.packs.measure import short, width

NAMES, ABOVE = 18.0, 16.0  # room under and over the plot
LABELLED = 14  # columns that have room for a label each
SIZE = 9.0
_TONE = {Tone.GOOD: look.GOOD, Tone.BAD: look.BAD}


def columns(chart: Chart, wide: float, high: float) -> list[Mark]:
    """Prior year behind to the left, plan outlined between, actual in front; what runs or is forecast is hatched."""
    labelled = len(chart.categories) <= LABELLED
    low, top = bounds(chart, zero=True)
    frame = Frame(0 if labelled else 40, ABOVE, wide, high - NAMES, low, top)
    step = (frame.right - frame.left) / len(chart.categories)
    marks: list[Mark] = [] if labelled else grid(chart, frame)
    roles = {s.role for s in chart.series}
    behind = [role for role in (Role.PRIOR, Role.PLAN) if role in roles]
    body = min(step * 0.74, 62.0)
    shift = body * 0.2
    bar = body - shift * len(behind)
    for i in range(len(chart.categories)):
        left = frame.left + step * (i + 0.5) - body / 2
        for place, role in enumerate([*behind, Role.ACTUAL]):
            at = left + shift * place
            if role is Role.ACTUAL:
                marks += _front(chart, frame, i, at, bar)
            else:
                marks += _column(frame, chart, _of(chart, role), i, at, bar)
        if labelled:
            marks += _label(chart, frame, i, left + shift * len(behind) + bar / 2, step)
    marks.append(Path(((frame.left, frame.y(0)), (frame.right, frame.y(0))), look.INK, 0.9))
    return [*marks, *names(chart, frame, step, high)]


def _of(chart: Chart, role: Role) -> Series:
    return next(s for s in chart.series if s.role is role)


def _front(chart: Chart, frame: Frame, i: int, x: float, w: float) -> list[Mark]:
    front = [s for s in chart.series if s.role in (Role.ACTUAL, Role.TO_DATE, Role.FORECAST)]
    return [mark for series in front for mark in _column(frame, chart, series, i, x, w)]


def _column(frame: Frame, chart: Chart, series: Series, i: int, x: float, w: float) -> list[Mark]:
    value = series.values[i]
    if value is None:
        return []
    top, ground = frame.y(max(float(value), 0.0)), frame.y(min(float(value), 0.0))
    tall = max(ground - top, 0.01)
    if series.role in (Role.TO_DATE, Role.FORECAST):
        return hatched(x, top, w, tall, look.ACTUAL)
    if series.role is Role.PLAN:
        return [Rect(x, top, w, tall, fill=look.CARD, stroke=look.SOFT)]
    return [Rect(x, top, w, tall, fill=look.PRIOR if series.role is Role.PRIOR else colour(series, i))]


def colour(series: Series, i: int) -> str:
    """Good, bad or neither."""
    return _TONE.get(series.tones[i], look.ACTUAL) if series.tones else look.ACTUAL


def _label(chart: Chart, frame: Frame, i: int, x: float, step: float) -> list[Mark]:
    values = [s.values[i] for s in chart.series if s.role in (Role.ACTUAL, Role.TO_DATE, Role.FORECAST)]
    shown = next((v for v in values if v is not None), None)
    if shown is None:
        return []
    text = chart.label(shown)
    if width(text, SIZE) > step * 1.02:
        return []
    # Clear of a taller column behind it, where that one stands close.
    others = [s.values[i] for s in chart.series if s.role is Role.PLAN]
    top = max([float(shown), *(float(v) for v in others if v is not None and shown < v)], default=float(shown))
    return [Words(x, frame.y(max(top, 0.0)) - 4, text, SIZE, bold=True)]


def grid(chart: Chart, frame: Frame) -> list[Mark]:
    """Quiet lines at round values, with the values at their left."""
    marks: list[Mark] = []
    for value in ticks(frame.low, frame.high):
        y = frame.y(value)
        marks.append(Path(((frame.left, y), (frame.right, y)), look.LINE, 0.6))
        marks.append(Words(frame.left - 6, y + 3, axis_text(chart, value), SIZE - 0.5, look.SOFT, "end"))
    return marks


def names(chart: Chart, frame: Frame, step: float, high: float) -> list[Mark]:
    """The categories under the plot: as many as have room, the last one always."""
    texts = chart.short or chart.categories
    widest = max((width(t, SIZE) for t in texts), default=0) + 8
    every = max(1, math.ceil(widest / step))
    if every == 1 or len(texts) > LABELLED or chart.kind is Kind.LINE:
        shown = [i for i in range(len(texts)) if (len(texts) - 1 - i) % every == 0]
        shown = [i for i in shown if frame.left + step * (i + 0.5) > widest / 2]
        return [Words(frame.left + step * (i + 0.5), high - 5, texts[i], SIZE, look.SOFT) for i in shown]
    return [
        Words(frame.left + step * (i + 0.5), high - 5, short(t, SIZE - 1, step * 1.04), SIZE - 1, look.SOFT)
        for i, t in enumerate(texts)
    ]


def line(chart: Chart, wide: float, high: float) -> list[Mark]:
    """Actual dark with its points, prior pale, a goal dashed, process limits as a band; named at their right ends."""
    low, top = bounds(chart, zero=False)
    pad = (top - low) * 0.06
    ends = [s for s in chart.series if any(v is not None for v in s.values)]
    room = max((width(_end_text(chart, s), SIZE, bold=True) for s in ends), default=0) + 12
    frame = Frame(42, 6, wide - min(room, wide * 0.34), high - NAMES, low - pad, top + pad)
    step = (frame.right - frame.left) / max(len(chart.categories), 1)
    marks: list[Mark] = [*_band(chart, frame), *grid(chart, frame)]
    for series in sorted(chart.series, key=lambda s: {Role.PLAN: 0, Role.PRIOR: 1}.get(s.role, 2)):
        marks += _series(chart, frame, series, step)
    return [*marks, *_ends(chart, frame, ends, step), *names(chart, frame, step, high)]


def _band(chart: Chart, frame: Frame) -> list[Mark]:
    if chart.limits is None:
        return []
    low = max(float(chart.limits.low), frame.low)
    top, bottom = frame.y(float(chart.limits.high)), frame.y(low)
    mean = frame.y(float(chart.limits.mean))
    return [
        Rect(frame.left, top, frame.right - frame.left, bottom - top, fill=look.BAND),
        Path(((frame.left, mean), (frame.right, mean)), look.FAINT, 0.6, dash=True),
    ]


def _series(chart: Chart, frame: Frame, series: Series, step: float) -> list[Mark]:
    pale, goal = series.role is Role.PRIOR, series.role is Role.PLAN
    stroke = look.GOLD if goal else look.PRIOR if pale else look.ACTUAL
    at = [
        None if v is None else (frame.left + step * (i + 0.5), frame.y(float(v))) for i, v in enumerate(series.values)
    ]
    marks: list[Mark] = []
    run: list[tuple[float, float]] = []
    for point in [*at, None]:  # a gap ends a line
        if point is None:
            if len(run) > 1:
                marks.append(
                    Path(tuple(run), stroke, 1.3 if pale or goal else 2.0, dash=goal or series.role is Role.FORECAST)
                )
            run = []
        else:
            run.append(point)
    if pale or goal or len(at) > 40:
        return marks
    for i, point in enumerate(at):
        if point is not None:
            toned = bool(series.tones) and series.tones[i] is not Tone.NONE
            marks.append(Dot(point[0], point[1], 4.2 if toned else 2.4, colour(series, i)))
    return marks


def _end_text(chart: Chart, series: Series) -> str:
    last = next((v for v in reversed(series.values) if v is not None), None)
    return chart.written(last) if series.role is Role.ACTUAL else series.name


def _ends(chart: Chart, frame: Frame, ends: Sequence[Series], step: float) -> list[Mark]:
    """The newest value in bold and the other lines' names, moved apart where they would lie on each other."""
    placed: list[tuple[float, Series]] = []
    for series in sorted(ends, key=lambda s: s.role is not Role.ACTUAL):
        last = next(v for v in reversed(series.values) if v is not None)
        y = frame.y(float(last))
        while any(abs(y - other) < SIZE + 2 for other, _ in placed):
            y += 2.0 if y >= placed[0][0] else -2.0
        placed.append((y, series))
    edge = frame.right + 6 - step / 4
    return [
        Words(
            edge, y + 3.2, _end_text(chart, s), SIZE if s.role is Role.ACTUAL else SIZE - 0.5,
            look.INK if s.role is Role.ACTUAL else look.GOLD_INK if s.role is Role.PLAN else look.SOFT, "start",
            bold=s.role is Role.ACTUAL,
        )
        for y, s in placed
    ]  # fmt: skip


def bridge(chart: Chart, wide: float, high: float) -> list[Mark]:
    """First and last on the ground, movements floating between them and joined by thin lines."""
    values = [float(v or 0) for v in chart.series[0].values]
    spans = floating(values)
    low, top = min(0.0, *(min(s) for s in spans)), max(max(s) for s in spans)
    if chart.cut:
        levels = [values[0], values[-1], *(edge for span in spans[1:-1] for edge in span)]
        reach = (max(levels) - min(levels)) or 1.0
        low, top = min(levels) - reach * 0.8, max(levels) + reach * 0.05
    frame = Frame(0, ABOVE, wide, high - NAMES, low, top if top > low else low + 1)
    step = wide / len(values)
    body = min(step * 0.62, 76.0)
    marks: list[Mark] = []
    for i, (start, end) in enumerate(spans):
        start = max(start, low)
        x, y = step * (i + 0.5) - body / 2, frame.y(max(start, end))
        outer = i in (0, len(values) - 1)
        fill = (look.PRIOR if i == 0 else look.ACTUAL) if outer else look.GOOD if values[i] >= 0 else look.BAD
        marks.append(Rect(x, y, body, max(abs(frame.y(start) - frame.y(end)), 0.6), fill=fill))
        text = chart.written(chart.series[0].values[i])
        text = text if outer or text.startswith("\u2212") else f"+{text}"
        marks.append(Words(x + body / 2, y - 4, text, SIZE, bold=True))
        if i + 1 < len(values):
            level = frame.y(end if not outer else values[0])
            marks.append(Path(((x + body, level), (x + step, level)), look.FAINT, 0.6))
    marks.append(Path(((0, frame.bottom), (wide, frame.bottom)), look.INK, 0.9))
    return [*marks, *names(chart, frame, step, high)]


def floating(values: Sequence[float]) -> list[tuple[float, float]]:
    """From where to where each column of a bridge reaches."""
    spans, level = [(0.0, values[0])], values[0]
    for value in values[1:-1]:
        spans.append((level, level + value))
        level += value
    return [*spans, (0.0, values[-1])]
