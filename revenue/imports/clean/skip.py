"""Rows that hold no record: those the mapping skips, and those whose every cell is blank."""

from __future__ import annotations

import polars as pl

from revenue.imports.clean.converted import is_blank
from revenue.imports.mapping.condition import Condition, condition_mask, parse_condition
from revenue.imports.shapes import LINE, Plan, Skipped, Table

_SHOWN = 200


class Skip:
    """Parts a chunk into rows to read and rows to list as skipped."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self._headings = table.headings
        self._text = plan.skip_rows_where
        self._condition: Condition | None = parse_condition(self._text) if self._text else None

    def split(self, chunk: pl.DataFrame) -> tuple[pl.DataFrame, list[Skipped]]:
        """The rows to read, and those left out with the reason."""
        skipped: list[Skipped] = []
        blank = _blank_rows(chunk)
        if blank is not None:
            skipped += _listed(chunk.filter(blank), "the row is blank")
            chunk = chunk.filter(~blank)
        if self._condition is not None:
            mask = condition_mask(chunk, self._condition, self._headings)
            if bool(mask.any()):
                skipped += _listed(chunk.filter(mask), f"the mapping skips rows where {self._text}")
                chunk = chunk.filter(~mask)
        return chunk, skipped


def _blank_rows(chunk: pl.DataFrame) -> pl.Series | None:
    """Mask of rows without any text; None if there are none. Looks at a column only for rows blank so far."""
    at = (
        pl.Series("at", range(chunk.height), dtype=pl.UInt32)
        if not chunk.height
        else pl.int_range(chunk.height, dtype=pl.UInt32, eager=True)
    )
    for name in chunk.columns:
        if name == LINE:
            continue
        at = at.filter(is_blank(chunk.get_column(name).gather(at)))
        if not len(at):
            return None
    return pl.Series([False]).new_from_index(0, chunk.height).scatter(at, True)


def _listed(rows: pl.DataFrame, reason: str) -> list[Skipped]:
    texts = rows.drop(LINE).iter_rows()
    lines = rows.get_column(LINE).to_list()
    return [
        Skipped(line, " ".join(filter(None, (c.strip() for c in cells)))[:_SHOWN], reason)
        for line, cells in zip(lines, texts, strict=True)
    ]
