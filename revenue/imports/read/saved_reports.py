"""A formatted Salesforce report that was saved as text: its merged cells are gone, its subtotals are rows like others.

Such a report marks the columns that it is grouped by with an arrow in their headings (`Stage  ↑`). A group's value
stands in its first row alone, the rows below it have none, and each group ends in rows called Subtotal and Count. In a
sheet the merges tell all that; in a text it is told by the arrow and by the rows: without subtotals, and without an
empty cell between two values, the arrow only says how the rows are sorted, and nothing is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from revenue.imports.read.footers import TOTAL_PATTERN, is_footer_text, is_subtotal
from revenue.imports.read.frames import shortened
from revenue.imports.read.opened import FileTable
from revenue.imports.read.parted import PartedTable
from revenue.imports.read.report import LABELS
from revenue.imports.shapes import LINE, Skipped

ARROWS = ("↑", "↓")
_LABEL = re.compile(TOTAL_PATTERN)
_LOOKED_AT = 5_000  # rows within which the report must show its groups


def restored(table: FileTable) -> FileTable:
    """The table with the values of its groups in every row and without their totals, if it is such a report."""
    marked = [i for i, text in enumerate(table.headings) if text.rstrip().endswith(ARROWS)]
    head = next((chunk.head(_LOOKED_AT) for chunk in table.chunks()), None) if marked else None
    if head is None:
        return table
    records, totals = _parted(head)
    open_ones = tuple(i for i in marked if _is_open(records[f"c{i}"].to_list(), bool(totals)))
    return SavedReport(table, open_ones) if totals or open_ones else table


def _parted(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Skipped]]:
    """The rows that are records, and those that are totals or the foot."""
    cells = [c for c in frame.columns if c != LINE]
    few = pl.sum_horizontal((pl.col(c).str.strip_chars() != "").cast(pl.Int32) for c in cells) <= 1
    called = pl.any_horizontal(pl.col(c).str.contains(TOTAL_PATTERN) for c in cells[: LABELS + 1])
    skipped = []
    for line, *row in frame.filter(few | called).iter_rows():
        filled = [cell for cell in row if cell.strip()]
        if len(filled) == 1 and is_footer_text(filled[0]):
            skipped.append(Skipped(line, shortened(filled[0]), "footer below the rows"))
        elif filled and (is_subtotal(row, LABELS + 1) or all(map(_LABEL.match, filled[:2]))):  # "Total", "Sum", 41
            skipped.append(Skipped(line, shortened(" ".join(filled)), "subtotal or total row of the report"))
    return frame.filter(~pl.col(LINE).is_in([s.line for s in skipped])), skipped


def _is_open(values: list[str], totals: bool) -> bool:
    """Whether a column's values each stand for the rows below them: never twice in a row, and with gaps that say so."""
    filled = [bool(value.strip()) for value in values]
    if not filled or not filled[0] or all(filled):
        return False
    if any(a and b and x == y for a, b, x, y in zip(filled, filled[1:], values, values[1:], strict=False)):
        return False
    last = max(i for i, is_filled in enumerate(filled) if is_filled)
    return totals or not all(filled[:last])


class SavedReport(PartedTable):
    """The `Table` of such a report, over the table as it lies in the file. `open_ones`: columns to fill down."""

    def __init__(self, table: FileTable, open_ones: tuple[int, ...]) -> None:
        said = ("the value of each group was put into the rows below it",) if open_ones else ()
        super().__init__(table, headings=table.headings, said=said)
        self._open = open_ones

    def _parted(self, skipped: list[Skipped]) -> Iterator[pl.DataFrame]:
        carried = {f"c{i}": "" for i in self._open}
        for frame in self._table.chunks():
            records, left_out = _parted(frame)
            skipped += left_out
            for name, before in carried.items():
                own = pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name))
                records = records.with_columns(own.forward_fill().fill_null(before).alias(name))
                carried[name] = records[name][-1] if records.height else before
            yield records
