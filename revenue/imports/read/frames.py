"""Blocks of regular records as polars frames, and what in them is no record of the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from revenue.imports.read.scan import Block
from revenue.imports.read.strict import Record, next_record, split_raw, text
from revenue.imports.shapes import LINE, Fault, Skipped

MAX_CELLS_KEPT = 10_000  # faults that keep their cells; of further ones they are read again by line when needed
_BOM = b"\xef\xbb\xbf"


@dataclass
class Outcome:
    """What one pass over a table has found besides its rows."""

    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)  # the last blank lines: they set a footer apart
    notes: list[str] = field(default_factory=list)

    def fault(self, line: int, cells: Sequence[str], raw: str, reason: str) -> None:
        """Adds a row that cannot be split into the heading's columns."""
        kept = tuple(cells) if len(self.faults) < MAX_CELLS_KEPT else ()
        self.faults.append(Fault(line, "", shortened(raw), reason, kept))

    def blank(self, line: int) -> None:
        """Notes a blank line, which is no record."""
        self.blanks.append(line)
        del self.blanks[:-200]


def shortened(raw: str, limit: int = 200) -> str:
    """A row's text for a message: its first characters, line ends left out."""
    raw = raw.rstrip("\r\n")
    return raw if len(raw) <= limit else raw[: limit - 1] + "…"


def schema(width: int) -> dict[str, pl.DataType]:
    """The column types of a table's frames."""
    return {LINE: pl.Int64(), **{f"c{i}": pl.String() for i in range(width)}}


def ragged(cells: int, width: int) -> str:
    """Why a row of `cells` cells does not fit a heading of `width` columns."""
    hint = (
        "a separator inside a value must be quoted" if cells > width else "the row is cut short or its separators miss"
    )
    return f"{cells} cells where the heading has {width} columns: {hint}"


NUL = "the row holds a NUL character, which no database takes: remove it in the file"


def frame_of_block(block: Block, line: int, delimiter: bytes, width: int, outcome: Outcome) -> pl.DataFrame:
    """The block's records as a frame; ragged ones, blank lines and NUL characters go to `outcome`."""
    keep = block.widths == width
    data = block.data
    lengths = block.ends - block.starts
    if width == 1:
        keep &= ~_blank(block, lengths)
    raw = data[: block.size]
    if not raw.all():  # a zero byte
        nul = np.searchsorted(block.ends, np.flatnonzero(raw == 0), side="right")
        keep[nul] = False
    if not keep.all():
        for i in np.flatnonzero(~keep).tolist():
            part = data[block.starts[i] : block.ends[i]].tobytes()
            _report(part, line + int(block.line_offsets[i]), delimiter, width, outcome)
        raw = raw[np.repeat(keep, lengths)]
    lines = line + (block.line_offsets if keep.all() else block.line_offsets[keep])
    if not len(lines):
        return pl.DataFrame(schema=schema(width))
    frame = _parse(raw.tobytes(), delimiter, width, block.quoting)
    if frame.height != len(lines):  # two readers disagree: the strict one is right
        return _frame_strictly(block, line, delimiter, width, keep)
    frame = frame.insert_column(0, pl.Series(LINE, lines, pl.Int64))
    if bool((lengths <= 3 * width + 1).any()):  # short enough to be nothing but separators and empty quotes
        return without_empty(frame, outcome)
    return frame


def parse_block(block: Block, lines: range, delimiter: bytes, width: int) -> pl.DataFrame:
    """A block of records that are all of `width` cells, `lines` being theirs."""
    raw = block.data[: block.size].tobytes()
    frame = _parse(raw, delimiter, width, block.quoting)
    if frame.height != len(lines):
        return _frame_strictly(block, lines.start, delimiter, width, np.ones(len(lines), np.bool_))
    return frame.insert_column(0, pl.Series(LINE, lines, pl.Int64))


def _blank(block: Block, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which records are a line end alone."""
    blank: npt.NDArray[np.bool_] = (lengths == 1) | ((lengths == 2) & (block.data[block.starts] == 13))
    return blank


def _report(raw: bytes, line: int, delimiter: bytes, width: int, outcome: Outcome) -> None:
    """Sorts one record that is no row of the table into blank lines and faults."""
    if not raw.strip(b" \t\r\n"):
        outcome.blank(line)
        return
    if b'"' in raw:
        record = next_record(raw, 0, line, delimiter, 0, final=True)
        cells = record.cells if record else ()
    else:
        cells = split_raw(raw, delimiter)
    reason = ragged(len(cells), width) if len(cells) != width else NUL
    outcome.fault(line, cells, text(raw), reason)


def _parse(raw: bytes, delimiter: bytes, width: int, quoting: bool) -> pl.DataFrame:
    """Regular records of equal width. polars drops one byte order mark: one that is data gets another before it."""
    return pl.read_csv(
        _BOM + raw if raw.startswith(_BOM) else raw,
        has_header=False,
        separator=delimiter.decode("ascii"),
        quote_char='"' if quoting else None,
        infer_schema=False,
        schema={f"c{i}": pl.String for i in range(width)},
        empty_string_is_null=False,
        extra_columns="raise",
        missing_columns="raise",
        raise_if_empty=False,
        glob=False,
    )


def _frame_strictly(block: Block, line: int, delimiter: bytes, width: int, keep: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """The kept records of the block by the strict reader."""
    records = []
    for i in np.flatnonzero(keep).tolist():
        raw = block.data[block.starts[i] : block.ends[i]].tobytes()
        record = next_record(raw, 0, line + int(block.line_offsets[i]), delimiter, 0, final=True)
        if record is not None:
            records.append(record)
    return frame_of_records(records, width)


def frame_of_records(records: Sequence[Record], width: int) -> pl.DataFrame:
    """Records of the strict reader, all of the table's width, as a frame."""
    columns: Iterable[Sequence[str]] = zip(*(r.cells for r in records), strict=True) if records else [()] * width
    data = {f"c{i}": pl.Series(values, dtype=pl.String) for i, values in enumerate(columns)}
    return pl.DataFrame({LINE: pl.Series([r.line for r in records], dtype=pl.Int64), **data})


def without_empty(frame: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """The frame without rows of nothing but empty cells, which are listed as skipped."""
    empty = frame.select(pl.all_horizontal(pl.exclude(LINE) == "")).to_series()
    if not empty.any():
        return frame
    for line in frame.filter(empty)[LINE].to_list():
        outcome.skipped.append(Skipped(line, "", "every cell of the row is empty"))
    return frame.filter(~empty)
