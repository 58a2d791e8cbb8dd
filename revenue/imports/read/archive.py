"""Archives: a zip of many files, each read like a file, and a gzip of one."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath

from revenue.imports.read.content import BLOCK, Content
from revenue.imports.read.limits import Limits, Refused
from revenue.imports.read.opened import Opened, Options
from revenue.imports.read.workbook import check_archive

OpenMember = Callable[[Content, str, Options], Opened]
# What Python's zipfile says of a damaged archive, of a method it does not know, and of a member under a password.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
# Texts that lie beside exports: about them, never one of them.
_PROSE = re.compile(r"(read[ _-]?me|licen[cs]e|notice|changelog|about)\b.*|.*\.(md|rtf)", re.IGNORECASE)
_TEXT = {"", ".txt", ".md", ".rtf"}


def open_zip(archive: zipfile.ZipFile, name: str, options: Options, open_member: OpenMember) -> Opened:
    """The tables of all files in the zip; a member that cannot be read is a note, unless none can.

    Raises Refused for a bomb, a password, or a zip with nothing to read.
    """
    limits = options.limits
    check_archive(archive, limits, limits.max_inflated)
    entries = [e for e in archive.infolist() if not e.is_dir() and not _is_litter(e.filename)]
    if not entries:
        raise Refused("the zip is empty")
    if len(entries) > limits.max_members:
        raise Refused(f"the zip has {len(entries):,} files, more than the limit of {limits.max_members}")
    found = Opened()
    reasons: list[str] = []
    prose: list[tuple[str, Opened]] = []  # texts of one column: a table only where there is no other
    left = limits.max_inflated
    for entry in entries:
        called = f"{name} › {entry.filename}"
        if _is_prose(entry.filename):
            reasons.append(f"{called} was left out: a text about the files, by its name")
            continue
        try:
            content = Content.of_blocks(_member_blocks(archive, entry), left)
            left -= content.size
            opened = open_member(content, called, options)
        except Refused as reason:
            reasons.append(f"{called} was not read: {reason}")
            continue
        if _is_one_column(opened) and PurePath(entry.filename).suffix.lower() in _TEXT:
            prose.append((called, opened))
            continue
        found.tables += opened.tables
        found.questions += opened.questions
        found.notes += [f"{entry.filename}: {note}" for note in opened.notes]
    for called, opened in prose:
        if found.tables:
            reasons.append(f"{called} was left out: lines of text, without columns")
        else:
            found.questions += opened.questions
    if not found.tables:
        found.tables += [table for _, opened in prose for table in opened.tables]
    if not found.tables and not found.questions:
        raise Refused("no file in it can be read: " + "; ".join(reasons))
    found.notes += reasons
    return found


def _is_litter(path: str) -> bool:
    return path.startswith(_LITTER[0]) or PurePath(path).name in _LITTER or PurePath(path).name.startswith("._")


def _is_prose(path: str) -> bool:
    name = PurePath(path)
    return name.suffix.lower() in _TEXT and _PROSE.fullmatch(name.name) is not None


def _is_one_column(opened: Opened) -> bool:
    return bool(opened.tables) and all(len(table.headings) == 1 for table in opened.tables)


def _member_blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as file:
            while block := file.read(BLOCK):
                yield block
    except DAMAGE as error:
        raise Refused(f"it is damaged inside the zip: {error}") from None


def gunzipped(content: Content, limits: Limits) -> Content:
    """What the gzip holds. Raises Refused for a bomb or damage."""
    return Content.of_blocks(_gunzip_blocks(content, limits), limits.max_inflated)


def _gunzip_blocks(content: Content, limits: Limits) -> Iterator[bytes]:
    written = 0
    try:
        with content.file() as packed, gzip.GzipFile(fileobj=packed) as file:
            while block := file.read(BLOCK):
                written += len(block)
                # by what was read until here: a bomb is told long before it has unpacked to its limit
                if written > limits.ratio_floor and written > packed.tell() * limits.max_ratio:
                    raise Refused(f"it unpacks to more than {limits.max_ratio} times its size, as only a bomb does")
                yield block
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"the gzip is damaged: {error}") from None
