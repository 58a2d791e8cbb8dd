"""A workbook with its looks: typed cells, and one way to write text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core import show
from scoreboard.deck.shape import Deck
from scoreboard.packs import look
from scoreboard.packs.number_formats import cell_format
from scoreboard.packs.xlsx.safety import guarded

LONGEST = 32_000  # characters of a cell, under Excel's 32,767


class Book:
    """An open workbook. `deck` says what it is about; formats are made once per number format."""

    def __init__(self, native: Any, deck: Deck) -> None:
        self.native, self.deck = native, deck
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def sheet(self, name: str) -> Any:
        """A new sheet, ready to be printed on pages one wide, its stamp in the foot."""
        sheet = self.native.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        # In a foot & begins a code; && is the sign itself.
        sheet.set_footer("&L&8" + self.deck.stamp.replace("&", "&&")[:230] + "&R&8&P / &N")
        return sheet

    def look(self, **wanted: object) -> Any:
        """A cell format."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.native.add_format(
                {"font_name": "Arial", "font_size": 10, "valign": "top", **wanted}
            )
        return self._formats[key]

    def text(self, sheet: Any, row: int, column: int, text: str, **wanted: object) -> None:
        """Text, never a formula."""
        sheet.write_string(row, column, guarded(text)[:LONGEST], self.look(**wanted))

    def number(
        self, sheet: Any, row: int, column: int, value: Decimal | int | None, unit: str, **wanted: object
    ) -> None:
        """A number in the format of its unit, or "n/a"."""
        if value is None:
            self.text(sheet, row, column, show.NONE, align="right", font_color=look.SOFT)
            return
        form = cell_format(unit, self.deck.currency)
        sheet.write_number(row, column, float(value), self.look(num_format=form, **wanted))

    def formula(
        self, sheet: Any, row: int, column: int, formula: str, value: Decimal, unit: str, **wanted: object
    ) -> None:
        """A live formula with the value it has now, for readers that compute nothing."""
        form = self.look(num_format=cell_format(unit, self.deck.currency), **wanted)
        sheet.write_formula(row, column, formula, form, float(value))

    def heads(self, sheet: Any, row: int, names: tuple[str, ...]) -> None:
        """A row of headings, which stays in sight."""
        for column, name in enumerate(names):
            right = "right" if column and len(names) > 1 else "left"
            self.text(sheet, row, column, name, bold=True, bottom=1, text_wrap=True, align=right, font_color=look.SOFT)
        sheet.freeze_panes(row + 1, 1)

    def titled(self, sheet: Any, title: str, caption: str) -> int:
        """Title, caption and stamp at the top of a sheet. Returns the row that follows."""
        self.text(sheet, 0, 0, title, bold=True, font_size=14)
        self.text(sheet, 1, 0, caption, font_color=look.SOFT)
        self.text(sheet, 2, 0, self.deck.stamp, font_color=look.SOFT)
        return 4
