"""Template filters of coaching's own pages: `{% load coaching %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from coaching.hooks import Number
from coaching.overview import Cell, Overview, Row
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
def beside_rows(page: Overview, currency: str) -> SafeString:
    """The rows of coaching beside the pipeline: a thousand cells, as above."""
    return mark_safe("".join(_beside(row, page.forecast, currency) for row in page.rows))  # noqa: S308 - escaped


def _beside(row: Row, forecast: bool, currency: str) -> str:
    who = escape(row.name)
    if not row.rep:
        who = mark_safe(f'{escape(row.managers or "No manager")} <span class="soft">{who}</span>')  # noqa: S308
    cells = [
        _cell("Hours", (floatformat(row.hours.value, 1) if row.hours else "") or "n/a"),
        _cell("Hours a week", _per_week(row)),
        _cell("Debriefs", _with_n(row.debriefs)),
        _cell("Last session", _last(row)),
        _cell("Commitments due", row.due),
        _cell("Win rate", _with_n(row.win_rate), "num side-lag"),
        _cell("Pipeline", _amount(row.pipeline, currency)),
        _cell("Weighted", _amount(row.weighted, currency)),
        _cell("Forecast", _amount(row.forecast if row.has_forecast else None, currency)) if forecast else "",
    ]
    return f'<tr{"" if row.rep else TEAM}><th scope="row">{who}</th>{"".join(cells)}</tr>'


TEAM = ' class="team"'
_NA = mark_safe('<span class="soft">n/a</span>')


def _cell(label: str, inner: object, kind: str = "num") -> str:
    return f'<td class="{kind}" data-label="{label}">{inner}</td>'  # of numbers, dates and our own words


def _per_week(row: Row) -> str:
    if row.per_week is None or row.per_week.value is None:
        return _NA
    tone, mark = ("bad", " ▾") if row.under else ("good", "")
    return f'<span class="{tone}">{floatformat(row.per_week.value, 2)}{mark}</span>'


def _with_n(number: Number | None) -> str:
    return f'{show.rate(number.value)} <span class="soft">n {number.n}</span>' if number else _NA


def _last(row: Row) -> str:
    day = date_format(row.last, "j M") if row.last else "never" if row.rep else _NA
    return f'{day} <span class="badge badge-warn">waiting</span>' if row.waiting else day


def _amount(number: Number | None, currency: str) -> str:
    return show.money(number.value, currency) if number else _NA


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
