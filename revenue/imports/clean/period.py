"""The end of a period, as the first day after it or as its last day: decided by the column as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from revenue.imports.clean.dates.convert import dates
from revenue.imports.clean.evidence import values
from revenue.imports.clean.settled import Settled
from revenue.imports.clean.spaces import tidy
from revenue.imports.shapes import Question

INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
_MOST = 100_000


@dataclass
class EndProfile:
    """The distinct ends of a column; there are few, as periods are."""

    seen: dict[str, int] = field(default_factory=dict)

    def look(self, text: pl.Series, lines: pl.Series) -> None:
        """Keeps the chunk's distinct values, with the first line of each."""
        for value, line in zip(*_first(text, lines), strict=True):
            if len(self.seen) < _MOST:
                self.seen.setdefault(value, line)

    def settle(self, heading: str, order: str, zone: str) -> Settled:
        """Exclusive if every end is the first of a month, inclusive if every one is a month's last day, else asked."""
        texts = pl.Series(list(self.seen), dtype=pl.String)
        ends = dates(texts, order, zone).values
        known = ends.drop_nulls()
        if not len(known) or bool((known.dt.day() == 1).all()):
            return Settled(EXCLUSIVE, f"every end is the first of a month: {values(len(known))}")
        if bool((known == known.dt.month_end()).all()):
            return Settled(INCLUSIVE, f"every end is the last day of a month: {values(len(known))}; one day is added")
        return Settled(question=_question(heading, texts, ends))


def _first(text: pl.Series, lines: pl.Series) -> tuple[list[str], list[int]]:
    frame = pl.DataFrame({"text": tidy(text), "line": lines}).filter(pl.col("text") != "")
    frame = frame.unique("text", keep="first", maintain_order=True)
    return frame.get_column("text").to_list(), frame.get_column("line").to_list()


def _question(heading: str, texts: pl.Series, ends: pl.Series) -> Question:
    pairs = [(t, e) for t, e in zip(texts.to_list(), ends.to_list(), strict=True) if e is not None]
    pairs.sort(key=lambda pair: pair[1].day == 1)
    shown = pairs[:3]
    inclusive = [[t, f"the period's last day is {e:%d %B %Y}"] for t, e in shown]
    exclusive = [[t, f"the period ends before {e:%d %B %Y}"] for t, e in shown]
    text = (
        f"{heading!r} holds ends of periods that are neither all the first nor all the last day of a month. Is the day"
        " given the last one of the period, or the first after it?"
    )
    readings = ({"answer": INCLUSIVE, "examples": inclusive}, {"answer": EXCLUSIVE, "examples": exclusive})
    return Question("period_end", heading, text, readings)
