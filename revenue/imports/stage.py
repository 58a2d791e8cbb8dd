"""Typed rows on their way into the ledger: a temporary table, filled by COPY chunk by chunk.

The table lives in the worker's own database session: if the worker dies, nothing of it remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from core.copy import copy_frame, quote, run
from revenue.imports.shapes import LINE, Fault, Plan, Skipped, Typed
from revenue.ledger import Place, sql_type

STAGED = "staged"


@dataclass
class Staged:
    """What was staged: the number of rows, the faults and the skipped rows, and which of our columns the file has."""

    columns: tuple[str, ...]
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows with at least one fault."""
        return len({f.line for f in self.faults})

    @property
    def read(self) -> int:
        """Every row of the table, wherever it ended."""
        return self.rows + self.rejected + len(self.skipped)


def stage(
    chunks: Iterator[Typed], plan: Plan, place: Place, *, progress: Callable[[Staged], None] = lambda staged: None
) -> Staged:
    """Fills the temporary table `staged` from typed chunks and tells `progress` after each.

    The table has `line` and one column per column of the plan, by database name. Memory does not grow with the file,
    but for the faults and skipped rows.
    """
    columns = tuple(c.name for c in place.spec.columns if c.name in plan.columns)
    names = {c: place.columns[c] for c in columns}
    types = [f"{quote(names[c])} {sql_type(place.spec.column(c))}" for c in columns]
    run(f"DROP TABLE IF EXISTS {STAGED}")
    run(f"CREATE TEMP TABLE {STAGED} ({quote(LINE)} integer, {', '.join(types)})")
    staged = Staged(columns)
    for typed in chunks:
        frame = typed.rows.select(pl.col(LINE), *(pl.col(c).alias(names[c]) for c in columns))
        staged.rows += copy_frame(frame, STAGED)
        staged.faults += typed.faults
        staged.skipped += typed.skipped
        progress(staged)
    run(f"ANALYZE {STAGED}")
    return staged
