"""Typed rows on their way into the ledger: a temporary table, filled by COPY chunk by chunk.

The table lives in the worker's own database session: if the worker dies, nothing of it remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.copy import copy_frame, quote, run
from revenue.imports.ahead import ahead
from revenue.imports.shapes import LINE, Fault, Plan, Skipped, Typed
from revenue.ledger import Place, sql_type

STAGED = "staged"
Hashes = NDArray[np.uint64]


@dataclass
class Staged:
    """What was staged: the number of rows, the faults and the skipped rows, and which of our columns the file has."""

    columns: tuple[str, ...]
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    distinct: bool = False  # no two rows have the same id; false also where that is not known

    @cached_property
    def _faulty(self) -> set[int]:
        return set()

    @property
    def rejected(self) -> int:
        """Rows with at least one fault."""
        return len(self._faulty)

    def add(self, typed: Typed) -> None:
        """Takes in the faults and skipped rows of a chunk."""
        self.faults += typed.faults
        self.skipped += typed.skipped
        self._faulty.update(fault.line for fault in typed.faults)


def stage(
    chunks: Iterator[Typed], plan: Plan, place: Place, *, progress: Callable[[Staged], None] = lambda staged: None
) -> Staged:
    """Fills the temporary table `staged` from typed chunks and tells `progress` after each.

    The table has `line` and one column per column of the plan, by database name. Memory grows with the file by eight
    bytes a row, and by the faults and skipped rows.
    """
    columns = tuple(c.name for c in place.spec.columns if c.name in plan.columns)
    names = {c: place.columns[c] for c in columns}
    types = [f"{quote(names[c])} {sql_type(place.spec.column(c))}" for c in columns]
    run(f"DROP TABLE IF EXISTS {STAGED}")
    run(f"CREATE TEMP TABLE {STAGED} ({quote(LINE)} integer, {', '.join(types)})")
    staged, hashes = Staged(columns), list[Hashes]()
    for typed in ahead(chunks):
        frame = typed.rows.select(pl.col(LINE), *(pl.col(c).alias(names[c]) for c in columns))
        staged.rows += copy_frame(frame, STAGED)
        staged.add(typed)
        if "key" in frame.columns:
            hashes.append(frame.get_column("key").hash().to_numpy())
        progress(staged)
    # Equal ids have equal hashes: where all hashes differ, there is nothing to look for in SQL.
    staged.distinct = bool(hashes) and _all_differ(hashes)
    return staged


def _all_differ(parts: list[Hashes]) -> bool:
    """Whether no hash is there twice; takes the parts away. Sorted in place: a table of hashes would need much more."""
    hashes = np.concatenate(parts)
    parts.clear()
    hashes.sort()
    return not bool((hashes[1:] == hashes[:-1]).any())


def clear() -> None:
    """Drops the session's temporary tables, so that a worker does not keep a file's rows on its disk."""
    run("DISCARD TEMP")
