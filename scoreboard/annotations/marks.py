"""Puts annotations on a figure: a thin line at their day, and above it the number they have in the list below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoreboard.annotations.read import Note
from scoreboard.charts.shape import Chart

Figure = dict[str, Any]


def marked(figure: Figure, chart: Chart, notes: Sequence[Note]) -> Figure:
    """The figure with a mark for each note that has a category; several on one category share a mark: "1, 2"."""
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
        line = {"color": "--gold", "width": 1.5, "dash": "dot"}
        layout["shapes"].append({"type": "line", "x0": where, "x1": where, "y0": 0, "y1": 1, "line": line, **across})
        layout["annotations"].append(
            {
                "x": where, "y": 1, "yanchor": "bottom", "text": ", ".join(texts), "showarrow": False,
                "font": {"size": 11, "color": "--gold-ink"}, "bgcolor": "--card", "bordercolor": "--gold",
                "borderwidth": 1, "borderpad": 2, **across,
            }
        )  # fmt: skip
    layout["margin"] = {**layout["margin"], "t": 34}
    return figure
