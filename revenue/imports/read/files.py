"""Opening a file: what it is decides who reads it."""

from __future__ import annotations

from pathlib import Path

from revenue.imports.read import sniff
from revenue.imports.read.content import Content
from revenue.imports.read.delimited import open_text
from revenue.imports.read.limits import Limits, Refused
from revenue.imports.read.opened import Opened, Options, Suggest


def open_tables(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
    suggest: Suggest | None = None,
) -> Opened:
    """The tables in the file at `path`, called `name` for people (default: the path's name).

    `encoding` and `header_row` (a physical line, 1-based) answer earlier questions; `suggest` gets the first rows and
    says which of them are a vendor's headings. Never raises for what is in the file: that is a `refusal`.
    Raises OSError where the file cannot be read at all.
    """
    options = Options(encoding, header_row, limits or Limits(), suggest)
    called = name or path.name
    content = Content.of_path(path)
    try:
        return open_content(content, called, options)
    except Refused as reason:
        return Opened(refusal=f"{called} was not read: {reason}.")


def open_content(content: Content, name: str, options: Options) -> Opened:
    """The tables in `content`. Raises Refused."""
    if content.size == 0:
        raise Refused("it is empty")
    found, other = sniff.kind(content.read(0, sniff.HEAD))
    if found == "other":
        raise Refused(f"it is {other}, not a table; export it as CSV or XLSX")
    tables, questions, notes = open_text(content, name, options)
    note = sniff.mismatch(found, name)
    return Opened([*tables], questions, "", [*notes, *([note] if note else [])])
