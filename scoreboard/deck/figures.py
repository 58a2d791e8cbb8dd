"""Published numbers as the figures, tables and spoken parts of slides."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from core.periods import Period
from metrics.published import Number
from scoreboard import first_screen
from scoreboard.deck import shape
from scoreboard.deck.material import Material
from scoreboard.pages.shape import Cell, Table
from scoreboard.reading import METRICS, basis_of, tile, unit_of, written
from scoreboard.views_of_time import name_of

MISSING = "not in this period"
ROWS = 12  # of a table that one can still read from the back of a room


def number_of(
    m: Material, key: str, *, of: tuple[str, str] | None = None, period: Period | None = None
) -> Number | None:
    """The metric's number in the deck's period, or in `period`."""
    at = period or m.setting.view.period
    return m.values.get(key, at.grain, at.start, of=of)


def figure(
    m: Material, key: str, *, of: tuple[str, str] | None = None, period: Period | None = None, label: str = ""
) -> shape.Figure:
    """The metric as a figure: n/a with its reason where there is none, with its change where that is fair."""
    number, basis = number_of(m, key, of=of, period=period), basis_of(m.setting, key)
    name = (label or _label(key)) + (f" ({basis})" if basis else "")
    if (number is None or number.value is None) and key in first_screen.DELAYED and of is None:
        number = _last_to_judge(m, key) or number
    if number is None or number.value is None:
        return shape.Figure(key, name, None, unit_of(key), status=number.status if number else MISSING)
    whole = of is None and period is None and number.period == m.setting.view.period.start
    shown = tile(m.values, m.setting, key, news=first_screen.is_news(m.values, m.setting, key)) if whole else None
    return shape.Figure(
        key, name, number.value, unit_of(key), numerator=number.numerator, denominator=number.denominator, n=number.n,
        status=_status(m, number), change=shown.delta if shown else "", against=shown.against if shown else "",
        tone=shown.tone if shown else "",
    )  # fmt: skip


def figures(m: Material, keys: Sequence[str]) -> tuple[shape.Figure, ...]:
    """One figure per key that the registry knows."""
    return tuple(figure(m, key) for key in keys if key in METRICS)


def table(found: Table | None, *, rows: int = ROWS) -> shape.Table | None:
    """A page's table as a slide's, with its first rows; None for None."""
    if found is None:
        return None
    return shape.Table(
        found.key, found.caption, found.head,
        tuple(tuple(_cell(cell) for cell in row) for row in found.rows[:rows]), metric=found.metric, words=found.words,
    )  # fmt: skip


def cell(key: str, number: Decimal | None, *, tone: str = "") -> shape.Cell:
    """A metric's value as a cell."""
    return shape.Cell(written(key, number), number, unit_of(key), tone=tone)


def say(m: Material, keys: Sequence[str]) -> str:
    """The known ones of these metrics as a line: "Win rate 27.0 %, sales cycle 41.0 days"."""
    found = [(key, number_of(m, key)) for key in keys if key in METRICS]
    known = [
        f"{_label(key)} {written(key, number.value)}{' (too few to judge)' if number.too_few else ''}"
        for key, number in found
        if number is not None and number.value is not None
    ]
    return f"{', '.join([known[0], *(k[0].lower() + k[1:] for k in known[1:])])}." if known else ""


def _label(key: str) -> str:
    return METRICS[key].label if key in METRICS else key


def _last_to_judge(m: Material, key: str) -> Number | None:
    """What takes months to be judged, in the newest period that can be."""
    period = m.setting.view.period
    known = [n for n in m.values.series(key, period.grain) if n.value is not None and n.period]
    return next((n for n in reversed(known) if n.period and n.period <= period.start), None)


def _status(m: Material, number: Number) -> str:
    period = m.setting.view.period
    if number.too_few or number.period is None or number.period >= period.start:
        return number.status
    return f"of those new in {name_of(m.setting.calendar.period(period.grain, number.period), m.setting.calendar)}"


def _cell(cell: Cell) -> shape.Cell:
    value = None
    if cell.plain:
        try:
            value = Decimal(cell.plain)
        except InvalidOperation:
            value = None
    unit = "" if value is None else _unit(cell.text)
    return shape.Cell(cell.text, value, unit, heat=cell.heat, tone=cell.tone or cell.badge, badge=bool(cell.badge))


def _unit(text: str) -> str:
    """The unit a page wrote the cell in: its number format in a workbook."""
    if text.endswith("%") and "·" not in text:
        return "rate"
    return "ratio" if text.endswith("×") else "money" if any(not c.isascii() or c == "$" for c in text[:2]) else "count"
