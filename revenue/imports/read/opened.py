"""What opening a file gives, and the answers it may be given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from revenue.imports.read.limits import Limits
from revenue.imports.shapes import Question, Table

Suggest = Callable[[Sequence[tuple[str, ...]]], int | None]


class FileTable(Table, Protocol):
    """A table that can also look up one of its records: for rejects and for the row behind a number."""

    def record(self, line: int) -> tuple[str, ...] | None:
        """The cells of the record that starts in `line`, as the file has them; None where none does."""


@dataclass(frozen=True)
class Options:
    """How to open: the answers to earlier questions, the limits, and who knows vendors' headings."""

    encoding: str | None = None
    header_row: int | None = None
    limits: Limits = field(default_factory=Limits)
    suggest: Suggest | None = None


@dataclass
class Opened:
    """The tables of a file, or why there are none: `questions` to answer first, or a `refusal` in one sentence."""

    tables: list[FileTable] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refusal: str = ""
    notes: list[str] = field(default_factory=list)
