"""Evidence for the reading of a column: how many values, and the first of them with its line."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

KEEP = 3  # examples kept of each kind


@dataclass
class Evidence:
    """How many values of one kind a column has, and the first few different ones with their lines."""

    count: int = 0
    examples: list[tuple[str, int]] = field(default_factory=list)
    partial: bool = False  # counting stopped when there was enough

    def add(self, distinct: pl.DataFrame) -> None:
        """Adds rows of `text`, `count` and first `line`; several chunks are added in file order."""
        if not distinct.height:
            return
        self.count += int(distinct.get_column("count").sum())
        if len(self.examples) < KEEP:
            known = {text for text, _ in self.examples}
            first = distinct.sort("line").filter(~pl.col("text").is_in(list(known))).head(KEEP - len(self.examples))
            self.examples += list(
                zip(first.get_column("text").to_list(), first.get_column("line").to_list(), strict=True)
            )

    def add_rows(self, text: pl.Series, lines: pl.Series) -> None:
        """Adds values as they come, each row one; the cheap way where most of a column is alike."""
        self.count += len(text)
        for value, line in zip(text.head(KEEP).to_list(), lines.head(KEEP).to_list(), strict=True):
            if len(self.examples) < KEEP and value not in {known for known, _ in self.examples}:
                self.examples.append((value, line))

    def how_many(self) -> str:
        """`1 value`, `5,161 values`, `more than 1,000 values` where counting stopped."""
        return f"more than {values(self.count)}" if self.partial else values(self.count)

    def one(self) -> str:
        """The first example as evidence quotes it: `8/31/2024 in line 2`."""
        text, line = self.examples[0]
        return f"{text} in line {line}"

    def __bool__(self) -> bool:
        return self.count > 0


def distinct(text: pl.Series, lines: pl.Series) -> pl.DataFrame:
    """Distinct values with their `count` and the first `line` they stand in."""
    frame = pl.DataFrame({"text": text, "line": lines})
    return frame.group_by("text").agg(pl.len().alias("count"), pl.col("line").min())


def many(count: int, one: str, several: str = "") -> str:
    """`1 value`, `5,161 values`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def values(count: int) -> str:
    """`1 value`, `5,161 values`."""
    return many(count, "value")
