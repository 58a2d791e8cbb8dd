"""Reports with groups: a customer's name in a row of its own, the rows below it without one, then "Total for …".

QuickBooks prints its reports so, in CSV as in sheets. Such a table is taken for what it says: each row belongs to the
name above it, names and totals are listed as skipped. It is told by its first row, which is a name alone, and by the
first total, which repeats that name; nothing less will do.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from revenue.imports.read.footers import is_total
from revenue.imports.read.frames import shortened
from revenue.imports.read.opened import FileTable
from revenue.imports.read.parted import PartedTable
from revenue.imports.shapes import Skipped

LEVELS = 3  # groups within groups
_NAME = "Group"  # what the heading of a column of names is called where it has none
_LOOKED_AT = 5_000  # rows within which the first group must end


def grouped(table: FileTable) -> FileTable:
    """The table, with the names of its groups in each row if it is such a report."""
    levels = _levels(table.headings)
    first = next((r for at in range(1, 4) if (r := table.record(table.heading_line + at)) and any(r)), None)
    if first is None or _label_at(first, levels) is None:
        return table
    head = next((chunk.head(_LOOKED_AT) for chunk in table.chunks()), None)
    return Grouped(table, levels) if head is not None and _Names(levels).prove(head) else table


def _levels(headings: tuple[str, ...]) -> int:
    """How many columns at the front hold names: those without a heading, else the first one."""
    blank = next((i for i, text in enumerate(headings) if text.strip()), 0)
    return min(max(blank, 1), LEVELS)


def _label_at(cells: tuple[str, ...], levels: int) -> int | None:
    """The column of a row that is a name alone; None if it is not."""
    filled = [i for i, cell in enumerate(cells) if cell.strip()]
    return filled[0] if len(filled) == 1 and filled[0] < levels else None


class _Names:
    """The names that the rows are under, on the way through a table."""

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self.current = [""] * levels

    def prove(self, head: pl.DataFrame) -> bool:
        """Whether a total repeats the name of its group, with rows between the two."""
        between = False
        for row in head.iter_rows():
            kind = self.take(row[1:])
            if kind == "total" and between:
                return True
            between = between or kind == ""
        return False

    def take(self, cells: tuple[str, ...]) -> str:
        """What a row is: "name", "total", or "" for a row of the table."""
        at = next((i for i in range(self.levels) if cells[i].strip()), None)
        if at is None:
            return ""
        text = cells[at].strip()
        names = self.current[at]
        if (names and text in (f"Total for {names}", f"Total {names}", f"{names} Total")) or is_total(cells):
            self.current[at:] = [""] * (self.levels - at)  # what comes now is not of that group any more
            return "total"
        if _label_at(cells, self.levels) is None:
            return ""
        self.current[at:] = [text, *[""] * (self.levels - at - 1)]
        return "name"


class Grouped(PartedTable):
    """The `Table` of a report with groups, over the table as it lies in the file."""

    def __init__(self, table: FileTable, levels: int) -> None:
        own = [_NAME if i == 0 else f"{_NAME} {i + 1}" for i in range(levels)]
        headings = (own[i] if i < levels and not text.strip() else text for i, text in enumerate(table.headings))
        super().__init__(
            table, headings=tuple(headings), said=("the name above each group of rows was put into its rows",)
        )
        self._levels = levels

    def _parted(self, skipped: list[Skipped]) -> Iterator[pl.DataFrame]:
        names = _Names(self._levels)
        columns = [f"c{i}" for i in range(self._levels)]
        for frame in self._table.chunks():
            kept, filled = list[int](), list[list[str]]()
            for position, row in enumerate(frame.iter_rows()):
                if kind := names.take(row[1:]):
                    reason = "name of a group of rows" if kind == "name" else "total of the report"
                    skipped.append(Skipped(row[0], shortened(" ".join(c for c in row[1:] if c)), reason))
                else:
                    kept.append(position)
                    filled.append([row[i + 1] or names.current[i] for i in range(self._levels)])
            if kept:
                own = pl.DataFrame(filled, schema=dict.fromkeys(columns, pl.String), orient="row")
                yield frame[kept].with_columns(own[c] for c in columns)
