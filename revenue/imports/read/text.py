"""A table in delimited text, read in windows: memory does not grow with the file."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from revenue.imports.read import strict
from revenue.imports.read.content import Content
from revenue.imports.read.footers import footers, is_total
from revenue.imports.read.frames import (
    NUL,
    Outcome,
    frame_of_block,
    frame_of_records,
    ragged,
    shortened,
    without_empty,
)
from revenue.imports.read.scan import Block, scan
from revenue.imports.shapes import LINE, Fault, Skipped

WINDOW = 4 << 20  # fits the processor's cache: twice as fast as 16 MB, and half the memory
MAX_WINDOW = 16 << 20  # for a record that does not end within a window
SMALL_WINDOW = 256 << 10  # after irregular quotes: little is scanned in vain if the next one is near
CALM = 200  # regular records after which the strict reader hands back
ROWS = 100_000  # of a chunk, at least, but for the last
TAIL = 10  # rows at the end that may be totals


class TextTable:
    """The `Table` of delimited text; see `revenue.imports.shapes`. Made by `revenue.imports.read.open_tables`."""

    def __init__(
        self, content: Content, name: str, delimiter: bytes, heading: strict.Record, *, dialect: str, encoding: str,
        notes: Sequence[str] = (), titles: Sequence[Skipped] = (), window: int = WINDOW,
    ) -> None:  # fmt: skip
        self.name = name
        self.headings = tuple(cell.replace("\0", "") for cell in heading.cells)
        self.heading_line = heading.line
        self.encoding = encoding
        self.dialect = dialect
        self.notes = tuple(notes)
        self._content = content
        self._delimiter = delimiter
        self._titles = list(titles)
        self._window = window
        self._body = (heading.line + heading.lines, heading.end)
        self._marks = [self._body]  # (line, offset) of records on the way, for `record`
        self._outcome: Outcome | None = None

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Frames of `line` and c0 … c{n-1} in file order; see `Table.chunks`."""
        outcome = Outcome()
        held: list[pl.DataFrame] = []
        self._marks = [self._body]
        for frame in self._frames(outcome):
            held.append(frame)
            if len(held) > 1 and sum(f.height for f in held[:-1]) >= ROWS:
                yield pl.concat(held[:-1])
                held = held[-1:]
        if held:
            last = self._settle(pl.concat(held), outcome)
            if last.height:
                yield last
        else:
            self._settle(None, outcome)
        self._outcome = outcome

    def faults(self) -> list[Fault]:
        """Rows that do not have the heading's columns, in file order."""
        return self._finished().faults

    def skipped(self) -> list[Skipped]:
        """Titles, empty rows, totals and footers, in file order."""
        return self._finished().skipped

    def record(self, line: int) -> tuple[str, ...] | None:
        """The cells of the record that starts at physical line `line`, read again; None where the text has none."""
        mark_line, offset = self._marks[max(0, bisect.bisect_right(self._marks, (line, 1 << 62)) - 1)]
        if line < mark_line:
            mark_line, offset = 1, 0
        found = self._skip_lines(offset, line - mark_line)
        if found is None or found >= self._content.size:
            return None
        raw = self._content.read(found, strict.MAX_FIELD * 4)
        final = found + len(raw) >= self._content.size
        record = strict.next_record(raw, 0, line, self._delimiter, len(self.headings), final=final)
        return record.cells if record else strict.split_raw(raw[: strict.line_end(raw, 0)], self._delimiter)

    def _finished(self) -> Outcome:
        if self._outcome is None:
            for _ in self.chunks():
                pass
        if self._outcome is None:  # pragma: no cover - chunks sets it
            raise RuntimeError(f"{self.name}: reading did not come to its end")
        return self._outcome

    def _skip_lines(self, offset: int, lines: int) -> int | None:
        """The position `lines` line ends after `offset`; None past the end."""
        while lines > 0:
            raw = self._content.read(offset, strict.MAX_FIELD)
            if not raw:
                return None
            if raw.endswith(b"\r") and offset + len(raw) < self._content.size and len(raw) > 1:
                raw = raw[:-1]
            data = np.frombuffer(raw, np.uint8)
            following = np.append(data[1:], 0)
            ends = np.flatnonzero((data == 10) | ((data == 13) & (following != 10)))
            if len(ends) >= lines:
                return offset + int(ends[lines - 1]) + 1
            lines -= len(ends)
            offset += len(raw)
        return offset

    def _frames(self, outcome: Outcome) -> Iterator[pl.DataFrame]:
        """Frames as they come, of any height: vectorised where quotes are regular, strictly where they are not."""
        line, offset = self._body
        size, window, width = self._content.size, self._window, len(self.headings)
        while offset < size:
            raw = self._content.read(offset, window)
            final = offset + len(raw) >= size
            if not final and raw.endswith(b"\r"):
                raw = raw[:-1]
            if final and not raw.endswith((b"\n", b"\r")):
                raw += b"\n"
            block = _trusted(scan(raw, self._delimiter, final=final), width)
            if block.size:
                yield frame_of_block(block, line, self._delimiter, width, outcome)
                line, offset = line + block.lines, offset + block.size
            if block.irregular or not block.size:
                records, used, lines = self._strictly(raw, block.size, line, outcome, final=final)
                if records:
                    yield without_empty(frame_of_records(records, width), outcome)
                if not used and not block.size and window >= MAX_WINDOW:
                    used, lines = self._overlong(offset, line, outcome)
                window = min(SMALL_WINDOW, self._window) if used else MAX_WINDOW
                line, offset = line + lines, offset + used
            else:
                window = min(window * 2, self._window)
            self._marks.append((line, offset))

    def _strictly(
        self, raw: bytes, pos: int, line: int, outcome: Outcome, *, final: bool
    ) -> tuple[list[strict.Record], int, int]:
        """Reads from `pos` until quotes have been regular for a while: good records, bytes used, lines used."""
        start, first, calm, width = pos, line, 0, len(self.headings)
        good: list[strict.Record] = []
        while pos < len(raw) and calm < CALM:
            record = strict.next_record(raw, pos, line, self._delimiter, width, final=final)
            if record is None:
                break
            calm = 0 if record.problem or record.stray else calm + 1
            if sort_record(record, raw, width, outcome):
                good.append(record)
            pos, line = record.end, line + record.lines
        return good, pos - start, line - first

    def _overlong(self, offset: int, line: int, outcome: Outcome) -> tuple[int, int]:
        """Reports a row longer than a window and finds its line end: bytes and lines used."""
        head = strict.text(self._content.read(offset, 1000))
        outcome.fault(line, (), head, f"the row is longer than {MAX_WINDOW:,} bytes: no separator or quote ends it")
        end = self._skip_lines(offset, 1)
        return (self._content.size if end is None else end) - offset, 1

    def _settle(self, frame: pl.DataFrame | None, outcome: Outcome) -> pl.DataFrame:
        """The last frame without its totals; tells footers from faults and puts what was skipped in file order."""
        last = pl.DataFrame() if frame is None else frame
        for _ in range(min(TAIL, last.height)):
            row = last.row(-1)
            if not is_total(row[1:]):
                break
            text = self._delimiter.decode().join(c for c in row[1:] if c)
            outcome.skipped.append(Skipped(row[0], shortened(text), "total below the rows"))
            last = last.head(-1)
        last_row = int(last[LINE][-1]) if last.height else self.heading_line
        outcome.faults, foot = footers(outcome.faults, last_row, outcome.blanks)
        outcome.skipped = sorted([*self._titles, *outcome.skipped, *foot], key=lambda s: s.line)
        return last


def _trusted(block: Block, width: int) -> Block:
    """The block up to its first record that the strict reader should judge: several lines but the wrong width (a
    quote may have swallowed rows), or too long to be one."""
    spans = np.diff(block.line_offsets, append=block.lines)
    doubtful = ((spans > 1) & (block.widths != width)) | (block.ends - block.starts > strict.MAX_FIELD)
    if not doubtful.any():
        return block
    i = int(np.argmax(doubtful))
    return dataclasses.replace(
        block, starts=block.starts[:i], ends=block.ends[:i], widths=block.widths[:i],
        line_offsets=block.line_offsets[:i], lines=int(block.line_offsets[i]), irregular=True,
    )  # fmt: skip


def sort_record(record: strict.Record, raw: bytes, width: int, outcome: Outcome) -> bool:
    """Whether the record is a row of the table; otherwise it goes to the blank lines or the faults."""
    part = raw[record.start : record.end]
    fits = len(record.cells) == width and not record.problem
    if fits and b"\0" not in part and (width > 1 or part.strip(b"\r\n")):
        return True
    if not part.strip(b" \t\r\n") and not (fits and width > 1):
        outcome.blank(record.line)
        return False
    reason = record.problem or (NUL if fits else ragged(len(record.cells), width))
    outcome.fault(record.line, record.cells, strict.text(part), reason)
    return False
