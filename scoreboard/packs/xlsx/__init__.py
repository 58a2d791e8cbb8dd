"""The deck as a workbook: typed values, live formulas for totals and rates, and what every number means."""

from __future__ import annotations

import io
from collections.abc import Iterator

import xlsxwriter

from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Deck, Table
from scoreboard.packs.xlsx.book import Book
from scoreboard.packs.xlsx.figures import add_definitions, add_figures, add_summary
from scoreboard.packs.xlsx.parts import add_chart, add_table
from scoreboard.packs.xlsx.safety import sheet_names

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def xlsx(deck: Deck) -> bytes:
    """The deck as a file. No text in it can become a formula or a link."""
    file = io.BytesIO()
    native = xlsxwriter.Workbook(file, OPTIONS)
    native.set_properties(
        {"title": deck.title, "company": deck.company, "author": deck.company, "comments": deck.stamp,
         "created": deck.computed_at.replace(tzinfo=None)}
    )  # fmt: skip
    native.set_calc_mode("auto")
    book = Book(native, deck)
    add_summary(book)
    add_figures(book)
    parts = list(_parts(deck))
    for (title, part), name in zip(parts, sheet_names([part.key for _, part in parts]), strict=True):
        if isinstance(part, Chart):
            add_chart(book, name, part)
        else:
            add_table(book, name, part, title)
    add_definitions(book)
    native.close()
    return file.getvalue()


def _parts(deck: Deck) -> Iterator[tuple[str, Chart | Table]]:
    """Every drawing and table once, with its slide's title, in the order of the slides; definitions have their own."""
    for slide in deck.slides:
        for chart in slide.charts:
            yield slide.title, chart
        if slide.table is not None and not slide.table.key.startswith("definitions-"):
            yield slide.title, slide.table
