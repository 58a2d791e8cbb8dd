"""Small tables in memory, for tests that need no file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from revenue.imports.shapes import Fault, Skipped


def frame(rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    """Rows as a chunk of a table: `line` from 2, then c0, c1, …"""
    columns = {f"c{i}": pl.Series([row[i] for row in rows], dtype=pl.String) for i in range(width)}
    return pl.DataFrame({"line": pl.Series(range(2, len(rows) + 2), dtype=pl.Int64), **columns})


@dataclass
class Rows:
    """A table of the given headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    name: str = "rows.csv"
    heading_line: int = 1
    encoding: str = "utf-8"
    dialect: str = "csv ,"
    notes: tuple[str, ...] = ()

    def chunks(self) -> Iterator[pl.DataFrame]:
        """All rows as one frame."""
        yield frame(self.rows, len(self.headings))

    def faults(self) -> list[Fault]:
        """None."""
        return []

    def skipped(self) -> list[Skipped]:
        """None."""
        return []
