"""A table as a plan needs it: with columns made from its own, and with columns turned into rows.

Names in two columns, a stage date per column, a flag that is only a stage's name: cleaning need not know of any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from revenue.imports.mapping.condition import condition_mask
from revenue.imports.shapes import LINE, Fault, Made, Plan, Skipped, Table, Unpivot


def apply(table: Table, plan: Plan) -> Table:
    """The table for this plan: itself, or with the plan's unpivoted and made columns behind its own."""
    return View(table, plan) if plan.unpivot or plan.made else table


class View:
    """A table with columns added, and rows multiplied where the plan unpivots. Lines stay those of the file."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.name = table.name
        self.heading_line = table.heading_line
        self.encoding = table.encoding
        self.dialect = table.dialect
        self.notes = table.notes
        self._table = table
        self._plan = plan
        unpivot = plan.unpivot
        added = (unpivot.name_heading, unpivot.value_heading) if unpivot else ()
        self._first_made = len(table.headings) + len(added)
        self.headings: tuple[str, ...] = (*table.headings, *added, *(m.heading for m in plan.made))

    def chunks(self) -> Iterator[pl.DataFrame]:
        """The table's frames with the added columns; see `Table.chunks`."""
        for frame in self._table.chunks():
            yield view_frame(frame, self._plan, self._table.headings)

    def faults(self) -> list[Fault]:
        """The table's own."""
        return self._table.faults()

    def skipped(self) -> list[Skipped]:
        """The table's own."""
        return self._table.skipped()


def view_frame(frame: pl.DataFrame, plan: Plan, headings: Sequence[str]) -> pl.DataFrame:
    """One frame of a table with these headings, with the plan's columns added."""
    width = len(headings)
    if plan.unpivot:
        frame = _unpivoted(frame, plan.unpivot, width)
        width += 2
    for i, made in enumerate(plan.made):
        frame = frame.with_columns(_made(frame, made, headings).alias(f"c{width + i}"))
    return frame


def _unpivoted(frame: pl.DataFrame, unpivot: Unpivot, width: int) -> pl.DataFrame:
    parts = []
    rests = unpivot.rests or ("",) * len(unpivot.names)
    for at, name, rest in zip(unpivot.headings, unpivot.names, rests, strict=True):
        cell = pl.col(f"c{at}")
        filled = frame.filter(cell.str.strip_chars() != "")
        parts.append(filled.with_columns(_name(unpivot, name, rest).alias(f"c{width}"), cell.alias(f"c{width + 1}")))
    return pl.concat(parts).sort(LINE, maintain_order=True)


def _name(unpivot: Unpivot, name: str, rest: str) -> pl.Expr:
    """What one of the columns is about, said as the row's own column says it."""
    if unpivot.like is None or not rest:
        return pl.lit(name)
    like = pl.col(f"c{unpivot.like}").str.strip_chars()
    with_rest = pl.any_horizontal(like.str.ends_with(f" ({each})") for each in sorted({*unpivot.rests} - {""}))
    return pl.when(with_rest).then(pl.lit(f"{name} ({rest})")).otherwise(pl.lit(name))


def _made(frame: pl.DataFrame, made: Made, headings: Sequence[str]) -> pl.Series:
    if made.where:
        holds = condition_mask(frame, made.where, headings)
        return pl.select(pl.when(holds).then(pl.lit("yes")).otherwise(pl.lit("no"))).to_series()
    if made.joined:
        cells = [pl.col(f"c{at}").str.strip_chars() for at in made.joined]
        joined = pl.concat_str([pl.when(c != "").then(c) for c in cells], separator=" ", ignore_nulls=True)
        return frame.select(joined.alias("made")).to_series()
    cells = [pl.col(f"c{at}") for at in made.filled]
    filled = [pl.when(c.str.strip_chars() != "").then(c) for c in cells]
    if not made.words:
        return frame.select(pl.coalesce([*filled, pl.lit(made.otherwise)]).alias("made")).to_series()
    first = pl.coalesce([*filled, pl.lit("")])
    words = {theirs.strip().lower(): ours for theirs, ours in made.words.items()} | {"": ""}
    told = first.str.strip_chars().str.to_lowercase().replace_strict(words, default=made.otherwise)
    return frame.select(told.alias("made")).to_series()
