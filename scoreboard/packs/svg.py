"""A chart's marks as SVG: what the HTML shows without a script."""

from __future__ import annotations

from html import escape

from scoreboard.charts.shape import Chart
from scoreboard.packs.draw import draw
from scoreboard.packs.drawing import Dot, Mark, Path, Rect


def svg(chart: Chart, wide: float, high: float) -> str:
    """The chart as an SVG element with its text alternative; empty where there is nothing to draw."""
    marks = draw(chart, wide, high)
    if not marks:
        return ""
    inside = "".join(map(_element, marks))
    return (
        f'<svg viewBox="0 0 {wide:g} {high:g}" role="img" aria-label="{escape(chart.alternative)}" '
        f'font-family="Inter, Arial, sans-serif">{inside}</svg>'
    )


def _element(mark: Mark) -> str:
    if isinstance(mark, Rect):
        edge = f' stroke="{mark.stroke}" stroke-width="{mark.sw}"' if mark.stroke else ""
        return (
            f'<rect x="{mark.x:.2f}" y="{mark.y:.2f}" width="{mark.w:.2f}" height="{mark.h:.2f}" '
            f'fill="{mark.fill or "none"}"{edge}/>'
        )
    if isinstance(mark, Path):
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in mark.points)
        dash = ' stroke-dasharray="3 2.4"' if mark.dash else ""
        return f'<polyline points="{points}" fill="none" stroke="{mark.stroke}" stroke-width="{mark.sw}"{dash}/>'
    if isinstance(mark, Dot):
        return f'<circle cx="{mark.x:.2f}" cy="{mark.y:.2f}" r="{mark.r}" fill="{mark.fill}" stroke="#fff"/>'
    weight = ' font-weight="600"' if mark.bold else ""
    return (
        f'<text x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{mark.size:g}" fill="{mark.fill}" '
        f'text-anchor="{mark.anchor}"{weight}>{escape(mark.text)}</text>'
    )
