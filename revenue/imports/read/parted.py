"""A table over another one: some of its rows are no records, and their groups' values go into the rows that are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from revenue.imports.read.opened import FileTable
from revenue.imports.shapes import Fault, Skipped


class PartedTable:
    """The `Table` of such a report over the table as it lies in the file. A kind of report says how it is parted."""

    def __init__(self, table: FileTable, *, headings: Sequence[str], said: Sequence[str]) -> None:
        self._table = table
        self.name, self.heading_line, self.headings = table.name, table.heading_line, tuple(headings)
        self.encoding, self.dialect = table.encoding, table.dialect
        self.notes = (*table.notes, *said)
        self._skipped: list[Skipped] | None = None

    def _parted(self, skipped: list[Skipped]) -> Iterator[pl.DataFrame]:
        """Frames of the records alone, empty ones too; what is no record goes into `skipped`."""
        raise NotImplementedError

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Frames of the records alone, with the values of their groups; see `Table.chunks`."""
        skipped: list[Skipped] = []
        yield from (frame for frame in self._parted(skipped) if frame.height)
        self._skipped = skipped

    def faults(self) -> list[Fault]:
        """The table's own."""
        return self._table.faults()

    def skipped(self) -> list[Skipped]:
        """What the table skips, and the rows that are no records, in file order."""
        if self._skipped is None:
            for _ in self.chunks():
                pass
        return sorted([*self._table.skipped(), *(self._skipped or ())], key=lambda s: s.line)

    def record(self, line: int) -> tuple[str, ...] | None:
        """The cells of the record in `line` as the file has them."""
        return self._table.record(line)
