"""Lines of a report that hold no record: titles above, footers below, totals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from revenue.imports.shapes import Fault, Skipped

_FOOTER = re.compile(
    r"""^\s*(
        copyright\b | \(c\)\s | ©
      | confidential\ information
      | generated\ (by|on|at)\b | report\ (generated|run|created|date)\b | exported\ (by|on|at|from)\b
      | as\ of\ \d | run\ (by|on|date)\b | printed\ (by|on)\b
      | (grand\ )?totals?\b | sub-?totals?\b | sum\b | record\ count\b | \d+\ (records?|rows?)\b
      | end\ of\ (report|file|list)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
TOTAL_PATTERN = (  # for polars and Python alike
    r"(?i)^\s*(grand\s+totals?|sub-?totals?|totals?|sum|count|record\s+count|average|avg)"
    r"\s*(\(\s*[\d,.]+\s*(records?|rows?|items?)?\s*\))?\s*:?\s*$"
)
_TOTAL = re.compile(TOTAL_PATTERN)
_STRONG = re.compile(r"^\s*(grand\s+totals?|sub-?totals?)\b", re.IGNORECASE)


def is_footer_text(text: str) -> bool:
    """Whether a line reads like the foot of a report: a copyright, who generated it, a total."""
    return bool(_FOOTER.match(text))


def is_total(cells: Sequence[str]) -> bool:
    """Whether a row of full width is a total: its first filled cell says so, and at least half of its cells are empty.

    An account called "Total" has an id before its name, or its other cells filled.
    """
    filled = [c for c in cells if c.strip()]
    if not filled or len(filled) * 2 > max(len(cells), 3) or len(cells) < 2:
        return False
    return bool(_TOTAL.match(filled[0]))


def is_subtotal(cells: Sequence[str], labels: int) -> bool:
    """Whether a row of a formatted report is one of its subtotals or totals: labelled so in its first columns.

    "Subtotal" and "Grand Total" need nothing else; "Total", "Sum" and "Count" a row that is mostly empty.
    """
    return any(_STRONG.match(c) for c in cells[:labels]) or is_total(cells)


def foot_of_rows(rows: Sequence[tuple[int, Sequence[str]]], width: int) -> tuple[int, list[Skipped]]:
    """How many of the last rows (line, cells) of a sheet are its foot, and these as skipped.

    The foot: totals, and rows with one filled cell that read like a footer or have an empty row before them. In a
    sheet of one column only what reads like a footer.
    """
    cut = len(rows)
    while cut and (is_total(rows[cut - 1][1]) or sum(1 for c in rows[cut - 1][1] if c.strip()) == 1):
        cut -= 1
    while cut < len(rows):
        line, cells = rows[cut]
        label = next((c for c in cells if c.strip()), "")
        apart = width > 1 and (cut > 0 and rows[cut - 1][0] < line - 1)
        if apart or is_total(cells) or is_footer_text(label):
            foot = rows[cut:]
            return len(foot), [
                Skipped(at, " ".join(c for c in row if c)[:200], "total or footer below the rows") for at, row in foot
            ]
        cut += 1
    return 0, []


def footers(faults: Sequence[Fault], last_row: int, blanks: Sequence[int]) -> tuple[list[Fault], list[Skipped]]:
    """Tells the foot of a report from rows cut short: `faults` without the foot, and the foot as skipped rows.

    The foot is a run of lines with one filled cell each after the last good row; it reads like a footer somewhere, or
    a blank line sets it apart from the rows. `blanks` are the last blank lines.
    """
    cut = len(faults)
    while cut and faults[cut - 1].line > last_row and _single(faults[cut - 1].cells):
        cut -= 1
    while cut < len(faults):
        foot = faults[cut:]
        apart = any(last_row < blank < foot[0].line for blank in blanks)
        if (apart and len(foot) <= 20) or is_footer_text(_label(foot[0])):
            return list(faults[:cut]), [Skipped(f.line, f.value, "footer below the rows") for f in foot]
        cut += 1
    return list(faults), []


def _single(cells: Sequence[str]) -> bool:
    return sum(1 for c in cells if c.strip()) == 1


def _label(fault: Fault) -> str:
    return next((c for c in fault.cells if c.strip()), "")
