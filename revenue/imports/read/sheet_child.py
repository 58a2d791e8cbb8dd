"""Runs as a process of its own, with bounded memory: the cells of a workbook as text, one CSV file per sheet.

Usage: python sheet_child.py WORKBOOK FOLDER MEMORY_MB CPU_SECONDS MAX_COLUMNS MAX_CELLS
Writes FOLDER/0.csv, 1.csv, … (every row from the sheet's first, all of one width) and FOLDER/sheets.json. It imports
nothing of this project, so that it starts quickly and a broken workbook can break nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import itertools
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BATCH = 2000
MAX_MERGES = 200_000
PLAIN = 1e16  # from here on Python writes numbers with an exponent
EXACT = 1 << 53  # above it a spreadsheet's number no longer holds every digit
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]{1,40})</v>'
)
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


def column_as_text(values: tuple[Any, ...]) -> list[str]:
    """A column's cells as text. Columns of one type, which is most of them, go without a call per cell."""
    types = set(map(type, values))
    if types == {str}:
        return list(values)
    if types == {float} and max(values) < PLAIN and min(values) > -PLAIN:
        return [text[:-2] if text[-2:] == ".0" else text for text in map(repr, values)]
    if types == {int}:
        return list(map(str, values))
    return [_TEXT.get(type(value), str)(value) for value in values]


def long_number(values: tuple[Any, ...]) -> str:
    """A number in the column that has more digits than a spreadsheet keeps, "" if there is none."""
    if set(map(type, values)) == {float} and max(values) <= EXACT and min(values) >= -EXACT:
        return ""
    for value in values:
        if type(value) is float and abs(value) > EXACT and value.is_integer():
            return number(value)
    return ""


class ErrorCells:
    """Cells like #N/A of an XLSX workbook, which calamine gives as empty; none for other kinds of workbook."""

    def __init__(self, workbook: str) -> None:
        self.archive = zipfile.ZipFile(workbook) if zipfile.is_zipfile(workbook) else None
        self.paths: dict[str, str] = {}
        if self.archive is not None and {_BOOK, _RELATIONS} <= set(self.archive.namelist()):
            relations = self.archive.read(_RELATIONS).decode("utf-8", errors="replace")
            targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
            book = self.archive.read(_BOOK).decode("utf-8", errors="replace")
            for tag in _SHEET.findall(book):
                target = targets.get(_attribute(tag, "r:id"), "").lstrip("/")
                path = target if target.startswith("xl/") else f"xl/{target}"
                self.paths[html.unescape(_attribute(tag, "name"))] = path

    def of(self, sheet: str) -> dict[int, dict[int, str]]:
        """The error texts of a sheet by row and column, both 0-based."""
        found: dict[int, dict[int, str]] = {}
        path = self.paths.get(sheet, "")
        if self.archive is None or path not in self.archive.namelist():
            return found
        with self.archive.open(path) as file:
            rest = b""
            while block := file.read(1 << 20):
                data = rest + block
                if b't="e"' in data:
                    for cell in _ERROR.finditer(data):
                        row, column = _place(cell[1].decode("ascii"))
                        found.setdefault(row, {})[column] = cell[2].decode("utf-8", errors="replace")
                rest = data[max(0, data.rfind(b"<c ")) :][-4096:]
        return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _place(reference: str) -> tuple[int, int]:
    """Row and column, 0-based, of a reference like "BC23"."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


def with_errors(rows: Iterable[Row], errors: dict[int, dict[int, str]]) -> Iterable[Row]:
    """The rows with error texts where the reader left empty cells."""
    for i, row in enumerate(rows):
        for column, text in errors.get(i, {}).items():
            if column < len(row) and row[column] in ("", None):
                row[column] = text
        yield row


class Sheet:
    """Writes one sheet and counts what the parent needs to know of it."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows = 0
        self.last = 0  # the last row with a value
        self.dense = [0] * width  # per column: filled cells in rows that have at least two
        self.long_number = ""

    def batches(self, rows: Iterable[Row]) -> Iterable[list[tuple[str, ...]]]:
        """The rows as text, in batches, counted on the way."""
        rows = iter(rows)
        while batch := list(itertools.islice(rows, BATCH)):
            columns = list(zip(*batch, strict=True))
            texts = list(map(column_as_text, columns))
            by_row = list(zip(*texts, strict=True))
            self._count(texts, by_row)
            for values in columns:
                if not self.long_number:
                    self.long_number = long_number(values)
            yield by_row

    def _count(self, columns: list[list[str]], rows: list[tuple[str, ...]]) -> None:
        for i, column in enumerate(columns):
            self.dense[i] += len(column) - column.count("")
        for cells in rows:
            self.rows += 1
            filled = self.width - cells.count("")
            if filled:
                self.last = self.rows
            if filled == 1:
                self.dense[next(i for i, cell in enumerate(cells) if cell)] -= 1


def write_sheet(sheet: Any, target: Path, errors: dict[int, dict[int, str]]) -> dict[str, Any]:
    """All rows of a calamine sheet into `target`, from the sheet's first row and column on."""
    first_column = sheet.start[1] if sheet.start else 0
    width = first_column + sheet.width if sheet.start else 0
    written = Sheet(width)
    # iter_rows holds the empty rows above the first used one, but of the empty columns to its left, by version, none
    rows_in: Iterable[Row] = ([""] * (width - len(row)) + row for row in sheet.iter_rows())
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for batch in written.batches(with_errors(rows_in, errors) if errors else rows_in):
            writer.writerows(batch)
    merges = [list(map(list, m)) for m in (sheet.merged_cell_ranges or [])[:MAX_MERGES]]
    return {
        "file": target.name, "width": width, "rows": written.rows, "last": written.last, "dense": written.dense,
        "merges": merges, "long_number": written.long_number, "errors": sum(map(len, errors.values())),
        "error": next((text for row in errors.values() for text in row.values()), ""),
    }  # fmt: skip


def main(workbook: str, folder: str, max_columns: int, max_cells: int) -> dict[str, Any]:
    """Writes every sheet of the workbook; returns what `sheets.json` says."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    sheets = []
    cells = 0
    book = load_workbook(io.BytesIO(Path(workbook).read_bytes()))  # by content: with a path the suffix would decide
    errors = ErrorCells(workbook)
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
        about.update(write_sheet(sheet, Path(folder) / f"{i}.csv", errors.of(meta.name)))
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
