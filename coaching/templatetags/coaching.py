"""Template filters of coaching's own pages: `{% load coaching %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from coaching.overview import Cell
from coaching.training import TopicRow
from core import show
from revenue.models import Rep

register = template.Library()
MARKS = {"stale": "◆", "faded": "○", "never": "–", "current": "●"}


@register.filter
def points(value: Decimal | None) -> str:
    """A difference of two shares in percentage points: 0.042 → "+4.2 points"."""
    return show.NONE if value is None else f"{show.signed(value * 100, 1)} points"


@register.filter
def listed(value: str | None) -> str:
    """Topics that are kept with semicolons, as people write a list."""
    return ", ".join(part.strip() for part in (value or "").split(";") if part.strip())


@register.filter
def by_state(row: TopicRow, reps: Sequence[Rep]) -> list[tuple[str, str, list[str]]]:
    """Who stands where on a topic: (state, its mark, names), what asks for training first; states of nobody left out.

    `reps` are those of the row's standings, in their order.
    """
    names = {state: [str(r) for r, s in zip(reps, row.standings, strict=True) if s.state == state] for state in MARKS}
    return [(state, mark, names[state]) for state, mark in MARKS.items() if names[state]]


@register.simple_tag
def heat_rows(heat: Iterable[tuple[Rep, Sequence[Cell]]]) -> SafeString:
    """The rows of hours by rep and week: a thousand cells, for which the template language takes ten times as long."""
    rows = (f'<tr><th scope="row">{escape(rep)}</th>{"".join(map(_cell, cells))}</tr>' for rep, cells in heat)
    return mark_safe("".join(rows))  # noqa: S308 - each part is escaped


def _cell(cell: Cell) -> str:
    words = f'<span class="sr-only">{escape(cell.spoken)}</span>' if cell.spoken else escape(cell.shown)
    return f'<td class="heat-{escape(cell.level)}">{words}</td>'
