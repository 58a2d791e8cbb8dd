"""The rules that turn a table into one of our objects: what a mapping file and a preset have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Each group is one cell of the row: the first of its headings that the table has. Of several groups the first filled
# cell counts (columns, when), or all filled cells with a blank between them (join).
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Rules:
    """Where each column of ours comes from, looked for in this order: columns, join, where, derive, constants.

    `when` comes before all: (condition, groups) pairs, taken instead where the condition holds. `blank` is what an
    empty cell of a column means. `values` are their words for ours.
    """

    columns: Mapping[str, Groups] = field(default_factory=dict)
    when: Mapping[str, tuple[tuple[str, Groups], ...]] = field(default_factory=dict)
    join: Mapping[str, Groups] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    derive: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    inclusive_ends: tuple[str, ...] = ()
    format: Mapping[str, str] = field(default_factory=dict)
    skip_rows_where: str = ""

    @property
    def named(self) -> frozenset[str]:
        """Our columns for which there is a rule."""
        return frozenset().union(self.columns, self.when, self.join, self.where, self.derive, self.constants)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a mapping file or preset: its line (0: the file as a whole) and what to do about it."""

    line: int
    text: str


class MappingError(ValueError):
    """A mapping file or preset that cannot be used; every problem is named at once."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = sorted(problems, key=lambda p: p.line)
        where = [f"{name}, line {p.line}: {p.text}" if p.line else f"{name}: {p.text}" for p in self.problems]
        super().__init__("\n".join(where))
