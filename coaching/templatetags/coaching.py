"""Template filters of coaching's own pages: `{% load coaching %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from coaching.overview import Cell
from coaching.training import Standing, TopicRow
from core import show
from revenue.models import Rep

register = template.Library()
MARKS = {"stale": "◆", "faded": "○", "never": "–"}


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
    """Who is not current on a topic: (state, its mark, names), what asks for training first; states of nobody left out.

    `reps` are those of the row's standings, in their order.
    """
    names = {state: [str(r) for r, s in zip(reps, row.standings, strict=True) if s.state == state] for state in MARKS}
    return [(state, mark, names[state]) for state, mark in MARKS.items() if names[state]]


@register.simple_tag
def heat_rows(heat: Iterable[tuple[Rep, Sequence[Cell]]]) -> SafeString:
    """The rows of hours by rep and week: a thousand cells, for which the template language takes ten times as long."""
    rows = (f'<tr><th scope="row">{escape(rep)}</th>{_cells(cells)}</tr>' for rep, cells in heat)
    return mark_safe("".join(rows))  # noqa: S308 - each part is escaped


def _cells(cells: Iterable[Cell]) -> str:
    return "".join(_written(cell.level, cell.shown, cell.spoken) for cell in cells)


@lru_cache(maxsize=1024)
def _written(level: int | str, shown: str, spoken: str) -> str:
    words = f'<span class="sr-only">{escape(spoken)}</span>' if spoken else escape(shown)
    return f'<td class="heat-{escape(level)}">{words}</td>'


@register.simple_tag
def standing_cells(standings: Iterable[Standing]) -> SafeString:
    """A topic's row of how current each rep is: a thousand cells in all, as above."""
    return mark_safe("".join(map(_standing, standings)))  # noqa: S308 - our own words, dates and numbers


def _standing(of: Standing) -> str:
    title = f' title="{show.day(of.last)}, {of.percent} % remembered"' if of.last else ""
    return f'<td class="mark-{of.state}"{title}>{_STANDINGS[of.state]}</td>'


_STANDINGS = {
    "current": "● <span>current</span>", "stale": "◆ <span>stale</span>", "faded": "○ <span>faded</span>",
    "never": '– <span class="sr-only">never</span>',
}  # fmt: skip
