"""What a file is, by its first bytes: the name's ending is only compared with it."""

from __future__ import annotations

import re
from pathlib import PurePath

from revenue.imports.read.encoding import mark, unmarked_wide

HEAD = 64 << 10

_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"{\\rtf", "an RTF document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\t\x08", "an Excel 2–4 worksheet"),
    (b"\t\x02\x06", "an Excel 2–4 worksheet"),
    (b"\t\x04\x06", "an Excel 2–4 worksheet"),
)
_HTML = re.compile(
    rb"^\s*(<!doctype\s+html|<\?xml[^>]*>\s*)?\s*(<!--.*?-->\s*)*<(!doctype|html|head|meta|body|table|style)\b",
    re.I | re.S,
)
_SPREADSHEET_XML = re.compile(
    rb"^\s*<\?xml.{0,400}(Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet)", re.I | re.S
)

_FITTING = {
    "zip": {".zip"},
    "xlsx": {".xlsx", ".xlsm"},
    "ods": {".ods"},
    "ole": {".xls", ".xlsx"},
    "gz": {".gz"},
    "html": {".html", ".htm", ".xls"},  # Salesforce and others call their HTML tables .xls
    "text": {".csv", ".tsv", ".txt", ".tab", ".psv", ""},
}
NAMES = {
    "zip": "a zip archive", "xlsx": "an XLSX workbook", "ods": "an ODS workbook", "ole": "an XLS workbook",
    "gz": "a gzip archive", "html": "an HTML page", "text": "delimited text",
}  # fmt: skip


def kind(head: bytes) -> tuple[str, str]:
    """What `head` begins: ("zip" | "ole" | "gz" | "html" | "text", "") or ("other", what it is, for people)."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip", ""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole", ""
    if head.startswith(b"\x1f\x8b"):
        return "gz", ""
    for magic, what in _OTHERS:
        if head.startswith(magic):
            return "other", what
    return _text_kind(head)


def _text_kind(head: bytes) -> tuple[str, str]:
    marked = mark(head)
    codec = marked[1] if marked else unmarked_wide(head) or "utf-8"
    plain = head[marked[2] if marked else 0 :].decode(codec, errors="ignore").encode("ascii", errors="ignore")
    if marked is None and codec == "utf-8":
        plain = head
        controls = sum(head.count(bytes([c])) for c in (*range(1, 9), *range(14, 27), *range(28, 32), 127))
        if controls * 20 > len(head) + 200 or head.count(0) * 10 > len(head) + 20:
            return "other", "binary data"
    if _SPREADSHEET_XML.match(plain):
        return "other", "an XML spreadsheet of Excel 2003"
    if _HTML.match(plain[:8192]):
        return "html", ""
    start = plain.lstrip()[:200]
    if start.startswith(b"<?xml"):
        return "other", "an XML document"
    if re.match(rb'^[\[{]\s*("[^"]*"\s*[:,\]]|\{|\[|\})', start) and not re.match(rb'^\{?"[^"]*",', start):
        return "other", "JSON"
    return "text", ""


def mismatch(found: str, name: str) -> str:
    """A note where the name's ending promises something else than was found; "" where it fits."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _FITTING.get(found, {suffix}) or (
        found == "text" and suffix not in {s for f in _FITTING.values() for s in f}
    ):
        return ""
    return f"its name ends in {suffix or 'nothing'} but it is {NAMES[found]}; it was read as that"
