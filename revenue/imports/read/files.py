"""Opening a file: what it is decides who reads it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from revenue.imports.read import sniff
from revenue.imports.read.archive import DAMAGE, gunzipped, open_zip
from revenue.imports.read.content import Content
from revenue.imports.read.delimited import open_text
from revenue.imports.read.groups import grouped
from revenue.imports.read.html_tables import open_html
from revenue.imports.read.limits import Limits, Refused, size_text
from revenue.imports.read.opened import Opened, Options, Suggest
from revenue.imports.read.saved_reports import restored
from revenue.imports.read.workbook import check_archive, check_ole, check_ooxml, open_workbook, zip_kind


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
        opened = open_content(content, called, options)
        opened.tables = [restored(grouped(table)) for table in opened.tables]
        return opened
    except Refused as reason:
        return Opened(refusal=f"{called} was not read: {reason}.")


def open_content(content: Content, name: str, options: Options, nested: bool = False) -> Opened:
    """The tables in `content`; `nested` says that it comes out of an archive already. Raises Refused."""
    if content.size == 0:
        raise Refused("it is empty")
    found, other = sniff.kind(content.read(0, sniff.HEAD))
    if found == "zip":
        return _open_zip(content, name, options, nested)
    if found == "gz":
        return _open_gz(content, name, options, nested)
    if found == "other":
        raise Refused(f"it is {other}, not a table; export it as CSV or XLSX")
    if found == "ole":
        _check_size(content, options.limits.max_workbook_bytes)
        check_ole(content)
        return _workbook(content, name, "xls", content.size, options)
    if found == "html":
        _check_size(content, options.limits.max_workbook_bytes)
        pages, questions = open_html(content, name, options)
        return Opened([*pages], questions, "", _mismatch(found, name))
    texts, questions, notes = open_text(content, name, options)
    return Opened([*texts], questions, "", [*notes, *_mismatch(found, name)])


def _open_zip(content: Content, name: str, options: Options, nested: bool) -> Opened:
    _check_size(content, options.limits.max_bytes)
    try:
        with content.file() as file, zipfile.ZipFile(file) as archive:
            found, other = zip_kind(archive)
            if found == "other":
                raise Refused(f"it is {other}, not a table; export it as CSV or XLSX")
            if found == "zip":
                if nested:
                    raise Refused("it is an archive within an archive; send what is in it")
                opened = open_zip(archive, name, options, _open_member)
                opened.notes += _mismatch(found, name)
                return opened
            _check_size(content, options.limits.max_workbook_bytes)
            check_ooxml(archive)
            inflated = check_archive(archive, options.limits, options.limits.max_workbook_inflated)
    except (*DAMAGE, ValueError, KeyError, struct.error) as error:
        raise Refused(f"the file is damaged: {error}") from None
    return _workbook(content, name, found, inflated, options)


def _open_gz(content: Content, name: str, options: Options, nested: bool) -> Opened:
    if nested:
        raise Refused("it is an archive within an archive; send what is in it")
    _check_size(content, options.limits.max_bytes)
    inner = gunzipped(content, options.limits)
    opened = _open_member(inner, name[:-3] if name.lower().endswith(".gz") else name, options)
    opened.notes += _mismatch("gz", name)
    return opened


def _open_member(content: Content, name: str, options: Options) -> Opened:
    return open_content(content, name, options, nested=True)


def _workbook(content: Content, name: str, found: str, inflated: int, options: Options) -> Opened:
    tables, notes = open_workbook(content, name, found, inflated, options)
    return Opened([*tables], [], "", [*notes, *_mismatch("ole" if found == "xls" else found, name)])


def _mismatch(found: str, name: str) -> list[str]:
    note = sniff.mismatch(found, name)
    return [note] if note else []


def _check_size(content: Content, limit: int) -> None:
    if content.size > limit:
        raise Refused(f"it has {size_text(content.size)}, more than the limit of {size_text(limit)}")
