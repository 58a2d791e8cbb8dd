"""What stands under a slide: the presenters' parts and the remarks, and how much room they take."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.deck.shape import Slide
from scoreboard.packs import look
from scoreboard.packs.measure import cut, lines
from scoreboard.packs.words import remark

SIZES = (9.5, 8.75, 8.0, 7.0)
LEADING = 1.25  # of a line
BETWEEN = 4.0  # rows
TALLEST = 116.0  # above that the text is set smaller, and at last cut: the notes have it all
COLUMN_GAP = 24.0


@dataclass(frozen=True)
class Said:
    """One part, with whose it is, or one remark, which has nobody before it."""

    who: str
    text: str


@dataclass(frozen=True)
class Spoken:
    """Rows of one or two entries, the size of their text, and their place on the page."""

    rows: tuple[tuple[Said, ...], ...]
    size: float
    top: float
    high: float


def spoken(slide: Slide, *, columns: int, wider: float = 1.0) -> Spoken | None:
    """What is said under a slide, ending where the body of the page ends; None where nothing is.

    `columns`: how many entries stand beside each other; `wider`: how much wider the font may be than ours.
    """
    given = (("Sales", slide.sales_part), ("Marketing", slide.marketing_part))
    parts = [Said(who, " ".join(text.split())) for who, text in given if text.strip()]
    remarks = [Said("", " ".join(remark(each).split())) for each in slide.annotations]
    rows = [*_rows(parts, columns), *_rows(remarks, columns)]
    if not rows:
        return None
    room = ((look.INNER - COLUMN_GAP * (columns - 1)) / columns) / wider
    size = next((each for each in SIZES if _high(rows, each, room) <= TALLEST), SIZES[-1])
    if _high(rows, size, room) > TALLEST:
        most = max(1, int(TALLEST / len(rows) / (size * LEADING)))
        rows = [tuple(Said(s.who, cut(s.text, size, room * 0.94, most)) for s in row) for row in rows]
    high = _high(rows, size, room)
    return Spoken(tuple(rows), size, look.PARTS_BOTTOM - high, high)


def _rows(entries: list[Said], columns: int) -> list[tuple[Said, ...]]:
    return [tuple(entries[i : i + columns]) for i in range(0, len(entries), columns)]


def _high(rows: list[tuple[Said, ...]], size: float, room: float) -> float:
    counts = [max(_lines(each, size, room) for each in row) for row in rows]
    return sum(counts) * size * LEADING + BETWEEN * (len(rows) - 1)


def _lines(said: Said, size: float, room: float) -> int:
    """The name before a part stands in its first line."""
    return len(lines(f"{said.who}\u00a0\u00a0{said.text}" if said.who else said.text, size, room))
