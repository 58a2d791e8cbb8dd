"""Which character separates the cells, decided on the structure of the whole head of the text."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from revenue.imports.read.headings import looks_like_headings
from revenue.imports.read.strict import Record, next_record

DELIMITERS = (b",", b"\t", b";", b"|")
HEAD_RECORDS = 400
HEAD_BYTES = 1 << 20
NAMES = {b",": "csv ,", b"\t": "tsv", b";": "csv ;", b"|": "csv |"}


@dataclass(frozen=True)
class Head:
    """The first records of a text, cut at `delimiter`, blank lines left out."""

    delimiter: bytes
    records: tuple[Record, ...]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The records' cells."""
        return [record.cells for record in self.records]


def read_head(data: bytes, delimiter: bytes, *, final: bool, limit: int = HEAD_RECORDS) -> Head:
    """The first `limit` records of `data`; `final` says that the text ends with it."""
    records: list[Record] = []
    pos, line = 0, 1
    while pos < len(data) and len(records) < limit:
        record = next_record(data, pos, line, delimiter, 0, final=final)
        if record is None:
            break
        if any(cell.strip() for cell in record.cells) or len(record.cells) > 1:
            records.append(record)
        pos, line = record.end, line + record.lines
    return Head(delimiter, tuple(records))


def choose(data: bytes, *, final: bool) -> Head:
    """The head of `data` cut at the delimiter that gives the most regular table; a comma where none divides it."""
    heads = [read_head(data, delimiter, final=final) for delimiter in DELIMITERS]
    return max(heads, key=_regularity)


def _regularity(head: Head) -> float:
    """How much the head looks like a table: the share of rows of the commonest width, quotes that keep the rules,
    a row that reads like headings, and a little for more columns. 0 where the delimiter divides nothing."""
    widths = Counter(len(record.cells) for record in head.records if len(record.cells) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    total = len(head.records)
    share = count / total
    broken = sum(1 for record in head.records if record.problem or record.stray) / total
    named = any(len(record.cells) == width and looks_like_headings(record.cells) for record in head.records[:30])
    return share - broken + 0.5 * named + 0.1 * math.log2(width)
