"""What a page of charts and tables is, without how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.charts.shape import Chart
from scoreboard.reading import Setting, Tile

NOTHING = (show.NONE, "–")
CARDS = 100  # cells that a phone can bear one below the other


@dataclass(frozen=True)
class Cell:
    """A cell of a table. `x` and `width` in percent draw a bar behind the words; `heat` 1 … 9 tints the cell."""

    text: str
    plain: str = ""
    x: str = ""
    width: str = ""
    heat: str = ""
    tone: str = ""
    badge: str = ""
    href: str = ""
    number: bool = False  # a number among words, which stands at the end of its column


@dataclass(frozen=True)
class Table:
    """A table that is a finding of its own: the first cell of a row is its heading."""

    key: str
    title: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    metric: str = ""
    wide: bool = False
    words: bool = False  # its cells are words, not numbers

    @property
    def short(self) -> bool:
        """Whether its rows are few and wide enough to stand as cards on a phone."""
        return len(self.head) * len(self.rows) <= CARDS and not any(cell.heat for row in self.rows for cell in row)

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Its headings, each with whether its column is one of numbers."""
        ends = [any(row[i].number for row in self.rows) if self.words else i > 0 for i in range(len(self.head))]
        return list(zip(self.head, ends, strict=True))

    def headings(self) -> list[str]:
        """Headings of the file that one can download."""
        return list(self.head)

    def plain(self) -> list[list[str]]:
        """Its rows with plain numbers, for a spreadsheet; what there is none of is an empty cell."""
        return [[cell.plain or ("" if cell.text in NOTHING else cell.text) for cell in row] for row in self.rows]


Part = Chart | Table


@dataclass(frozen=True)
class Group:
    """Parts that stand side by side under a heading of their own, or without one."""

    parts: tuple[Part, ...]
    title: str = ""


@dataclass(frozen=True)
class Content:
    """What a page says; without groups, `teach` says what to import and what that unlocks."""

    tiles: tuple[Tile, ...]
    groups: tuple[Group, ...]
    note: str = ""


@dataclass(frozen=True)
class Page:
    """A page: its question, the values it reads, and the function that makes its content of them."""

    slug: str
    name: str
    question: str
    keys: tuple[str, ...]
    build: Callable[[Values, Setting], Content]
    teach: str
    dims: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # columns of their own that its metrics carry: "reason", "model,channel"
    grains: frozenset[Grain] = field(default=frozenset({Grain.MONTH}))
    days: int = 1130  # how far back it reads


def plain(value: Decimal | None) -> str:
    """A number for a spreadsheet; an empty cell where there is none."""
    return "" if value is None else f"{value:f}"
