"""Which row of a table's head holds the headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

Rows = Sequence[tuple[str, ...]]
Suggest = Callable[[Rows], int | None]

CANDIDATES = 30  # rows that are looked at for headings
_VALUE = re.compile(r"^[\s$€£¥+(-]*\d[\d\s.,:/%)-]*$|^\d{4}-\d\d-\d\d")


def filled(row: Sequence[str]) -> int:
    """How many cells of the row are not blank."""
    return sum(1 for cell in row if cell.strip())


def dominant_width(rows: Rows) -> int:
    """The width most rows have; of equally frequent ones the greater. 0 for no rows."""
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda w: (w > 1, widths[w], w), default=0)


def looks_like_headings(row: Sequence[str]) -> bool:
    """Whether every cell is text, filled and distinct."""
    cells = [cell.strip().casefold() for cell in row]
    return bool(cells) and all(cells) and len(set(cells)) == len(cells) and not any(map(_VALUE.match, cells))


def looks_like_data(row: Sequence[str]) -> bool:
    """Whether at least one cell is a number or a date: headings are seldom that."""
    return any(_VALUE.match(cell.strip()) for cell in row)


def heading_row(rows: Rows, suggest: Suggest | None = None) -> int:
    """The position of the headings in `rows`, the first non-blank rows of a table.

    `suggest` knows vendors' headings and comes first. Without an answer from it: the first row that reads like
    headings and is at least half as wide as the rows are; else the first row of the rows' width that has more than a
    third of its cells filled (a title has one); else the first row.
    """
    candidates = rows[:CANDIDATES]
    if suggest is not None and (suggested := suggest(candidates)) is not None and 0 <= suggested < len(rows):
        return suggested
    width = dominant_width(rows)
    for i, row in enumerate(candidates):
        if width == 1 or (len(row) >= max(2, (width + 1) // 2) and looks_like_headings(row)):
            return i
        if len(row) == width and filled(row) > max(1, width // 3):
            return i
    return next((i for i, row in enumerate(candidates) if len(row) == width), 0)


def heading_row_of_grid(rows: Rows, suggest: Suggest | None = None) -> int:
    """The position of the headings among a sheet's rows, each without the empty cells at its ends.

    A sheet's rows have no width of their own, so the count of filled cells decides: the first row before any data (a
    number or a date) that reads like headings and has nearly as many cells as is usual; else the last row before the
    data that has half as many; else the first such row.
    """
    candidates = rows[:CANDIDATES]
    if suggest is not None and (suggested := suggest(candidates)) is not None and 0 <= suggested < len(rows):
        return suggested
    counts = [filled(row) for row in candidates]
    common = Counter(n for n in counts if n > 1)
    usual = max(common, key=lambda n: (common[n], n), default=1)
    if usual == 1:
        return 0
    wide = [i for i, n in enumerate(counts) if n > 1 and n * 2 >= usual]
    first_data = next((i for i in wide if looks_like_data(candidates[i])), len(candidates))
    for i in wide:
        if i < first_data and counts[i] * 5 >= usual * 4 and looks_like_headings(candidates[i]):
            return i
    before = [i for i in wide if i < first_data]
    return before[-1] if before and first_data < len(candidates) else wide[0]
