"""What a deck says, without how it is drawn. It holds every number it shows: to draw it needs no database."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from core import show
from scoreboard.charts.shape import Chart
from scoreboard.deck import codec


class Kind(enum.StrEnum):
    """The meeting a deck is for."""

    WEEKLY = "weekly"
    BOARD = "board"
    ALL_HANDS = "all-hands"


class Presenter(enum.StrEnum):
    """Who speaks to a slide."""

    SALES = "sales"
    MARKETING = "marketing"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True)
class Figure:
    """A large number. `value` is None where there is none and `status` says why; else "ok", "to date", "too few …".

    `change` is the written difference to what `against` names ("+2.1 pt", "last year"); `tone` is "good" or "bad" only
    where the change is news. `unit` is one of `metrics.definitions.base.Unit`.
    """

    metric: str
    label: str
    value: Decimal | None
    unit: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int = 0
    status: str = "ok"
    change: str = ""
    against: str = ""
    tone: str = ""

    def written(self, currency: str, *, exact: bool = False) -> str:
        """As slides show it; "n/a" where there is no value."""
        return show.value(self.value, self.unit, currency, exact=exact)

    @property
    def reason(self) -> str:
        """Why there is no value, or why to be careful with it; empty where there is nothing to say."""
        return "" if self.status == "ok" else self.status


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what is read, and the number behind it. `heat` 1 … 9 tints it, or "few" greys it."""

    text: str
    value: Decimal | None = None
    unit: str = ""
    heat: str = ""
    tone: str = ""  # "good", "warn" or "bad"
    badge: bool = False  # its text is a verdict, shown with a mark of its tone


@dataclass(frozen=True)
class Table:
    """Rows whose first cell is their heading. `words`: its cells are sentences, not numbers."""

    key: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    metric: str = ""
    words: bool = False


@dataclass(frozen=True)
class Annotation:
    """A remark on a slide, with the person and the action that follow from it, where there are."""

    text: str
    author: str = ""
    owner: str = ""
    action: str = ""
    due: date | None = None
    on: date | None = None  # the day it is about
    metric: str = ""
    done: bool = False


@dataclass(frozen=True)
class Slide:
    """One finding. `title` is the sentence that says it; `lede` a line of evidence; `notes` what a presenter says.

    `chart` is the finding's drawing, `beside` a second one that belongs to it (coaching beside pipeline).
    """

    key: str
    section: str
    title: str
    lede: str = ""
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    beside: Chart | None = None
    table: Table | None = None
    presenter: Presenter = Presenter.NONE
    sales_part: str = ""
    marketing_part: str = ""
    notes: str = ""
    annotations: tuple[Annotation, ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The drawings of the slide."""
        return tuple(chart for chart in (self.chart, self.beside) if chart is not None)


@dataclass(frozen=True)
class Definition:
    """A metric that the deck shows, in words."""

    metric: str
    label: str
    unit: str
    formula: str
    direction: str
    version: int
    source: str = ""


@dataclass(frozen=True)
class Signature:
    """A leader who signed the numbers off, or says where they differ."""

    name: str
    role: str
    at: datetime
    differs: str = ""


@dataclass(frozen=True)
class Deck:
    """The slides of one meeting about one period, of one published run.

    `period` is as an address writes it ("2026Q3"), `period_name` as people do, `policy_version` names the version of
    the quality policy in force on the last day shown ("built-in" where the company has none). `home` names the part
    of the company that is shown; empty: all of it.
    """

    kind: Kind
    title: str
    company: str
    currency: str
    period: str
    period_name: str
    as_of: date
    run: int
    computed_at: datetime
    policy_version: str
    slides: tuple[Slide, ...]
    definitions: tuple[Definition, ...] = ()
    signatures: tuple[Signature, ...] = ()
    home: str = ""

    @property
    def stamp(self) -> str:
        """What stands on each slide: as of when, from which run, under which policy."""
        at = self.computed_at.astimezone(UTC)
        return (
            f"As of {show.day(self.as_of)} · computed {show.day(at)} {at:%H:%M} UTC · run {self.run} · "
            f"quality policy {self.policy_version}"
        )


def to_json(deck: Deck) -> str:
    """The deck as canonical text: the same deck gives the same text, and `from_json` gives the same deck."""
    return codec.dumps(deck)


def from_json(text: str) -> Deck:
    """The deck of a text from `to_json`. Raises ValueError for any other text."""
    return codec.loads(Deck, text)


def sha256(deck: Deck) -> str:
    """Of the canonical text: two decks of one checksum say the same."""
    return hashlib.sha256(to_json(deck).encode()).hexdigest()
