"""Puts a chart's figure into the page as a data block, and reads bullets: `{% load charts %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape  # what Django's own does to a text, without its way around lazy ones

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from scoreboard.annotations.marks import marked
from scoreboard.annotations.read import Note
from scoreboard.charts.plotly import figure
from scoreboard.charts.shape import Chart
from scoreboard.pages.shape import Cell, Table
from scoreboard.reading import frames_in_words

register = template.Library()


@register.simple_tag
def chart_figure(chart: Chart, notes: Sequence[Note] = ()) -> SafeString:
    """The figure as JSON, which is data and no script: the policy lets it be. `notes` stand on it as numbers."""
    return json_script(marked(figure(chart), chart, notes), f"figure-{chart.key}")


@register.filter
def frames(names: Iterable[str]) -> str:
    """What a number is made from, in words."""
    return frames_in_words(names)


@register.simple_tag
def grid_body(table: Table) -> SafeString:
    """The rows of a table. Hundreds of cells are written here: the template language takes ten times as long."""
    kind = "" if table.words else "num"
    return mark_safe("".join(_row(row, kind, table.head) for row in table.rows))  # noqa: S308 - each part is escaped


def _row(row: Sequence[Cell], kind: str, head: Sequence[str]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td class="{_classes(cell, kind)}" data-label="{escape(name)}">{_inner(cell)}</td>'
        for cell, name in zip(rest, head[1:], strict=True)
    )
    return f'<tr><th scope="row">{_inner(first)}</th>{cells}</tr>'


def _classes(cell: Cell, kind: str) -> str:
    kind = "num" if cell.number else kind
    return escape(" ".join(filter(None, (kind, cell.heat and f"heat-{cell.heat}", cell.tone))))


def _inner(cell: Cell) -> str:
    text = str(escape(cell.text))
    if cell.badge:
        text = f'<span class="badge badge-{escape(cell.badge)}">{text}</span>'
    elif cell.href:
        text = f'<a href="{escape(cell.href)}">{text}</a>'
    if not cell.width:
        return text
    bar = '<rect class="b-range" width="100%" height="6" rx="2"/>'
    bar += f'<rect class="b-actual" x="{escape(cell.x)}" width="{escape(cell.width)}" height="6" rx="1"/>'
    return f'{text}<svg class="cell-bar" width="100%" height="6" aria-hidden="true">{bar}</svg>'


@register.simple_tag
def chart_rows(chart: Chart) -> SafeString:
    """The rows of the table behind a chart."""
    rows = []
    for first, *rest in chart.table():
        cells = "".join(f'<td class="num">{escape(cell)}</td>' for cell in rest)
        rows.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    return mark_safe("".join(rows))  # noqa: S308 - each cell is escaped
