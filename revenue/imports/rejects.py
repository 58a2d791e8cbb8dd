"""Rejected and skipped rows: kept with their cells, given back as a CSV that can be corrected and sent again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

import polars as pl
from django.conf import settings

from core.spreadsheet import GUARDED
from core.spreadsheet import csv_lines as safe_lines
from revenue.imports.shapes import LINE, Fault, Skipped, Table
from revenue.models import ImportBatch, RejectedRow, SkippedRow

_BATCH = 5_000
_AGAIN = "not corrected yet: "
ADDED = ("assay line", "assay column", "assay value", "assay reason")


def write(batch: ImportBatch, table: Table, faults: Sequence[Fault], skipped: Sequence[Skipped]) -> None:
    """Keeps the batch's rejected and skipped rows. Cells that a fault does not carry are read from the table again."""
    RejectedRow.objects.filter(batch=batch).delete()
    SkippedRow.objects.filter(batch=batch).delete()
    cells = _cells(table, {f.line for f in faults if not f.cells})
    RejectedRow.objects.bulk_create(
        (
            RejectedRow(
                batch=batch,
                line=f.line,
                column=_clean(f.column),
                value=_clean(f.value),
                reason=f.reason,
                cells=[_clean(c) for c in f.cells or cells.get(f.line, ())],
            )
            for f in faults
        ),
        batch_size=_BATCH,
    )
    SkippedRow.objects.bulk_create(
        (SkippedRow(batch=batch, line=s.line, text=_clean(s.text), reason=s.reason) for s in skipped),
        batch_size=_BATCH,
    )


def _cells(table: Table, lines: set[int]) -> dict[int, tuple[str, ...]]:
    if not lines:
        return {}
    wanted = pl.Series(sorted(lines), dtype=pl.Int64)
    found: dict[int, tuple[str, ...]] = {}
    for chunk in table.chunks():
        for line, *rest in chunk.filter(pl.col(LINE).cast(pl.Int64).is_in(wanted.implode())).iter_rows():
            found[line] = tuple(rest)
    return found


def _clean(text: str) -> str:
    # PostgreSQL keeps no NUL; the original file still has it.
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


def csv_lines(batch: ImportBatch) -> Iterator[str]:
    """The rejected rows as CSV lines: the original columns, then line, column, value and reason.

    Cells that a spreadsheet would run have an apostrophe in front; `as_sent` takes it off when the file comes back.
    """
    headings = _own(batch.headings)
    width = len(headings)
    rows = (
        [*_fitted(_own_cells(row.cells, batch.headings), width), row.line, row.column, row.value, row.reason]
        for row in batch.rejected_rows.iterator(chunk_size=_BATCH)
    )
    return safe_lines(chain([[*headings, *ADDED]], rows))


def as_sent(table: Table) -> Table:
    """A rejects file that comes back, without the apostrophes that guarded its cells; any other table as it is."""
    return _Returned(table) if _has_added(table.headings) else table


def _has_added(headings: Sequence[str]) -> bool:
    return tuple(headings[-len(ADDED) :]) == ADDED


class _Returned:
    """A rejects file: guarded cells are read as they were before they were guarded.

    A row that could not be split into the columns was given back in as many as there are. Where nobody has corrected it
    its cells are in the wrong columns: it is rejected again.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.name, self.heading_line, self.encoding = table.name, table.heading_line, table.encoding
        self.dialect, self.notes = table.dialect, table.notes
        self.headings = tuple(re.sub(GUARDED, r"\1", heading) for heading in table.headings)

    def chunks(self) -> Iterator[pl.DataFrame]:
        uncorrected = pl.Series([f.line for f in self._uncorrected], dtype=pl.Int64)
        for chunk in self._unguarded():
            yield chunk.filter(~pl.col(LINE).is_in(uncorrected.implode())) if len(uncorrected) else chunk

    def faults(self) -> list[Fault]:
        return sorted([*self._table.faults(), *self._uncorrected], key=lambda fault: fault.line)

    def _unguarded(self) -> Iterator[pl.DataFrame]:
        for chunk in self._table.chunks():
            yield chunk.with_columns(pl.exclude(LINE).str.replace(GUARDED, "$1"))

    @cached_property
    def _uncorrected(self) -> list[Fault]:
        """Rows rejected as a whole whose cells are those that were given back."""
        width = len(self.headings) - len(ADDED)
        whole = [pl.col(f"c{width + 1}") == "", pl.col(f"c{width}").str.contains(r"^\d{1,18}$")]
        rows = [row for chunk in self._unguarded() for row in chunk.filter(whole).iter_rows()]
        lines = {int(row[1 + width]) for row in rows}
        given = RejectedRow.objects.filter(column="", line__in=lines).values_list("line", "reason", "cells")
        known = {(line, *_fitted(cells, width)): reason for line, reason, cells in given.iterator(chunk_size=_BATCH)}
        return [
            Fault(line, "", cells[width + 2], f"{_AGAIN}{reason.removeprefix(_AGAIN)}", tuple(cells[:width]))
            for line, *cells in rows
            if (reason := known.get((int(cells[width]), *cells[:width]))) is not None
        ]

    def skipped(self) -> list[Skipped]:
        return self._table.skipped()


def without_added(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings of a rejects file as its original has them: the columns that were added count as nameless."""
    return (*_own(headings), *[""] * len(ADDED)) if _has_added(headings) else tuple(headings)


def _own(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings of the original."""
    return tuple(headings[: -len(ADDED)] if _has_added(headings) else headings)


def _own_cells(cells: list[str], headings: Sequence[str]) -> list[str]:
    """A row's cells in the columns of the original."""
    return cells[: -len(ADDED)] if _has_added(headings) and len(cells) == len(headings) else cells


def _fitted(cells: list[str], width: int) -> list[str]:
    """A ragged row in the columns that there are: what is too much stays, in the last one."""
    if len(cells) > width > 0:
        return [*cells[: width - 1], ",".join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]


def save(batch: ImportBatch) -> Path | None:
    """Writes the CSV under ASSAY_HOME/rejects and returns its path; None if nothing was rejected."""
    if not batch.rejected:
        return None
    path = Path(settings.ASSAY_HOME) / "rejects" / f"{batch.pk}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(batch))
    return path
