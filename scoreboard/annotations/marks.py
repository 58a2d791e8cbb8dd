"""Puts annotations on a figure: at their day, the number they have in the list below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoreboard.annotations.read import Note
from scoreboard.charts.plotly import is_labelled, label_foot
from scoreboard.charts.shape import Chart

Figure = dict[str, Any]

ABOVE = 18  # pixels from the foot of a column's label to a mark above it


def marked(figure: Figure, chart: Chart, notes: Sequence[Note]) -> Figure:
    """The figure with a mark for each note that has a category; several on one category share a mark: "1, 2".

    It stands over a column that carries its value, and on a line through a point that does not.
    """
    numbers: dict[int, list[str]] = {}
    for note in notes:
        if note.category is not None:
            numbers.setdefault(note.category, []).append(str(note.number))
    if not numbers:
        return figure
    layout = figure["layout"]
    across = {"yref": "paper", "xref": "x"}
    layout.setdefault("shapes", [])
    layout["shapes"] = [*layout["shapes"]]
    layout["annotations"] = []
    for index, texts in numbers.items():
        where = chart.categories[index]
        foot = label_foot(chart, index) if is_labelled(chart) else None
        if foot is None:
            line = {"color": "--gold", "width": 1.5, "dash": "dot"}
            layout["shapes"].append(
                {"type": "line", "x0": where, "x1": where, "y0": 0, "y1": 1, "line": line, **across}
            )
            place = {"y": 1, **across}
        else:
            place = {"y": foot, "yshift": ABOVE, "xref": "x", "yref": "y"}  # a line would cross the column's own label
        layout["annotations"].append(
            {
                "x": where, "yanchor": "bottom", "text": ", ".join(texts), "showarrow": False,
                "width": 7 * len(", ".join(texts)) + 6,
                "font": {"size": 11, "color": "--gold-ink"}, "bgcolor": "--card", "bordercolor": "--gold",
                "borderwidth": 1, "borderpad": 2, **place,
            }
        )  # fmt: skip
    layout["margin"] = {**layout["margin"], "t": 34 + ABOVE if is_labelled(chart) else 34}
    return figure
