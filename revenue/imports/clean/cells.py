"""Where a column's cells come from: one heading or the first filled of several, another where a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from revenue.imports.clean.converted import is_blank, on_distinct
from revenue.imports.mapping.condition import Condition, condition_mask, parse_condition
from revenue.imports.shapes import Source, Table


@dataclass(frozen=True)
class Cells:
    """A source bound to a table: gives the text of each row, translated where the plan translates values."""

    headings: tuple[str, ...]  # all of the table's
    positions: tuple[int, ...]
    when: tuple[tuple[Condition, tuple[int, ...]], ...] = ()
    values: Mapping[str, str] | None = None
    constant: str | None = None

    @classmethod
    def of(cls, source: Source, table: Table) -> Cells:
        """Binds a source; ExpressionError if one of its conditions cannot be read."""
        when = tuple((parse_condition(text), positions) for text, positions in source.when)
        return cls(table.headings, source.headings, when, source.values or None, source.constant)

    def text(self, frame: pl.DataFrame) -> pl.Series:
        """The text of each row of a chunk; "" where there is none."""
        if self.constant is not None and not self.positions and not self.when:
            return pl.Series([self.constant]).new_from_index(0, frame.height)
        text = self._raw(frame)
        return on_distinct(text, self._translated) if self.values else text

    def _raw(self, frame: pl.DataFrame) -> pl.Series:
        text = first_filled(frame, self.positions)
        for condition, positions in reversed(self.when):
            mask = condition_mask(frame, condition, self.headings)
            text = first_filled(frame, positions).zip_with(mask, text)
        if self.constant is not None:
            text = text.set(is_blank(text), self.constant)
        return text

    def _translated(self, text: pl.Series) -> pl.Series:
        """Values as ours: matched exactly, else trimmed and in any case."""
        exact = self.values or {}
        loose = {theirs.strip().casefold(): ours for theirs, ours in exact.items()}
        found = [exact.get(v, loose.get(v.strip().casefold(), v)) for v in text.to_list()]
        return pl.Series(found, dtype=pl.String)

    @property
    def name(self) -> str:
        """The heading shown for the column as a whole."""
        positions = self.positions or next((p for _, p in self.when), ())
        return self.headings[positions[0]] if positions else ""

    def heading_in(self, frame: pl.DataFrame, row: int) -> str:
        """The heading that a row's cell stands under; of several the first that is filled there."""
        positions = self.positions
        for condition, other in self.when:
            if condition_mask(frame.slice(row, 1), condition, self.headings)[0]:
                positions = other
                break
        filled = [p for p in positions if frame.item(row, f"c{p}").strip()]
        return self.headings[(filled or positions)[0]] if positions else self.name


def first_filled(frame: pl.DataFrame, positions: tuple[int, ...]) -> pl.Series:
    """The first non-blank cell of some columns in each row, "" if there is none."""
    if not positions:
        return pl.Series([""]).new_from_index(0, frame.height)
    text = frame.get_column(f"c{positions[0]}")
    for position in positions[1:]:
        blank = is_blank(text)
        if not bool(blank.any()):
            break
        text = frame.get_column(f"c{position}").zip_with(blank, text)
    return text
