"""Records of delimited text, one at a time and strictly: RFC 4180 with any of LF, CRLF and CR as line end.

This is the reference that the vectorised reader must agree with, and the path for text whose quoting is irregular.
A quote that never closes costs its own line and nothing else.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

MAX_FIELD = 1 << 20  # vendors' longest text is 131,072 characters; a longer "field" is a quote that never closed

_LINE_END = re.compile(rb"\r\n|\r|\n")
_QUOTED = re.compile(rb'"((?:[^"]++|"")*+)"')


@dataclass(frozen=True)
class Record:
    """One record of the text: `start` to `end` in the data (line end included), from physical line `line` on."""

    line: int
    start: int
    end: int
    lines: int
    cells: tuple[str, ...]
    problem: str = ""
    stray: bool = False  # a quote inside an unquoted cell, taken literally


@functools.cache
def _plain(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"[^\r\n" + re.escape(delimiter) + rb"]*+")


def count_lines(data: bytes) -> int:
    """Line ends in `data`: LF, CRLF and CR each count one."""
    returns = data.count(b"\r")
    return data.count(b"\n") + (returns - data.count(b"\r\n") if returns else 0)


def line_end(data: bytes, start: int) -> int:
    """The position after the line end of the physical line that holds `start`; len(data) where it has none."""
    found = _LINE_END.search(data, start)
    return found.end() if found else len(data)


def text(raw: bytes) -> str:
    """Bytes that are known to be UTF-8 but for a cut at either edge."""
    return raw.decode("utf-8", errors="replace")


def split_raw(raw: bytes, delimiter: bytes) -> tuple[str, ...]:
    """A line whose quoting cannot be trusted, cut at every delimiter with its quotes left where they are."""
    return tuple(text(part) for part in raw.rstrip(b"\r\n").split(delimiter))


@dataclass(frozen=True)
class _Cut:
    """What reading cells from one position came to: where it stopped, and why if not at a line end."""

    cells: list[bytes]
    end: int
    trouble: str = ""  # "open": a quote without its partner; "after": text after a closing quote
    stray: bool = False


def _cut(data: bytes, pos: int, delimiter: bytes) -> _Cut:
    """The cells from `pos` up to and with the next line end outside quotes."""
    plain = _plain(delimiter)
    cells: list[bytes] = []
    stray = False
    size = len(data)
    while True:
        if data.startswith(b'"', pos):
            quoted = _QUOTED.match(data, pos, pos + MAX_FIELD)
            if quoted is None:
                return _Cut(cells, pos, "open")
            cell, pos = quoted[1].replace(b'""', b'"'), quoted.end()
        else:
            bare = plain.match(data, pos)
            cell, pos = (bare[0], bare.end()) if bare else (b"", pos)
            stray = stray or b'"' in cell
        cells.append(cell)
        if pos >= size:
            return _Cut(cells, size, stray=stray)
        follows = data[pos : pos + 1]
        if follows == delimiter:
            pos += 1
        elif follows in b"\r\n":
            return _Cut(cells, pos + (2 if data.startswith(b"\r\n", pos) else 1), stray=stray)
        else:
            return _Cut(cells, pos, "after")


def next_record(data: bytes, pos: int, line: int, delimiter: bytes, width: int, *, final: bool) -> Record | None:
    """The record at `pos`, which is physical line `line`; None where it goes on past `data` and more is to come.

    `width` is the heading's width, 0 where it is not known yet. A record with a `problem` has its raw cells; a
    multi-line record that does not fit is taken apart again if its further lines are good records by themselves.
    """
    cut = _cut(data, pos, delimiter)
    if cut.trouble == "open":
        if not final and len(data) - cut.end < MAX_FIELD:
            return None
        return _broken(data, pos, line_end(data, pos), line, delimiter, "a quote opens here and is never closed")
    if cut.trouble == "after":
        stop = line_end(data, cut.end)
        if not final and stop == len(data):
            return None
        return _untangled(data, pos, cut.end, line, delimiter, width)
    if not final and cut.end == len(data) and not data.endswith((b"\n", b"\r")):
        return None
    lines = max(1, count_lines(data[pos : cut.end]))
    if lines > 1 and width and len(cut.cells) != width and _swallowed(data, pos, cut.end, delimiter, width):
        return _broken(data, pos, line_end(data, pos), line, delimiter, "a quote opens here and is not closed")
    return Record(line, pos, cut.end, lines, tuple(map(text, cut.cells)), stray=cut.stray)


def _untangled(data: bytes, pos: int, at: int, line: int, delimiter: bytes, width: int) -> Record:
    """Text after a closing quote at `at`: is the first line alone at fault, or all lines up to there?

    The first alone, if every line in between is a good record and the last one is too, or has an open quote itself. A
    line with a stray quote might be the rest of a value: then all of them are one broken record.
    """
    first = line_end(data, pos)
    last = max(data.rfind(b"\n", pos, at), data.rfind(b"\r", pos, at)) + 1
    stop = line_end(data, at)
    if last > pos and (not width or _swallowed(data, pos, last, delimiter, width)):
        cut = _cut(data, last, delimiter)
        if cut.trouble or not width or (len(cut.cells) == width and not cut.stray):
            return _broken(data, pos, first, line, delimiter, "a quote opens here and is not closed")
    reason = "text follows a closing quote; a quote inside a value must be doubled"
    return _broken(data, pos, stop, line, delimiter, reason)


def _swallowed(data: bytes, pos: int, stop: int, delimiter: bytes, width: int) -> bool:
    """Whether the lines after the first, up to `stop`, are all good records of their own."""
    pos = line_end(data, pos)
    while pos < stop:
        cut = _cut(data, pos, delimiter)
        if cut.trouble or cut.stray or len(cut.cells) != width or cut.end > stop:
            return False
        pos = cut.end
    return True


def _broken(data: bytes, start: int, end: int, line: int, delimiter: bytes, problem: str) -> Record:
    raw = data[start:end]
    return Record(line, start, end, max(1, count_lines(raw)), split_raw(raw, delimiter), problem)
