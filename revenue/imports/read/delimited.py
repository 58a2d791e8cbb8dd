"""From bytes to a table of delimited text: encoding, separator, headings."""

from __future__ import annotations

from dataclasses import dataclass

from revenue.imports.read import dialect, encoding, headings
from revenue.imports.read.content import Content
from revenue.imports.read.frames import shortened
from revenue.imports.read.limits import Limits, Refused, size_text
from revenue.imports.read.opened import Options
from revenue.imports.read.strict import Record
from revenue.imports.read.text import TextTable
from revenue.imports.shapes import Question, Skipped

HEAD_SIZES = (dialect.HEAD_BYTES, 16 * dialect.HEAD_BYTES)


@dataclass(frozen=True)
class Utf8:
    """A text in UTF-8 without its mark, the name of the encoding it had, and what to tell about it."""

    content: Content
    encoding: str
    notes: tuple[str, ...] = ()


def open_text(content: Content, name: str, options: Options) -> tuple[list[TextTable], list[Question], list[str]]:
    """The table in the text, or the question that must be answered first; a third part for notes.

    Raises Refused for an empty text, more columns than the limit, or bytes that are not of the encoding.
    """
    if content.size == 0:
        raise Refused("it is empty")
    if content.size > options.limits.max_bytes:
        raise too_large(content.size, options.limits)
    utf8 = to_utf8(content, options)
    if utf8 is None:
        return [], [encoding.question(content, name)], []
    return [_table(utf8, name, options)], [], []


def too_large(size: int, limits: Limits) -> Refused:
    """The refusal of a file above the limit."""
    return Refused(f"it has {size_text(size)}, more than the limit of {size_text(limits.max_bytes)}")


def to_utf8(content: Content, options: Options) -> Utf8 | None:
    """The text as UTF-8; None where its encoding must be asked for. An answer never overrides a mark."""
    head = content.read(0, 65536)
    marked = encoding.mark(head)
    limit = options.limits.max_inflated
    if marked:
        name, codec, length = marked
        body = content.after(length)
        if codec == "utf-8":
            bad = encoding.first_bad_utf8(body)
            if bad is not None:
                raise Refused(f"it is marked as UTF-8 but byte {bad + length + 1:,} is not: export it again as UTF-8")
            return Utf8(body, name)
        return Utf8(encoding.transcoded(body, codec, limit), name)
    wide = encoding.unmarked_wide(head)
    if wide:
        note = f"it has no byte order mark; its zero bytes show that it is {wide.upper()}"
        return Utf8(encoding.transcoded(content, wide, limit), wide, (note,))
    if encoding.first_bad_utf8(content) is None:
        return Utf8(content, "utf-8")
    if options.encoding is None or options.encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        return None
    return Utf8(encoding.transcoded(content, options.encoding, limit), options.encoding)


def _table(utf8: Utf8, name: str, options: Options) -> TextTable:
    content = utf8.content
    head, data = _head(content)
    if not head.records:
        raise Refused("it holds no rows")
    at = _heading_position(head, options)
    heading = head.records[at]
    if len(heading.cells) > options.limits.max_columns:
        raise Refused(
            f"its headings have {len(heading.cells):,} columns, more than the limit of {options.limits.max_columns:,}"
        )
    if heading.problem:
        raise Refused(f"the headings in line {heading.line} cannot be read: {heading.problem}")
    titles = [Skipped(r.line, shortened(_raw(r, data)), "title above the headings") for r in head.records[:at]]
    notes = [*utf8.notes]
    if headings.looks_like_data(heading.cells):
        notes.append(
            f"line {heading.line}, taken for the headings, holds numbers or dates: the headings may be missing"
        )
    if any("\0" in cell for cell in heading.cells):
        notes.append(f"line {heading.line}: a NUL character was left out of a heading")
    return TextTable(
        content, name, head.delimiter, heading, dialect=dialect.NAMES[head.delimiter], encoding=utf8.encoding,
        notes=notes, titles=titles,
    )  # fmt: skip


def _head(content: Content) -> tuple[dialect.Head, bytes]:
    """The head of the text at its delimiter, and the bytes it was read from."""
    for size in HEAD_SIZES:
        data = content.read(0, size)
        final = len(data) >= content.size
        if not final:
            data = data.rstrip(b"\r")
        head = dialect.choose(data, final=final)
        if head.records or final:
            return head, data
    raise Refused(f"its first line is longer than {HEAD_SIZES[-1] >> 20} MB: it is not a table")


def _heading_position(head: dialect.Head, options: Options) -> int:
    if options.header_row is None:
        return headings.heading_row(head.rows, options.suggest)
    for i, record in enumerate(head.records):
        if record.line == options.header_row:
            return i
    raise Refused(f"no row starts in line {options.header_row}, which was given as the heading row")


def _raw(record: Record, data: bytes) -> str:
    return data[record.start : record.end].decode("utf-8", errors="replace")
