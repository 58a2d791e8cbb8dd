"""The shapes that pass between the steps of an import: read → recognise → clean → stage → promote.

Each step is a pure function of the shape before it; only staging and promoting know the database.
Text stays text until `clean` has looked at each column as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import polars as pl

LINE = (
    "line"  # name of the column that carries each row's physical line (1-based; the sheet's row number in a workbook)
)


@dataclass(frozen=True)
class Fault:
    """A row or cell that cannot be accepted, in words a person can act on."""

    line: int
    column: str  # the heading as the file writes it; "" for the row as a whole
    value: str
    reason: str
    cells: tuple[str, ...] = ()  # the row as it was read, for the rejects file; may be empty where it is read again


@dataclass(frozen=True)
class Skipped:
    """A row that holds no record and was left out on purpose: titles, filters, subtotals, footers."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Question:
    """What a file leaves open. Nothing of it is imported until somebody answers.

    `key` is the answer's name in a mapping file's [format] table (`dates`, `decimal`, `encoding`, …, or `object`),
    `readings` are the possible answers with the file's own values read both ways.
    """

    key: str
    column: str  # heading, or "" for the file as a whole
    text: str
    readings: tuple[Mapping[str, Any], ...]  # {"answer": "day-first", "examples": [["03/04/2024", "3 April 2024"], …]}


class Table(Protocol):
    """One table found in a file: headings as written and rows of text, read again on each call of `chunks`."""

    name: str  # "deals.csv", "report.xlsx › Sheet1", "export.zip › deals.csv"
    headings: tuple[str, ...]  # as written, duplicates and blanks kept; column i of a chunk is named f"c{i}"
    heading_line: int
    encoding: str
    dialect: str  # "csv ,", "csv ;", "tsv", "xlsx", "html", …
    notes: tuple[str, ...]

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Frames of `line` (Int64) and c0 … c{n-1} (String, never null; "" is an empty cell), in file order."""

    def faults(self) -> list[Fault]:
        """Rows that could not be split into the heading's columns (ragged, unterminated quotes)."""

    def skipped(self) -> list[Skipped]:
        """Rows left out on purpose."""


@dataclass(frozen=True)
class Source:
    """Where one of our columns comes from: the first non-empty of some headings, arithmetic, or a constant."""

    headings: tuple[int, ...] = ()  # positions in Table.headings
    derive: str = ""  # arithmetic over [Heading], exact decimals
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # their value (matched exactly, else in any case) = ours
    when: tuple[tuple[str, tuple[int, ...]], ...] = ()  # (condition, headings): taken instead where the condition holds


@dataclass(frozen=True)
class Made:
    """A column the file does not have, made from its others before cleaning (recognise.views.apply): one of three.

    `where` alone: "yes" where the condition holds, else "no". `joined`: the filled cells with a blank between them.
    `filled`: the first filled of some cells, else `otherwise`; with `words`, what the cell is translated to, in any
    case, and `otherwise` for every other word (an empty cell stays empty).
    """

    heading: str  # how it is shown, e.g. "First Name + Last Name"
    joined: tuple[int, ...] = ()
    filled: tuple[int, ...] = ()
    otherwise: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True)
class Unpivot:
    """Columns that become rows: each filled cell of `headings` is one row, with what its column is about as text.

    In a row whose cell in the column `like` ends in one of `rests`, e.g. `Demo (Sales Pipeline)`, the names have theirs
    as well, so that the rows made and the row they come from speak of one thing.
    """

    headings: tuple[int, ...]
    names: tuple[str, ...]  # of each heading, what it is about: "Demo" of `Date entered "Demo (Sales Pipeline)"`
    name_heading: str  # the first added column, which holds the name
    value_heading: str  # the second, which holds the cell
    rests: tuple[str, ...] = ()  # of each heading what stands behind in parentheses: "Sales Pipeline"; "" if nothing
    like: int | None = None  # a column of the table that holds such a name


@dataclass(frozen=True)
class Plan:
    """How one table becomes one of our objects: a preset or a mapping, bound to the table's headings."""

    object: str
    vendor: str  # "salesforce", "hubspot", …, or "plain"
    title: str  # the preset's or mapping's name, for people
    columns: Mapping[str, Source]
    key: tuple[str, ...]  # our columns that make a row the same row next week
    content_key: bool = False  # no id column: the key columns with an ordinal among equals
    optional: tuple[str, ...] = ()  # required columns that this vendor's file lacks and may lack
    format: Mapping[str, str] = field(default_factory=dict)  # answers: dates, decimal, encoding, header_row, …
    skip_rows_where: str = ""
    ignore: str = ""  # set: a table we know and keep nothing of, with the reason
    unused: tuple[str, ...] = ()  # headings that nothing of ours takes: kept in the original, offered for mapping
    score: float = 1.0
    inclusive_ends: tuple[str, ...] = ()  # our columns whose file value is the last day: one day is added
    # Positions beyond the table's own headings are, in this order, the two columns of `unpivot` and those of `made`.
    unpivot: Unpivot | None = None
    made: tuple[Made, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How one of our columns is read, decided on the column as a whole; shown to the operator."""

    column: str
    heading: str
    reading: str  # "month-first", "iso", "decimal .", "0–100", …
    evidence: str  # "5,161 values cannot be day-first, e.g. 8/31/2024 in line 2"


@dataclass(frozen=True)
class Typed:
    """A chunk of rows understood: one typed column per column of ours, and what had to be rejected.

    `rows` has `line` and one column per column of the plan: ID, TEXT, REF, CHOICE, CURRENCY → String;
    MONEY, NUMBER, PROBABILITY → Int64 ten-thousandths; RATE → String (exact decimal); INTEGER → Int64; DATE → Date;
    TIMESTAMP → Datetime("us", "UTC"); BOOLEAN → Boolean. An empty cell is null. A row is in `rows` or has faults.
    """

    rows: pl.DataFrame
    faults: list[Fault]
    skipped: list[Skipped]


@dataclass(frozen=True)
class Company:
    """What reading needs to know of the company; passed in, so that no step asks the clock or the database."""

    currency: str = "USD"
    time_zone: str = "UTC"
    today: date = date(2000, 1, 1)


class Understanding(Protocol):
    """A table, read through once and understood: either with questions, or ready to be typed chunk by chunk."""

    questions: list[Question]
    readings: list[Reading]
    notes: list[str]

    def typed(self) -> Iterator[Typed]:
        """The rows, typed. Must not be called while there are questions (raises ValueError)."""
