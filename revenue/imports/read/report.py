"""Formatted reports in sheets: merged group cells, subtotal rows, what lies around the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from revenue.imports.read.footers import TOTAL_PATTERN, is_subtotal
from revenue.imports.read.frames import Outcome, shortened
from revenue.imports.read.strict import Record
from revenue.imports.shapes import LINE, Skipped

LABELS = 4  # leading columns in which a report writes "Subtotal"


@dataclass(frozen=True)
class Layout:
    """Where the table lies in its sheet.

    `columns`: the sheet's columns that are the table's. `groups`: columns whose value stands for the rows below it.
    `fills`: vertical merges below the headings as (first row, last row, column), rows 1-based.
    """

    headings: tuple[str, ...]
    heading_line: int
    columns: tuple[int, ...]
    formatted: bool = False
    fills: tuple[tuple[int, int, int], ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def filled_columns(self) -> tuple[int, ...]:
        """The columns that have vertical merges."""
        return tuple(sorted({column for _, _, column in self.fills}))


def layout(
    merges: Sequence[tuple[int, int, int, int]],
    heading: Record,
    columns: tuple[int, ...],
    above: Sequence[Sequence[str]],
) -> Layout:
    """The layout of a table whose headings are `heading`; `above` are the filled rows over it."""
    fills = tuple(
        (top + 1, bottom + 1, left)
        for top, left, bottom, right in merges
        if bottom > top and top + 1 > heading.line and left == right and left in set(columns)
    )
    notes = ["group cells that are merged over several rows were filled down"] if fills else []
    formatted = bool(fills or above or columns[0] > 0)
    names = tuple(heading.cells[i] for i in columns)
    return Layout(names, heading.line, columns, formatted, fills, tuple(notes))


def records(frame: pl.DataFrame, layout: Layout, outcome: Outcome) -> pl.DataFrame:
    """The rows of `frame` that are records or may be the foot; subtotals go to `outcome`, empty rows away."""
    cells = pl.exclude(LINE)
    frame = frame.filter(~pl.all_horizontal(cells.str.strip_chars() == ""))
    if not layout.formatted or not frame.height:
        return frame
    labels = [pl.col(f"c{i}").str.contains(TOTAL_PATTERN) for i in layout.columns[:LABELS]]
    candidates = frame.filter(pl.any_horizontal(labels))
    lines: list[int] = []
    for row in candidates.iter_rows():
        own = [row[i + 1] for i in layout.columns]
        if is_subtotal(own, LABELS):
            lines.append(row[0])
            text = " ".join(cell for cell in own if cell)
            outcome.skipped.append(Skipped(row[0], shortened(text), "subtotal or total row of the report"))
    return frame.filter(~pl.col(LINE).is_in(lines)) if lines else frame


class Filler:
    """Puts the value of a merged cell into every row it spans."""

    def __init__(self, layout: Layout) -> None:
        spans = sorted(layout.fills)
        self._columns = {
            column: pl.DataFrame(
                {"first": [f for f, _, c in spans if c == column], "last": [x for _, x, c in spans if c == column]},
                schema={"first": pl.Int64, "last": pl.Int64},
            )
            for column in layout.filled_columns
        }
        self._carried: dict[int, str] = {}

    def fill(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with merged values in every row; remembers the value at its end for the next frame."""
        for column, spans in self._columns.items():
            frame = self._fill_column(frame, column, spans)
        return frame

    def _fill_column(self, frame: pl.DataFrame, column: int, spans: pl.DataFrame) -> pl.DataFrame:
        name = f"c{column}"
        joined = frame.sort(LINE).join_asof(spans.sort("first"), left_on=LINE, right_on="first", strategy="backward")
        inside = pl.col("last").is_not_null() & (pl.col(LINE) <= pl.col("last"))
        value = pl.when(pl.col(name) != "").then(pl.col(name))
        carried = self._carried.get(column, "")
        filled = value.forward_fill().fill_null(carried)
        joined = joined.with_columns(
            pl.when((pl.col(name) == "") & inside).then(filled).otherwise(pl.col(name)).alias(name)
        )
        seen = frame.filter(pl.col(name) != "")
        if seen.height:
            self._carried[column] = seen[name][-1]
        return joined.drop("first", "last")
