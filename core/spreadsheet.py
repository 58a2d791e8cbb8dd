"""Text that is safe to open in a spreadsheet: no cell of an export may start a formula.

Spreadsheets run a cell that begins with = + − @ (also in full width), or with a TAB or CR before one of them. Such text
gets an apostrophe in front, which they show as text. Plain numbers stay numbers: −3.1 is no formula.
Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# ASCII and full-width forms, and the real minus that this program writes.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠−")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_LEADING = " \u00a0\u200b\ufeff\v\f\x00"  # spreadsheets trim these before they look for a formula
# What `safe` has written, its apostrophe apart: to take it off again from a file of ours that comes back.
GUARDED = rf"^'([{_LEADING}]*[{re.escape(''.join(sorted(_STARTS)))}])"


def safe(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would take it for a formula."""
    if _NUMBER.fullmatch(text):
        return text
    start = text.lstrip(_LEADING)[:1]
    return f"'{text}" if start and start in _STARTS else text


def csv_lines(rows: Iterable[Sequence[object]], *, raw: bool = False) -> Iterator[str]:
    """CSV lines (RFC 4180) of rows whose cells are made safe, headings included; None is an empty cell.

    `raw` leaves cells as they are: for programs that must get back exactly what came in, and never by default.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else str(cell) if raw else safe(str(cell)) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def csv_text(rows: Iterable[Sequence[object]], *, raw: bool = False) -> str:
    """The whole file, with the mark that makes Excel read it as UTF-8; a raw one is for programs and has no mark."""
    return ("" if raw else "\ufeff") + "".join(csv_lines(rows, raw=raw))
