"""Mapping a table by hand: what it looks like, and what a mapping would make of it, without touching the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl
from django.conf import settings

from core.models import Company as CompanySettings
from revenue import objects
from revenue.imports import batches, originals
from revenue.imports.clean import understand
from revenue.imports.mapping import Mapping, MappingError, bind
from revenue.imports.mapping.expression import ExpressionError
from revenue.imports.read import FileTable, open_tables
from revenue.imports.recognise import heading_row
from revenue.imports.shapes import Company, Fault, Question, Skipped, Table
from revenue.models import ImportFile

TRIED = 20_000  # rows that a trial reads: under a second, and enough to see what is wrong
SHOWN = 8  # rows of the preview
FAULTS = 10  # rejects that a trial shows
WORDS = 40  # distinct values of a column that are offered for translation


@dataclass(frozen=True)
class Preview:
    """The first rows of a table: (line, cells) pairs under its headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Trial:
    """What a mapping makes of a table's first rows: either problems, or questions, or counts with the first rejects."""

    accepted: int = 0
    rejected: int = 0
    skipped: int = 0
    whole: bool = True  # false: only the first `TRIED` rows were read
    faults: tuple[Fault, ...] = ()
    problems: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows that were looked at."""
        return self.accepted + self.rejected + self.skipped

    @property
    def works(self) -> bool:
        """Whether the mapping could be used."""
        return not self.problems


def tables_of(file: ImportFile) -> list[FileTable]:
    """The tables in a received file. ValueError with a sentence where it cannot be opened without an answer."""
    given = batches.answers(file)
    header = given.get("header_row", "")
    path = originals.path_of(file.sha256)
    if not path.is_file():
        raise ValueError(f"The original of {file.name} is not in the store any more.")
    encoding = given.get("encoding") or "iso-8859-1"
    opened = open_tables(
        path, name=file.name, encoding=given.get("encoding"), header_row=int(header) if header else None,
        suggest=heading_row,
    )  # fmt: skip
    if opened.questions:  # the preview may be wrong in accents alone; the import itself asks
        opened = open_tables(path, name=file.name, encoding=encoding, suggest=heading_row)
    if opened.refusal:
        raise ValueError(opened.refusal)
    return opened.tables


def preview(table: Table) -> Preview:
    """The first rows."""
    head = next((chunk.head(SHOWN) for chunk in table.chunks()), None)
    found = tuple((line, tuple(cells)) for line, *cells in head.iter_rows()) if head is not None else ()
    return Preview(table.headings, found)


def words(table: Table, at: int) -> list[str]:
    """The distinct values of a column, the most frequent first; none where there are too many to translate."""
    counted: pl.DataFrame | None = None
    for chunk in First(table).chunks():
        found = chunk.get_column(f"c{at}").str.strip_chars().value_counts().rename({f"c{at}": "word"})
        counted = found if counted is None else pl.concat([counted, found])
        if counted.get_column("word").n_unique() > 50 * WORDS:
            return []
    if counted is None:
        return []
    summed = counted.group_by("word").agg(pl.col("count").sum()).filter(pl.col("word") != "")
    return summed.sort(["count", "word"], descending=[True, False]).get_column("word").head(WORDS).to_list()


def try_mapping(table: Table, mapping: Mapping) -> Trial:
    """What would be accepted and rejected of the table's first rows, by reading, binding and typing alone."""
    first = First(table)
    try:
        plan = bind(mapping, table.headings)
        understood = understand(first, plan, objects.get(plan.object), company())
    except MappingError as error:
        return Trial(problems=tuple(p.text for p in error.problems))
    except ExpressionError as error:
        return Trial(problems=(str(error),))
    if understood.questions:
        return Trial(questions=tuple(understood.questions), notes=tuple(understood.notes))
    accepted, faults, skipped = 0, list(table.faults()), list[Skipped](table.skipped())
    for typed in understood.typed():
        accepted += typed.rows.height
        faults += typed.faults
        skipped += typed.skipped
    faults.sort(key=lambda f: f.line)
    return Trial(
        accepted, len({f.line for f in faults}), len(skipped), whole=not first.cut, faults=tuple(faults[:FAULTS]),
        notes=tuple(understood.notes),
    )  # fmt: skip


def company() -> Company:
    """What reading needs to know of the company."""
    current = CompanySettings.current()
    return Company(currency=settings.ASSAY_CURRENCY, time_zone=current.time_zone, today=current.today())


@dataclass
class First:
    """The first `TRIED` rows of a table, as a table. `cut` says, after reading, whether there were more."""

    table: Table
    cut: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.name, self.headings, self.heading_line = self.table.name, self.table.headings, self.table.heading_line
        self.encoding, self.dialect, self.notes = self.table.encoding, self.table.dialect, self.table.notes

    def chunks(self) -> Iterator[pl.DataFrame]:
        """The table's frames until enough rows have come."""
        left = TRIED
        for frame in self.table.chunks():
            if left <= 0:
                self.cut = True
                return
            self.cut = self.cut or frame.height > left
            yield frame.head(left)
            left -= frame.height

    def faults(self) -> list[Fault]:
        """The table's own."""
        return self.table.faults()

    def skipped(self) -> list[Skipped]:
        """The table's own."""
        return self.table.skipped()
