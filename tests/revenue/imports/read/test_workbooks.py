"""Workbooks: cells to text without loss, reports without their trimmings, and nothing that brings the process down."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from revenue.imports.read import Limits
from tests.revenue.imports.read.books import cell, ods, sheet, xlsx
from tests.revenue.imports.read.helpers import frame, opened, rows

HEAD = [cell("A1", "id", "s"), cell("B1", "value", "s")]


def _values(*pairs: tuple[object, str]) -> bytes:
    body = {i: [cell(f"A{i}", f"k{i}", "s"), cell(f"B{i}", value, kind)] for i, (value, kind) in enumerate(pairs, 2)}
    return xlsx({"S": sheet({1: HEAD, **body})})


def test_cells_become_text_without_loss(tmp_path: Path) -> None:
    data = _values(
        ("45000", "d"), ("45000.5", "d"), ("7", ""), ("0.1", ""), ("0.30000000000000004", ""), ("1", "b"),
        (" 007 ", "s"), ("#N/A", "e"),
    )  # fmt: skip
    (table,) = opened(tmp_path, data, "book.xlsx").tables
    assert [value for _, value in rows(table)] == [
        "2023-03-15", "2023-03-15T12:00:00", "7", "0.1", "0.30000000000000004", "true", " 007 ", "#N/A",
    ]  # fmt: skip
    assert "1 cells hold errors of the spreadsheet, e.g. #N/A" in table.notes[0]
    assert table.record(8) == ("k8", " 007 ")


def test_ids_that_the_spreadsheet_rounded_are_pointed_out(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, _values(("123456789012345678", "")), "book.xlsx").tables
    assert "more than 15 digits" in table.notes[0]


def test_dates_of_a_1904_book_are_right(tmp_path: Path) -> None:
    data = xlsx({"S": sheet({1: HEAD, 2: [cell("A2", "k", "s"), cell("B2", 43538, "d")]})}, date1904=True)
    (table,) = opened(tmp_path, data, "book.xlsx").tables
    assert rows(table) == [("k", "2023-03-15")]


REPORT = sheet(
    {
        1: [cell("A1", "Opportunities by Stage", "s")],
        2: [cell("A2", "As of 2024-01-02 · Filtered By: All opportunities", "s")],
        4: [cell(f"{c}4", text, "s") for c, text in zip("BCDE", ("Stage  ↑", "Name", "Amount", "Owner"), strict=True)],
        5: [cell("B5", "Won", "s"), cell("C5", "Subtotal Ltd", "s"), cell("D5", 10), cell("E5", "x", "s")],
        6: [cell("C6", "Total", "s"), cell("D6", 20), cell("E6", "y", "s")],
        7: [cell("B7", "Subtotal", "s"), cell("C7", "Sum", "s"), cell("D7", 30)],
        8: [cell("B8", "Lost", "s"), cell("C8", "d3", "s"), cell("D8", 5), cell("E8", "x", "s")],
        9: [cell("C9", "d4", "s"), cell("D9", 6)],
        10: [cell("C10", "Count", "s"), cell("D10", 2)],
        11: [cell("B11", "Total (4 records)", "s"), cell("D11", 41)],
        13: [cell("A13", "Confidential Information - Do Not Distribute", "s")],
        14: [cell("A14", "Copyright (c) 2000-2024 salesforce.com", "s")],
    },
    merges=("A1:E1", "B5:B6", "B8:B9"),
)


def test_a_formatted_report_gives_its_records_alone(tmp_path: Path) -> None:
    """Group values filled down; titles, subtotals, counts, totals and the foot listed as skipped."""
    (table,) = opened(tmp_path, xlsx({"Report": REPORT}), "report.xlsx").tables
    assert (table.headings, table.heading_line) == (("Stage  ↑", "Name", "Amount", "Owner"), 4)
    assert frame(table).rows() == [
        (5, "Won", "Subtotal Ltd", "10", "x"), (6, "Won", "Total", "20", "y"), (8, "Lost", "d3", "5", "x"),
        (9, "Lost", "d4", "6", ""),
    ]  # fmt: skip
    assert [s.line for s in table.skipped()] == [1, 2, 7, 10, 11, 13, 14]


def test_a_report_that_starts_below_the_first_row_keeps_its_rows_numbers_and_merges(tmp_path: Path) -> None:
    rows = {
        2: [cell("B2", "Pipeline", "s")],
        4: [cell("B4", "Stage", "s"), cell("C4", "Name", "s"), cell("D4", "Amount", "s")],
        5: [cell("B5", "Won", "s"), cell("C5", "d1", "s"), cell("D5", 1)],
        6: [cell("C6", "d2", "s"), cell("D6", 2)],
        7: [cell("B7", "Lost", "s"), cell("C7", "d3", "s"), cell("D7", 3)],
    }
    (table,) = opened(tmp_path, xlsx({"Report": sheet(rows, merges=("B5:B6",))}), "report.xlsx").tables
    assert frame(table).rows() == [(5, "Won", "d1", "1"), (6, "Won", "d2", "2"), (7, "Lost", "d3", "3")]


def test_sheets_are_chosen_by_content(tmp_path: Path) -> None:
    one = sheet({1: HEAD, 2: [cell("A2", "k", "s"), cell("B2", 1)]})
    result = opened(tmp_path, xlsx({"Data": one, "Old": one, "Empty": sheet({})}, hidden=("Old",)), "book.xlsx")
    assert [t.name for t in result.tables] == ["book.xlsx › Data"]
    assert result.notes == ["sheet 'Old' was left out: it is hidden", "sheet 'Empty' was left out: it is empty"]


def test_ods_is_read(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, ods([["id", "name"], ["007", "Ann"]]), "book.ods").tables
    assert (table.dialect, rows(table)) == ("ods", [("007", "Ann")])


def test_a_wrong_ending_is_read_by_content_and_noted(tmp_path: Path) -> None:
    data = _values((1, ""))
    for name in ("book.xls", "book.csv", "book.xlsx.csv"):
        result = opened(tmp_path, data, name)
        assert rows(result.tables[0]) == [("k2", "1")]
        assert "it is an XLSX workbook" in result.notes[0]


FAR = xlsx({"S": sheet({1: [cell("A1", 1)], 1_048_576: [cell("XFD1048576", 1)]})})
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
BOMB = xlsx({"S": sheet({1: HEAD})}, extra={"xl/sharedStrings.xml": b"<si><t>0</t></si>" * 3_000_000})
MACRO = xlsx({"S": sheet({1: HEAD})}, extra={"xl/vbaProject.bin": b"macro"})
WIDE = xlsx({"S": sheet({1: [cell("A1", "x", "s"), cell("CZZ1", "y", "s")]})})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (FAR, "needs more than 1500 MB of memory"),
        (ENCRYPTED, "protected by a password"),
        (BOMB, "as only a bomb does"),
        (MACRO, "holds macros"),
        (WIDE, "more than the limit of 2,000"),
        (FAR[:700], "damaged"),
    ],
    ids=["far cell", "encrypted", "bomb", "macros", "too wide", "cut short"],
)
def test_what_would_do_harm_is_refused_in_two_seconds(tmp_path: Path, data: bytes, reason: str) -> None:
    start = time.process_time()
    clock = time.monotonic()
    result = opened(tmp_path, data, "book.xlsx")
    assert result.refusal.startswith("book.xlsx was not read: ")
    assert reason in result.refusal
    assert result.tables == []
    assert time.process_time() - start < 1
    assert time.monotonic() - clock < 10  # two on a machine with nothing else to do


def test_a_workbook_above_the_limit_is_refused(tmp_path: Path) -> None:
    result = opened(tmp_path, _values((1, "")), "book.xlsx", limits=Limits(max_workbook_bytes=100))
    assert "more than the limit of 100 bytes" in result.refusal
