"""Reports with the names of groups in rows of their own: each row gets its name, names and totals are listed."""

from __future__ import annotations

from pathlib import Path

from tests.revenue.imports.read.books import cell, sheet, xlsx
from tests.revenue.imports.read.helpers import frame, opened

BY_CUSTOMER = """Sales by Customer Detail,,,
"January - March, 2024",,,
,Date,Num,Amount
Amy's Bird Sanctuary,,,
,01/15/2024,1001,35.00
,02/28/2024,1026,-100.00
Total for Amy's Bird Sanctuary,,,$ -65.00
Total Wine & More,,,
,03/10/2024,0027,"1,375.50"
Total for Total Wine & More,,,"$1,375.50"
TOTAL,,,"$1,310.50"
,,,
"Friday, Mar 29, 2024 10:11:12 AM GMT-7 - Accrual Basis",,,
"""
ROWS = [
    (5, "Amy's Bird Sanctuary", "01/15/2024", "1001", "35.00"),
    (6, "Amy's Bird Sanctuary", "02/28/2024", "1026", "-100.00"),
    (9, "Total Wine & More", "03/10/2024", "0027", "1,375.50"),
]


def test_each_row_has_the_name_of_its_group(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, BY_CUSTOMER.encode(), header_row=3).tables
    assert table.headings == ("Group", "Date", "Num", "Amount")
    assert frame(table).rows() == ROWS
    assert [s.line for s in table.skipped()] == [1, 2, 4, 7, 8, 10, 11, 12, 13]
    assert table.faults() == []
    assert "the name above each group of rows was put into its rows" in table.notes


def test_groups_within_groups(tmp_path: Path) -> None:
    lines = ",,Type,Amount", "A,,,", ",Job,,", ",,Invoice,1", ",Total Job,,1", ",,Invoice,2", "Total A,,,3"
    text = "\n".join((*lines, "B,,,", ",,Invoice,4", "Total B,,,4", ""))
    (table,) = opened(tmp_path, text.encode(), header_row=1).tables
    assert table.headings[:2] == ("Group", "Group 2")
    assert frame(table).rows() == [
        (4, "A", "Job", "Invoice", "1"), (6, "A", "", "Invoice", "2"), (9, "B", "", "Invoice", "4"),
    ]  # fmt: skip


def test_a_sheet_with_groups(tmp_path: Path) -> None:
    rows = {
        1: [cell("A1", "Sales by Customer Detail", "s")],
        3: [cell("B3", "Date", "s"), cell("C3", "Num", "s"), cell("D3", "Amount", "s")],
        4: [cell("A4", "Amy", "s")],
        5: [cell("B5", "01/15/2024", "s"), cell("C5", "1001", "s"), cell("D5", 35)],
        6: [cell("A6", "Total for Amy", "s"), cell("D6", 35)],
        7: [cell("A7", "TOTAL", "s"), cell("D7", 35)],
    }
    (table,) = opened(tmp_path, xlsx({"Sheet1": sheet(rows)}), "report.xlsx").tables
    assert frame(table).rows() == [(5, "Amy", "01/15/2024", "1001", "35")]
    assert [s.line for s in table.skipped()] == [1, 4, 6, 7]


def test_a_table_without_a_total_that_repeats_the_name_is_left_as_it_is(tmp_path: Path) -> None:
    text = "name,note,amount\nAmy,,\n,x,1\nTotal for Bob,,1\n"
    (table,) = opened(tmp_path, text.encode()).tables
    assert [row[1] for row in frame(table).rows()] == ["Amy", "", "Total for Bob"]
