"""Workbooks: looked at before they are opened, and opened in a process of their own with a memory limit.

A spreadsheet of 1.4 KB can make a reader ask for terabytes; here that ends a child, and the file with a reason.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from revenue.imports.read.content import Content
from revenue.imports.read.grid import Grid, GridTable, open_grid
from revenue.imports.read.limits import MB, Limits, Refused, size_text
from revenue.imports.read.opened import Options

CHILD = Path(__file__).with_name("sheet_child.py")
_GRACE = 10.0  # seconds for a process to start on a busy machine, before any cell is read
_OLE_STREAMS = {  # names in the directory of an OLE file, in UTF-16
    "EncryptedPackage": "it is protected by a password: save it without one",
    "_VBA_PROJECT_CUR": "it holds macros: save it as XLSX, which cannot",
    "WordDocument": "it is a Word document, not a workbook",
    "PowerPoint Document": "it is a presentation, not a workbook",
}


def zip_kind(archive: zipfile.ZipFile) -> tuple[str, str]:
    """What a zip holds: ("xlsx" | "ods" | "zip", "") or ("other", what it is, for people)."""
    names = set(archive.namelist())
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "xlsx", ""
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            kind = file.read(100).decode("ascii", errors="replace").strip()
        if kind.startswith("application/vnd.oasis.opendocument"):
            return ("ods", "") if "spreadsheet" in kind else ("other", "an OpenDocument text or drawing")
    for name, what in (("word/document.xml", "a Word document"), ("ppt/presentation.xml", "a presentation"),
                       ("Index/Document.iwa", "a Numbers document")):  # fmt: skip
        if name in names:
            return "other", what
    return "zip", ""


def check_archive(archive: zipfile.ZipFile, limits: Limits, max_inflated: int) -> int:
    """The inflated size a zip declares. Raises Refused where that, its ratio or its count of entries is a bomb's."""
    entries = archive.infolist()
    if len(entries) > limits.max_entries:
        raise Refused(f"it has {len(entries):,} entries, more than the limit of {limits.max_entries:,}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("it is protected by a password: save it without one")
    total = sum(entry.file_size for entry in entries)
    if total > max_inflated:
        raise Refused(f"it unpacks to {size_text(total)}, more than the limit of {size_text(max_inflated)}")
    for entry in entries:
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > limits.ratio_floor and ratio > limits.max_ratio:
            raise Refused(f"{entry.filename} in it unpacks to {ratio:,.0f} times its size, as only a bomb does")
    return total


def check_ooxml(archive: zipfile.ZipFile) -> None:
    """Raises Refused for a workbook with macros."""
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        raise Refused("it holds macros: save it as XLSX, which cannot")


def check_ole(content: Content) -> None:
    """Raises Refused for an OLE file that is encrypted, has macros, or is no workbook."""
    names = {name.encode("utf-16-le"): reason for name, reason in _OLE_STREAMS.items()}
    keep = max(map(len, names))
    tail = b""
    for block in content.blocks():
        for name, reason in names.items():
            if name in tail + block[:keep] or name in block:
                raise Refused(reason)
        tail = block[-keep:]


@dataclass(frozen=True)
class _Run:
    """How the child may run: its time by the work there is."""

    limits: Limits
    inflated: int

    @property
    def seconds(self) -> int:
        return math.ceil(min(self.limits.seconds, 3 + self.inflated / MB))


def open_workbook(
    content: Content, name: str, dialect: str, inflated: int, options: Options
) -> tuple[list[GridTable], list[str]]:
    """The tables of a workbook and notes about sheets left out. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="assay-sheets-") as folder:
        result = _read_in_child(content, Path(folder), _Run(options.limits, inflated))
        if "refusal" in result:
            raise Refused(str(result["refusal"]))
        return _tables(result["sheets"], Path(folder), name, dialect, options)


def _read_in_child(content: Content, folder: Path, run: _Run) -> dict[str, Any]:
    limits = run.limits
    with content.named() as path:
        command = [
            sys.executable, "-I", str(CHILD), path, str(folder), str(limits.child_memory_mb), str(run.seconds),
            str(limits.max_columns), str(limits.max_cells),
        ]  # fmt: skip
        environment = {"PATH": os.environ.get("PATH", ""), "RUST_BACKTRACE": "0"}
        try:
            done = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, timeout=run.seconds + _GRACE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Refused(f"reading it takes more than {run.seconds} seconds; export it as CSV") from None
    report = folder / "sheets.json"
    if done.returncode == 0 and report.exists():
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Refused(f"reading it takes more than {run.seconds} seconds; export it as CSV")
    raise Refused(
        f"reading it needs more than {limits.child_memory_mb} MB of memory: a cell far outside the table, or too many "
        "cells; delete what is not data, or export it as CSV"
    )


def _tables(
    sheets: list[dict[str, Any]], folder: Path, name: str, dialect: str, options: Options
) -> tuple[list[GridTable], list[str]]:
    tables: list[GridTable] = []
    notes: list[str] = []
    for sheet in sheets:
        reason = sheet["skip"] or ("" if sheet["last"] else "it is empty")
        if not reason:
            grid = Grid(
                Content.of_path(folder / sheet["file"]), sheet["width"], tuple(sheet["dense"]),
                tuple((m[0][0], m[0][1], m[1][0], m[1][1]) for m in sheet["merges"]),
            )  # fmt: skip
            table = open_grid(grid, f"{name} › {sheet['name']}", dialect, options, _notes(sheet))
            if table is not None:
                tables.append(table)
                continue
            reason = "it holds no table"
        notes.append(f"sheet {sheet['name']!r} was left out: {reason}")
    if not tables:
        raise Refused("none of its sheets holds a table" + (": " + "; ".join(notes) if notes else ""))
    return tables, notes


def _notes(sheet: dict[str, Any]) -> list[str]:
    notes = []
    if sheet["long_number"]:
        notes.append(
            f"it holds numbers of more than 15 digits, e.g. {sheet['long_number']}: spreadsheets round them; "
            "if they are ids, format the column as text and export again"
        )
    if sheet["errors"]:
        notes.append(
            f"{sheet['errors']:,} cells hold errors of the spreadsheet, e.g. {sheet['error']}; they are kept as text"
        )
    return notes
