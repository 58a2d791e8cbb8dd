"""The sheets that are in every workbook: what it is, all figures with their parts, and the definitions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from core import show
from scoreboard.deck.shape import Figure
from scoreboard.packs import look
from scoreboard.packs.xlsx.book import Book

HEADS = ("Slide", "Metric", "Figure", "Value", "Unit", "Numerator", "Denominator", "n", "Status", "Change", "Against")
WIDTHS = (7, 26, 34, 18, 14, 20, 20, 10, 30, 14, 16)
EXACT = Decimal("1e-9")  # how far a value may lie from its parts and still be their quotient


def add_summary(book: Book) -> None:
    """What the workbook is about, and the findings in their order."""
    sheet, deck = book.sheet("Summary"), book.deck
    facts = (
        ("Company", deck.company), ("Period", deck.period_name), ("As of", show.day(deck.as_of)),
        ("Computed", f"{deck.computed_at:%Y-%m-%d %H:%M} UTC"), ("Run", str(deck.run)),
        ("Quality policy", deck.policy_version), ("Currency", deck.currency),
        ("Part of the company", deck.home or "all"),
        *((f"Signed by {s.name}, {s.role}", s.differs or "agrees") for s in deck.signatures),
    )  # fmt: skip
    book.text(sheet, 0, 0, deck.title, bold=True, font_size=16)
    for row, (name, said) in enumerate(facts, start=2):
        book.text(sheet, row, 0, name, font_color=look.SOFT)
        book.text(sheet, row, 1, said)
    row = len(facts) + 3
    for column, name in enumerate(("Slide", "Section", "Finding", "Presents")):
        book.text(sheet, row, column, name, bold=True, bottom=1, font_color=look.SOFT)
    for place, slide in enumerate(deck.slides, start=1):
        sheet.write_number(row + place, 0, place, book.look(align="left"))
        for column, said in enumerate((slide.section, slide.title, str(slide.presenter)), start=1):
            book.text(sheet, row + place, column, said, text_wrap=column == 2)
    for column, wide in enumerate((22, 24, 90, 14)):
        sheet.set_column(column, column, wide)
    sheet.freeze_panes(row + 1, 0)


def add_figures(book: Book) -> None:
    """Every figure of every slide: rates are numerator / denominator, computed by the sheet itself."""
    sheet = book.sheet("Figures")
    row = book.titled(
        sheet, "Figures", "Rates are formulas over their numerator and denominator; n/a: there is no number"
    )
    book.heads(sheet, row, HEADS)
    for column, wide in enumerate(WIDTHS):
        sheet.set_column(column, column, wide)
    first = row + 1
    for place, slide in enumerate(book.deck.slides, start=1):
        for figure in slide.figures:
            row += 1
            sheet.write_number(row, 0, place, book.look(align="left"))
            _figure(book, sheet, row, figure)
    if row >= first:
        sheet.autofilter(first - 1, 0, row, len(HEADS) - 1)


def _figure(book: Book, sheet: Any, row: int, figure: Figure) -> None:
    book.text(sheet, row, 1, figure.metric)
    book.text(sheet, row, 2, figure.label)
    if quotient(figure) and figure.value is not None:
        over, under = xl_rowcol_to_cell(row, 5), xl_rowcol_to_cell(row, 6)
        book.formula(sheet, row, 3, f"={over}/{under}", figure.value, figure.unit, bold=True)
    else:
        book.number(sheet, row, 3, figure.value, figure.unit, bold=True)
    book.text(sheet, row, 4, figure.unit)
    for column, part in ((5, figure.numerator), (6, figure.denominator)):
        if part is not None:
            sheet.write_number(row, column, float(part), book.look(num_format="#,##0.00"))
    sheet.write_number(row, 7, figure.n, book.look(num_format="#,##0"))
    for column, said in ((8, figure.status), (9, figure.change), (10, figure.against)):
        book.text(sheet, row, column, said)


def quotient(figure: Figure) -> bool:
    """Whether the value is its numerator over its denominator: a median, for one, is not."""
    if figure.value is None or figure.numerator is None or not figure.denominator:
        return False
    return abs(figure.numerator / figure.denominator - figure.value) <= EXACT * max(Decimal(1), abs(figure.value))


def add_definitions(book: Book) -> None:
    """What each metric means, its version and which way is good."""
    sheet = book.sheet("Definitions")
    row = book.titled(
        sheet, "Definitions", "Each metric is computed the same way for every period and part of the company"
    )
    book.heads(sheet, row, ("Metric", "Name", "Definition", "Unit", "Good is", "Version", "Source"))
    for each in book.deck.definitions:
        row += 1
        said = (each.metric, each.label, each.formula, each.unit, each.direction, str(each.version), each.source)
        for column, text in enumerate(said):
            book.text(sheet, row, column, text, text_wrap=column == 2)
    for column, wide in enumerate((30, 34, 90, 14, 10, 9, 28)):
        sheet.set_column(column, column, wide)
