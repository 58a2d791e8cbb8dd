"""A formatted Salesforce report saved as text gives its records alone; a sorted export is left as it is."""

from __future__ import annotations

from pathlib import Path

from tests.revenue.imports.read.helpers import opened, rows

HEAD = ",Stage  ↑,Name,Amount,Owner\n"
REPORT = (
    ",Opportunities by Stage,,,\n,As of 2024-01-02,,,\n,,,,\n" + HEAD + ",Won,a,10,Ann\n,,b,20,Bo\n,Subtotal,Sum,30,\n"
    ",,Count,2,\n,Lost,c,5,Ann\n,,d,6,\n,Subtotal,Sum,11,\n,,Count,2,\n,Total,Sum,41,\n,,Count,4,\n,,,,\n"
    "Confidential Information - Do Not Distribute,,,,\nCopyright © 2000-2024 salesforce.com,,,,\n"
)


def read(tmp_path: Path, text: str) -> list[tuple[str, ...]]:
    """The rows of the one table."""
    (table,) = opened(tmp_path, text.encode(), "report.csv").tables
    return rows(table)


def test_groups_are_filled_down_and_totals_are_listed_as_skipped(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, REPORT.encode(), "report.csv").tables
    assert rows(table) == [
        ("", "Won", "a", "10", "Ann"), ("", "Won", "b", "20", "Bo"),
        ("", "Lost", "c", "5", "Ann"), ("", "Lost", "d", "6", ""),
    ]  # fmt: skip
    assert [s.line for s in table.skipped()] == [1, 2, 3, 7, 8, 11, 12, 13, 14, 15, 16, 17]
    assert any("value of each group" in note for note in table.notes)
    assert table.record(6) == ("", "", "b", "20", "Bo")


def test_groups_without_subtotals_are_told_by_the_gaps_between_their_values(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + ",Won,a,1,x\n,,b,2,x\n,Lost,c,3,x\n,,d,4,x\n")
    assert [row[1] for row in found] == ["Won", "Won", "Lost", "Lost"]


def test_a_sorted_column_with_empty_cells_stays_as_it_is(tmp_path: Path) -> None:
    """Sorting puts what is empty at one end; and a value that stands twice in a row stands for itself."""
    for column in (("Won", "Won", "", ""), ("Won", "Lost", "", ""), ("", "", "Lost", "Won"), ("A", "A", "", "B")):
        found = read(tmp_path, HEAD + "".join(f",{value},n{i},{i},x\n" for i, value in enumerate(column)))
        assert tuple(row[1] for row in found) == column
    no_arrow = read(tmp_path, HEAD.replace("  ↑", "") + ",Won,a,1,x\n,,b,2,x\n,Lost,c,3,x\n")
    assert [row[1] for row in no_arrow] == ["Won", "", "Lost"]
