"""One sheet per chart and per table: typed cells, and totals that add up by themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from scoreboard.charts.shape import Chart, Kind
from scoreboard.deck.shape import Table
from scoreboard.packs import look
from scoreboard.packs.words import caption
from scoreboard.packs.xlsx.book import Book

TONES = {"good": look.GOOD, "bad": look.BAD, "warn": look.WARN}


def add_chart(book: Book, name: str, chart: Chart) -> None:
    """The values behind a chart; sums where its values are amounts, never a mean of rates."""
    sheet = book.sheet(name)
    row = book.titled(sheet, chart.title, caption(chart))
    book.heads(sheet, row, tuple(chart.headings()))
    first = row + 1
    for i, category in enumerate(chart.categories):
        row += 1
        book.text(sheet, row, 0, category)
        for column, series in enumerate(chart.series, start=1):
            book.number(sheet, row, column, series.values[i], chart.unit)
    if chart.kind is Kind.BRIDGE:
        _closing(book, sheet, chart, first, row)
    elif chart.unit == "money" and chart.kind in (Kind.COLUMNS, Kind.BARS):
        _totals(book, sheet, chart, first, row)
    if chart.limits is not None:
        _limits(book, sheet, chart, row + 2)
    sheet.set_column(0, 0, max(18, min(44, max(len(c) for c in chart.categories) + 2)))
    for column, series in enumerate(chart.series, start=1):
        # A heading in one line: not every program makes a row higher for a second one.
        sheet.set_column(column, column, max(20, min(44, len(series.name) + 4)))


def _totals(book: Book, sheet: Any, chart: Chart, first: int, last: int) -> None:
    book.text(sheet, last + 1, 0, "Total", bold=True, top=1)
    for column, series in enumerate(chart.series, start=1):
        name = xl_col_to_name(column)
        total = sum((v for v in series.values if v is not None), Decimal(0))
        formula = f"=SUM({name}{first + 1}:{name}{last + 1})"
        book.formula(sheet, last + 1, column, formula, total, chart.unit, bold=True, top=1)


def _closing(book: Book, sheet: Any, chart: Chart, first: int, last: int) -> None:
    """Opening and movements must add up to the closing: the sheet says so itself."""
    values = [v or Decimal(0) for v in chart.series[0].values]
    added = sum(values[:-1], Decimal(0))
    book.text(sheet, last + 1, 0, "Opening and movements", bold=True, top=1)
    book.formula(sheet, last + 1, 1, f"=SUM(B{first + 1}:B{last})", added, chart.unit, bold=True, top=1)
    book.text(sheet, last + 2, 0, "Difference to closing")
    difference = f"={xl_rowcol_to_cell(last + 1, 1)}-{xl_rowcol_to_cell(last, 1)}"
    book.formula(sheet, last + 2, 1, difference, added - values[-1], chart.unit)


def _limits(book: Book, sheet: Any, chart: Chart, row: int) -> None:
    if chart.limits is None:
        return
    edges = (("Mean", chart.limits.mean), ("Upper process limit", chart.limits.high), ("Lower", chart.limits.low))
    for place, (name, edge) in enumerate(edges):
        book.text(sheet, row + place, 0, name, font_color=look.SOFT)
        book.number(sheet, row + place, 1, edge, chart.unit, font_color=look.SOFT)


def add_table(book: Book, name: str, table: Table, title: str) -> None:
    """A table as it stands on the slide: numbers as numbers, words as words."""
    sheet = book.sheet(name)
    row = book.titled(sheet, title, table.caption)
    book.heads(sheet, row, table.head)
    for cells in table.rows:
        row += 1
        for column, cell in enumerate(cells):
            toned: dict[str, object] = {"font_color": TONES[cell.tone]} if cell.tone in TONES else {}
            if cell.value is not None:
                book.number(sheet, row, column, cell.value, cell.unit, **toned)
            else:
                right = not table.words and column > 0
                wrapped = table.words and column > 0
                book.text(sheet, row, column, cell.text, align="right" if right else "left", text_wrap=wrapped, **toned)
    for column, head in enumerate(table.head):
        longest = max([len(head), *(len(cells[column].text) for cells in table.rows if column < len(cells))])
        sheet.set_column(column, column, max(12, min(60, longest + 3)))
