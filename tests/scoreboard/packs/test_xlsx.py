"""The workbook: typed cells, live formulas with the values they have now, names that Excel accepts."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from scoreboard.charts.shape import Kind, Role, Series
from scoreboard.deck.shape import Deck, Slide
from scoreboard.packs.xlsx import xlsx
from scoreboard.packs.xlsx.safety import guarded, sheet_names
from tests.scoreboard.packs import decks
from tests.scoreboard.packs.readers import xlsx_cells


def test_rates_are_formulas_over_their_parts_with_their_value() -> None:
    content = xlsx(decks.deck())
    live = next(row for row in xlsx_cells(content, formulas=True)["Figures"] if row[1] == "gross_margin")
    now = next(row for row in xlsx_cells(content)["Figures"] if row[1] == "gross_margin")
    assert live[3] == "=F7/G7"
    assert (now[3], now[5], now[6]) == (0.583, 583, 1000)


def test_a_median_is_no_quotient_of_its_parts() -> None:
    rows = xlsx_cells(xlsx(decks.deck()), formulas=True)["Figures"]
    assert next(row for row in rows if row[1] == "sales_cycle_days")[3] == 41.5


def test_amounts_add_up_and_rates_are_never_averaged() -> None:
    content = xlsx(decks.deck())
    live, now = xlsx_cells(content, formulas=True), xlsx_cells(content)
    assert live["01 revenue"][8][:3] == ["Total", "=SUM(B6:B8)", "=SUM(C6:C8)"]
    assert now["01 revenue"][8][:3] == ["Total", 8_400_000, 2_700_000]
    assert not any("Total" in str(row[0]) for row in live["04 margin"])
    assert live["06 bridge"][9][1] == "=SUM(B6:B8)"
    assert now["06 bridge"][9][1] == 1200
    assert now["06 bridge"][10][1] == 0


def test_every_formula_is_ours_and_has_the_value_that_it_computes(board: Deck) -> None:
    content = xlsx(board)
    live, now = xlsx_cells(content, formulas=True), xlsx_cells(content)
    count = 0
    for sheet, rows in live.items():
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    assert isinstance(now[sheet][row][column], int | float), (sheet, cell)
                    count += 1
    assert count > 15


def test_heads_are_frozen_and_cells_have_types() -> None:
    book = load_workbook(io.BytesIO(xlsx(decks.deck())))
    assert book["Figures"].freeze_panes == "B6"
    assert book["Definitions"].freeze_panes == "B6"
    assert book["01 revenue"].freeze_panes == "B6"
    share = book["02 falls short"]["B6"]
    assert (share.value, share.number_format) == (0.562, "0.0%")
    assert book["02 falls short"]["C6"].value == "−13.8 pt"
    assert book["Definitions"]["C6"].value == "Σ net amount of lines"


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["a/b:c[d]*?\\", "revenue"], ["01 a b c d", "02 revenue"]),
        (["x" * 60, "x" * 60], [f"01 {'x' * 28}", f"02 {'x' * 28}"]),
        (["=cmd|' /C calc'!A0", "'quoted'", "Größe"], ["01 cmd C calc A0", "02 quoted", "03 Gr e"]),
        (["", "历史"], ["01", "02"]),
    ],
)
def test_sheet_names_are_such_as_excel_accepts(keys: list[str], names: list[str]) -> None:
    found = sheet_names(keys)
    assert found == names
    assert len({name.lower() for name in found}) == len(found)


def test_our_own_numbers_are_no_payload_and_payloads_are_guarded() -> None:
    assert guarded("−13.8 pt") == "−13.8 pt"
    assert guarded("+$53.4\u202fK") == "+$53.4\u202fK"
    assert guarded("=1+1") == "'=1+1"
    assert guarded("−2+3+cmd|' /C calc'!A0").startswith("'")
    assert guarded("+$1 K()") == "'+$1 K()"


def test_a_heading_has_room_in_its_column() -> None:
    """Not every program makes the row of headings higher for a second line, which then lies on the first numbers."""
    name = "Revenue influenced by marketing"
    chart = decks.chart("long", Kind.COLUMNS, Series(name, Role.ACTUAL, (decks.D(1), decks.D(2), decks.D(3))))
    book = load_workbook(io.BytesIO(xlsx(decks.deck(Slide("long", "Quality", "Long", chart=chart)))))
    sheet = book["01 long"]
    assert sheet["B5"].value == name
    assert sheet.column_dimensions["B"].width > len(name)
