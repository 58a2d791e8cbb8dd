"""How wide the columns of a slide's table are, and how large its text may be so that all rows have room."""

from __future__ import annotations

from scoreboard.deck.shape import Cell, Table
from scoreboard.packs.measure import lines, width

SIZES = (14.5, 13.5, 12.5, 11.5, 10.5, 9.5, 8.5, 7.5)
LEADING = 1.3
PADS = (10.5, 9.5, 8.0, 6.5, 5.0, 3.5, 2.2, 1.2)  # over and under the words of a cell
AIRY = 15.0  # as far as rows are spread where there is room to spare: beyond it they fall apart
SIDE = 8.0  # left and right of them
BADGE = 20.0  # what the mark before a judgement takes
TABULAR = 1.07  # digits of one width stand in more room than was measured


def column_widths(table: Table, room: float) -> list[float]:
    """`room` shared out after what stands in the columns, so that long sentences get what short numbers leave.

    Where it does not suffice, each column keeps room for its longest word, and long texts give way before short ones.
    """
    size = SIZES[0]
    wants, leasts = [], []
    for place, head in enumerate(table.head):
        cells = [row[place] for row in table.rows if place < len(row)]
        widest = max((width(c.text, size, bold=_is_bold(c, place)) + BADGE * c.badge for c in cells), default=0.0)
        words = [(word, c.badge, _is_bold(c, place)) for c in cells for word in _unbroken(c)]
        widest *= TABULAR if any(c.value is not None for c in cells) else 1.0
        words += [(word, False, False) for word in head.split(" ")]
        longest = max(width(word, size, bold=bold) + BADGE * badge for word, badge, bold in words)
        longest *= TABULAR if any(c.value is not None for c in cells) else 1.0
        want = min(widest, 380.0) if table.words else min(max(widest, width(head, size) * 0.75), 260.0)
        least = min(longest, 160.0)
        wants.append(max(want, least) + 2 * SIDE)
        leasts.append(least + 2 * SIDE)
    spare, wanted = room - sum(leasts), sum(wants) - sum(leasts)
    if sum(wants) <= room or spare <= 0 or wanted <= 0:
        shares = leasts if spare <= 0 else wants
        return [share * room / (sum(shares) or 1.0) for share in shares]
    return [least + (want - least) * spare / wanted for want, least in zip(wants, leasts, strict=True)]


def _is_bold(cell: Cell, place: int) -> bool:
    return place == 0 or cell.badge


def _unbroken(cell: Cell) -> list[str]:
    """What of a cell stays in one line: a number or a judgement as it is, else each word."""
    return [cell.text] if cell.value is not None or cell.badge else cell.text.split(" ")


def row_size(table: Table, widths: list[float], room: float) -> tuple[float, float]:
    """Text size and padding at which the head and all rows fill `room`, or come near it; else the smallest."""
    for size, pad in zip(SIZES, PADS, strict=True):
        taken = high(table, widths, size, pad)
        if taken <= room:
            spare = (room - taken) / (2 * (len(table.rows) + 1))
            return size, pad + max(0.0, min(spare, AIRY - pad))
    return SIZES[-1], PADS[-1]


def row_heights(table: Table, widths: list[float], size: float, pad: float) -> list[float]:
    """How high the head and each row are."""
    rows = [list(table.head), *([cell.text for cell in row] for row in table.rows)]
    return [row_lines(row, widths, size) * size * LEADING + 2 * pad for row in rows]


def row_lines(texts: list[str], widths: list[float], size: float) -> int:
    """How many lines the tallest cell of a row takes."""
    counts = [len(lines(t, size, w - 2 * SIDE)) for t, w in zip(texts, widths, strict=False)]
    return max(counts, default=1)


def high(table: Table, widths: list[float], size: float, pad: float) -> float:
    """The table's height."""
    return sum(row_heights(table, widths, size, pad))
