"""Tables in HTML pages, which is what Salesforce and others export under the name .xls."""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TextIO

from revenue.imports.read import encoding
from revenue.imports.read.content import Content
from revenue.imports.read.delimited import Utf8, to_utf8
from revenue.imports.read.grid import Grid, GridTable, Merge, open_grid
from revenue.imports.read.limits import Refused
from revenue.imports.read.opened import Options
from revenue.imports.shapes import Question

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
MAX_SPAN = 1000
Row = list[str]


class TableParser(HTMLParser):
    """Collects the rows of outermost tables; `done` holds those that are complete, `take` empties it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[tuple[int, Row]] = []  # number of the table, its row
        self.merges: dict[int, list[Merge]] = {}
        self.captions: dict[int, str] = {}
        self._table = -1
        self._depth = 0
        self._row: Row | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._rows: dict[int, int] = {}
        self._mute = 0
        self._below: dict[int, int] = {}  # column → rows still covered by a cell above

    def take(self) -> list[tuple[int, Row]]:
        """The rows completed since the last call."""
        rows, self.done = self.done, []
        return rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._mute += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._table += 1
                self._below = {}
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._row = []
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            self._row = [] if self._row is None else self._row
            self._cell = []
            given = dict(attrs)
            self._span = (_number(given.get("rowspan")), _number(given.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._mute = max(0, self._mute - 1)
        elif tag == "table":
            if self._depth == 1:
                self._end_row()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif self._depth == 1 and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._mute:
            self._cell.append(data.replace("\0", "\ufffd"))

    def close(self) -> None:
        """The end of the page: a row that is still open is a row."""
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._cover()
        text = _BLANKS.sub(" ", "".join(self._cell))
        text = "\n".join(part.strip(" \xa0") for part in text.split("\0")).strip("\n")
        rows, columns = self._span
        at = len(self._row)
        self._row += [text] + [""] * (columns - 1)
        if rows > 1:
            top = self._rows.get(self._table, 0)
            for column in range(at, at + columns):
                self._below[column] = rows
            if columns == 1:
                self.merges.setdefault(self._table, []).append((top, at, top + rows - 1, at))
        self._cell = None

    def _cover(self) -> None:
        """Empty cells where a cell of a row above reaches down."""
        while self._row is not None and self._below.get(len(self._row), 0) > 0:
            self._row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        self._cover()
        self.done.append((self._table, self._row))
        self._rows[self._table] = self._rows.get(self._table, 0) + 1
        self._below = {column: left - 1 for column, left in self._below.items() if left > 1}
        self._row = None


def _number(given: str | None) -> int:
    return min(MAX_SPAN, max(1, int(given))) if given and given.strip().isdigit() else 1


def open_html(content: Content, name: str, options: Options) -> tuple[list[GridTable], list[Question]]:
    """The tables of a page, or the question of its encoding. Raises Refused where no table is in it."""
    given = to_utf8(content, options)
    if given is None:
        declared = _declared(content.read(0, 65536))
        if declared is None:
            return [], [encoding.question(content, name)]
        given = to_utf8(content, Options(declared, None, options.limits))
    if given is None:
        raise Refused("its encoding is not what it declares")
    pages: list[Spool] = []
    parser = TableParser()
    for text in _texts(given.content):
        parser.feed(text)
        _write(parser, pages, options)
    parser.close()
    _write(parser, pages, options)
    return _named_tables(pages, parser, name, given, options), []


def _named_tables(pages: list[Spool], parser: TableParser, name: str, given: Utf8, options: Options) -> list[GridTable]:
    """The pages' tables; one of a single column beside wider ones is no data but a line of text, and becomes a note."""
    data = [i for i, page in enumerate(pages) if page.width > 1] or list(range(len(pages)))
    asides = [f"beside the table: {page.first}" for i, page in enumerate(pages) if i not in data and page.first]
    tables = []
    for number, i in enumerate(data, 1):
        grid = pages[i].grid(tuple(parser.merges.get(i, ())), options)
        called = name if len(data) == 1 else f"{name} › table {number}"
        table = open_grid(grid, called, "html", options, (*given.notes, *asides), given.encoding) if grid else None
        if table is not None:
            tables.append(table)
    if not tables:
        raise Refused("the page holds no table")
    return tables


def _declared(head: bytes) -> str | None:
    """The codec that a meta element names, None if there is none or Python does not know it."""
    found = _CHARSET.search(head)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return None if codec == "utf-8" else "cp1252" if codec == "iso8859-1" else codec  # browsers read Latin-1 so


def _texts(content: Content) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in content.blocks(1 << 20):
        yield decoder.decode(block)


class Spool:
    """Rows of one table on their way to a file of regular CSV, whose width is known only at the end."""

    def __init__(self) -> None:
        self.file: TextIO = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self.writer = csv.writer(self.file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        self.width = 0
        self.first = ""

    def add(self, row: Row) -> None:
        """Writes one row."""
        self.width = max(self.width, len(row))
        self.first = self.first or " ".join(row).strip()[:200]
        self.writer.writerow(row)

    def grid(self, merges: tuple[Merge, ...], options: Options) -> Grid | None:
        """The rows as a grid, all of one width; None where there are no cells."""
        dense = [0] * self.width
        self.file.seek(0)
        content = Content.of_blocks(self._even(dense), options.limits.max_inflated)
        self.file.close()
        return Grid(content, self.width, tuple(dense), merges) if self.width else None

    def _even(self, dense: list[int]) -> Iterator[bytes]:
        csv.field_size_limit(1 << 30)
        for row in csv.reader(self.file):
            filled = [i for i, cell in enumerate(row) if cell]
            if len(filled) > 1:
                for i in filled:
                    dense[i] += 1
            cells = row + [""] * (self.width - len(row))
            yield (",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n").encode()


def _write(parser: TableParser, pages: list[Spool], options: Options) -> None:
    for table, row in parser.take():
        while len(pages) <= table:
            pages.append(Spool())
        if len(row) > options.limits.max_columns:
            raise Refused(
                f"a table in it has {len(row):,} columns, more than the limit of {options.limits.max_columns:,}"
            )
        pages[table].add(row)
