"""Runs as a process of its own, with bounded memory: the cells of a workbook as text, one CSV file per sheet.

Usage: python sheet_child.py WORKBOOK FOLDER MEMORY_MB CPU_SECONDS MAX_COLUMNS MAX_CELLS
Writes FOLDER/0.csv, 1.csv, … (every row from the sheet's first, all of one width) and FOLDER/sheets.json. It imports
nothing of this project, so that it starts quickly and a broken workbook can break nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BATCH = 2000
MAX_MERGES = 200_000
EXACT = 1 << 53  # above it a spreadsheet's number no longer holds every digit
Row = list[Any]


def number(value: float) -> str:
    """The shortest text that gives the same number, whole ones without decimals."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)


def duration(value: dt.timedelta) -> str:
    """Hours, minutes and seconds; hours may exceed a day."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


_TEXT: dict[type, Callable[[Any], str]] = {
    str: lambda v: v,
    float: number,
    int: str,
    bool: lambda v: "true" if v else "false",
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: duration,
    type(None): lambda v: "",
}


def as_text(row: Row) -> list[str]:
    """The row's cells as text."""
    return [_TEXT.get(type(value), str)(value) for value in row]


class Sheet:
    """Writes one sheet and counts what the parent needs to know of it."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows = 0
        self.last = 0  # the last row with a value
        self.dense = [0] * width  # per column: filled cells in rows that have at least two
        self.long_number = ""

    def batches(self, rows: Iterable[Row]) -> Iterable[list[list[str]]]:
        """The rows as text, in batches, counted on the way."""
        rows = iter(rows)
        while batch := list(itertools.islice(rows, BATCH)):
            texts = list(map(as_text, batch))
            self._count(texts)
            if not self.long_number:
                self._find_long(batch)
            yield texts

    def _count(self, texts: list[list[str]]) -> None:
        for cells in texts:
            self.rows += 1
            filled = [i for i, cell in enumerate(cells) if cell]
            if filled:
                self.last = self.rows
            if len(filled) > 1:
                for i in filled:
                    self.dense[i] += 1

    def _find_long(self, batch: list[Row]) -> None:
        for row in batch:
            for value in row:
                if type(value) is float and abs(value) > EXACT and value.is_integer():
                    self.long_number = number(value)
                    return


def write_sheet(sheet: Any, target: Path) -> dict[str, Any]:
    """All rows of a calamine sheet into `target`, from the sheet's first row and column on."""
    rows = sheet.iter_rows()
    first_row, first_column = sheet.start or (0, 0)
    width = first_column + sheet.width if sheet.start else 0
    written = Sheet(width)
    # iter_rows starts at the sheet's first used row but already holds the empty columns to its left or not, by version
    padding: Iterable[Row] = ([""] * width for _ in range(first_row))
    body = (row if len(row) == width else [""] * (width - len(row)) + row for row in rows)
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for batch in written.batches(itertools.chain(padding, body)):
            writer.writerows(batch)
    merges = [list(map(list, m)) for m in (sheet.merged_cell_ranges or [])[:MAX_MERGES]]
    return {
        "file": target.name, "width": width, "rows": written.rows, "last": written.last, "dense": written.dense,
        "merges": merges, "long_number": written.long_number,
    }  # fmt: skip


def main(workbook: str, folder: str, max_columns: int, max_cells: int) -> dict[str, Any]:
    """Writes every sheet of the workbook; returns what `sheets.json` says."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    sheets = []
    cells = 0
    book = load_workbook(workbook)
    for i, meta in enumerate(book.sheets_metadata):
        about: dict[str, Any] = {"name": meta.name, "skip": "", "width": 0, "rows": 0}
        sheets.append(about)
        if meta.typ != SheetTypeEnum.WorkSheet:
            about["skip"] = "it holds no cells"
        elif meta.visible != SheetVisibleEnum.Visible:
            about["skip"] = "it is hidden"
        if about["skip"]:
            continue
        sheet = book.get_sheet_by_index(i)
        if sheet.start is None:
            about["skip"] = "it is empty"
            continue
        height, width = (end + 1 for end in sheet.end or (0, 0))
        cells += height * width
        if width > max_columns:
            return {"refusal": f"sheet {meta.name!r} has {width:,} columns, more than the limit of {max_columns:,}"}
        if cells > max_cells:
            return {"refusal": f"it has {cells:,} cells, more than the limit of {max_cells:,}; export it as CSV"}
        about.update(write_sheet(sheet, Path(folder) / f"{i}.csv"))
    return {"sheets": sheets}


def run(arguments: list[str]) -> None:
    """Sets the limits of this process, reads, and writes what came of it."""
    workbook, folder, memory, seconds, max_columns, max_cells = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory) << 20, int(memory) << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    try:
        result = main(workbook, folder, int(max_columns), int(max_cells))
    except MemoryError:
        result = {"refusal": f"reading it needs more than {memory} MB of memory; export it as CSV"}
    except BaseException as error:  # a panic of the reader is no Exception
        name = type(error).__name__
        known = "it is protected by a password" if name == "PasswordError" else f"it is damaged: {error}"[:300]
        result = {"refusal": known}
    (Path(folder) / "sheets.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    run(sys.argv[1:])
