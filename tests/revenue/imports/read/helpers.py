"""Helpers of the reading tests: write a table in a dialect, read everything of a table, read it strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from revenue.imports.read import open_tables, strict
from revenue.imports.read.frames import Outcome
from revenue.imports.read.opened import Opened
from revenue.imports.read.text import TextTable, sort_record
from revenue.imports.shapes import LINE, Table

Rows = list[tuple[str, ...]]


def write(rows: Rows, *, delimiter: str = ",", end: str = "\n", quote_all: bool = False) -> str:
    """The rows in a dialect, a cell quoted where it must be or everywhere.

    Not by `csv.writer`: it leaves a line end unquoted that is not its own.
    """

    def cell(value: str) -> str:
        if quote_all or any(c in value for c in (delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def opened(path: Path, data: bytes, name: str = "table.csv", **options: object) -> Opened:
    """The bytes opened as a file called `name`."""
    file = path / name
    file.write_bytes(data)
    return open_tables(file, **options)  # type: ignore[arg-type]


def frame(table: Table) -> pl.DataFrame:
    """All rows of the table."""
    frames = list(table.chunks())
    schema = {LINE: pl.Int64(), **{f"c{i}": pl.String() for i in range(len(table.headings))}}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def rows(table: Table) -> Rows:
    """All rows of the table without their lines."""
    return frame(table).drop(LINE).rows()


def strictly(data: bytes, table: TextTable, start: int) -> tuple[list[tuple[Any, ...]], Outcome]:
    """Rows with their lines and what is no row, read by the strict reader alone from byte `start` on."""
    outcome = Outcome()
    found: list[tuple[Any, ...]] = []
    pos, line, width = start, strict.count_lines(data[:start]) + 1, len(table.headings)
    delimiter = {"tsv": b"\t"}.get(table.dialect) or table.dialect[-1].encode()
    while pos < len(data):
        record = strict.next_record(data, pos, line, delimiter, width, final=True)
        assert record is not None
        if sort_record(record, data, width, outcome):
            found.append((record.line, *record.cells))
        pos, line = record.end, line + record.lines
    return found, outcome
