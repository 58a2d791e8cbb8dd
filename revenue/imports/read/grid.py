"""A table in a sheet or a page: cells that are already apart, but among titles, groups, subtotals and notes.

The cells lie in a temporary file of regular CSV, one record per row of the sheet, so that memory does not grow with
the sheet here either. Lines are the sheet's row numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from revenue.imports.read import headings, report
from revenue.imports.read.content import Content
from revenue.imports.read.dialect import read_head
from revenue.imports.read.footers import foot_of_rows
from revenue.imports.read.frames import Outcome, parse_block, shortened
from revenue.imports.read.limits import Refused
from revenue.imports.read.opened import Options
from revenue.imports.read.scan import scan
from revenue.imports.read.strict import Record
from revenue.imports.shapes import LINE, Fault, Skipped

WINDOW = 4 << 20
HEAD_ROWS = 120
ROWS = 100_000  # of a chunk, at least, but for the last
FOOT = 40  # rows at the end that may be totals and footers
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; 0-based, all within


@dataclass(frozen=True)
class Grid:
    """Cells of a sheet: CSV of `width` columns in `content`, and what was counted while it was written.

    `dense`: per column the filled cells in rows that have at least two.
    """

    content: Content
    width: int
    dense: tuple[int, ...]
    merges: tuple[Merge, ...] = ()

    def rows(self) -> Iterator[pl.DataFrame]:
        """All rows, `line` being the row's number from 1 on."""
        offset, line = 0, 1
        window = WINDOW
        while offset < self.content.size:
            raw = self.content.read(offset, window)
            block = scan(raw, b",", final=offset + len(raw) >= self.content.size)
            if not block.size:
                window *= 2  # one row fills the window; rows end, since we wrote them
                continue
            yield parse_block(block, range(line, line + len(block.ends)), b",", self.width)
            offset, line, window = offset + block.size, line + len(block.ends), WINDOW


class GridTable:
    """The `Table` of a sheet; see `revenue.imports.shapes`. Made by `open_grid`."""

    def __init__(
        self, grid: Grid, name: str, dialect: str, layout: report.Layout, *, encoding: str = "utf-8",
        notes: Sequence[str] = (), titles: Sequence[Skipped] = (),
    ) -> None:  # fmt: skip
        self.name = name
        self.headings = layout.headings
        self.heading_line = layout.heading_line
        self.encoding = encoding
        self.dialect = dialect
        self.notes = tuple(notes)
        self._grid = grid
        self._layout = layout
        self._titles = list(titles)
        self._outcome: Outcome | None = None

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Frames of `line` (the sheet's row) and c0 … c{n-1} in file order; see `Table.chunks`."""
        outcome = Outcome(skipped=list(self._titles))
        filler = report.Filler(self._layout)
        held: list[pl.DataFrame] = []
        for frame in self._grid.rows():
            body = frame.filter(pl.col(LINE) > self.heading_line)
            held.append(filler.fill(report.records(body, self._layout, outcome)))
            if sum(f.height for f in held[:-1]) >= ROWS and held[-1].height > FOOT:
                yield self._shaped(pl.concat(held[:-1]))
                held = held[-1:]
        if held:
            last = self._shaped(self._without_foot(pl.concat(held), outcome))
            if last.height:
                yield last
        outcome.skipped.sort(key=lambda s: s.line)
        self._outcome = outcome

    def faults(self) -> list[Fault]:
        """None: the cells of a sheet are apart."""
        return []

    def skipped(self) -> list[Skipped]:
        """Titles, subtotals, totals and footers, in file order."""
        if self._outcome is None:
            for _ in self.chunks():
                pass
        return list(self._outcome.skipped) if self._outcome else []

    def record(self, line: int) -> tuple[str, ...] | None:
        """The cells of row `line` of the sheet in the table's columns; None where it has none."""
        for frame in self._grid.rows():
            first = int(frame[LINE][0])
            if line < first + frame.height:
                row = frame.row(line - first)[1:] if line >= first else None
                return None if row is None else tuple(row[i] for i in self._layout.columns)
        return None

    def _shaped(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The table's own columns, named by their position in the headings."""
        return frame.select(
            pl.col(LINE), *(pl.col(f"c{old}").alias(f"c{new}") for new, old in enumerate(self._layout.columns))
        )

    def _without_foot(self, frame: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
        tail = [(row[0], tuple(row[1:])) for row in frame.tail(FOOT).rows()]
        count, skipped = foot_of_rows(tail, len(self._layout.columns))
        outcome.skipped.extend(skipped)
        return frame.head(frame.height - count)


def open_grid(
    grid: Grid, name: str, dialect: str, options: Options, notes: Sequence[str] = (), encoding: str = "utf-8"
) -> GridTable | None:
    """The table in the cells, None where no row can hold headings. Raises Refused for a wrong heading row."""
    filled = _head(grid)
    if not filled:
        return None
    at = _heading_position(filled, options)
    heading = filled[at]
    columns = _columns(grid, heading, filled)
    row = tuple(heading.cells[i] for i in columns)
    layout = report.layout(grid.merges, heading, columns, [r.cells for r in filled[:at]])
    titles = [
        Skipped(r.line, shortened(" ".join(c for c in r.cells if c)), "title above the headings") for r in filled[:at]
    ]
    notes = [*notes, *layout.notes]
    if headings.looks_like_data(row):
        notes.append(f"row {heading.line}, taken for the headings, holds numbers or dates: the headings may be missing")
    return GridTable(grid, name, dialect, layout, encoding=encoding, notes=notes, titles=titles)


def _head(grid: Grid) -> list[Record]:
    """The first rows that are not empty; their `line` is the row number."""
    raw = grid.content.read(0, 1 << 20)
    head = read_head(raw, b",", final=len(raw) >= grid.content.size, limit=HEAD_ROWS)
    rows = (replace(record, line=i) for i, record in enumerate(head.records, 1))
    return [record for record in rows if any(cell.strip() for cell in record.cells)]


def _heading_position(filled: Sequence[Record], options: Options) -> int:
    if options.header_row is not None:
        for i, record in enumerate(filled):
            if record.line == options.header_row:
                return i
        raise Refused(f"row {options.header_row}, given as the heading row, is empty")
    rows = [_trimmed(record.cells) for record in filled]
    return headings.heading_row_of_grid(rows, options.suggest)


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells without empty ones at either end."""
    used = [i for i, cell in enumerate(cells) if cell.strip()]
    return cells[used[0] : used[-1] + 1] if used else ()


def _columns(grid: Grid, heading: Record, filled: Sequence[Record]) -> tuple[int, ...]:
    """The sheet's columns that belong to the table: from the first heading to the last, and further ones with data."""
    used = [i for i, cell in enumerate(heading.cells) if cell.strip()]
    above = [0] * grid.width
    for record in itertools.takewhile(lambda r: r.line <= heading.line, filled):
        cells = [i for i, cell in enumerate(record.cells) if cell]
        if len(cells) > 1:
            for i in cells:
                above[i] += 1
    data = [i for i in range(grid.width) if grid.dense[i] > above[i]]
    first, last = min([*used[:1], *data[:1]]), max([*used[-1:], *data[-1:]])
    return tuple(range(first, last + 1))
