"""Names that a spreadsheet, a browser or a mail program would run or open, and what must not have become of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "＝1+1", "＋1+1", "－1+1",
    "＠SUM(1,1)", "−2+3+cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", '=DDE("cmd";"/C calc";"1")',
    '=HYPERLINK("http://x.test/a","x")', '=WEBSERVICE("http://x.test/a")', '=IMPORTXML("http://x.test/a","//a")',
    "@echo|cmd", "http://x.test/a", "mailto:a@x.test", "<a href='http://x.test/a'>x</a>",
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)",
)  # fmt: skip
_TRIMMED = " \u00a0\u200b\ufeff\v\f\x00"  # what a spreadsheet takes off before it looks for a formula
_STARTS = "=+-@\t\r\n＝＋－＠−"
_NUMBER = re.compile(r"[+\u2212-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_ADDRESSES = ("href", "src", "action", "formaction", "data", "srcset", "poster", "xlink:href")
_FOREIGN = re.compile(r"^\s*(https?:)?//x\.test|^\s*(mailto|javascript):", re.I)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet that opens a CSV would run this cell; a number is none."""
    start = cell.lstrip(_TRIMMED)[:1]
    return bool(start) and start in _STARTS and not _NUMBER.fullmatch(cell)


def formulas(text: str) -> list[str]:
    """The cells of a CSV file that a spreadsheet would run."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [cell for row in rows for cell in row if is_formula(cell)]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or (name in _ADDRESSES and _FOREIGN.search(value or "")):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.cdata_elem == "script" and "alert(1)" in data.replace("\\u003C", "<") and "<script" in data:
            self.found.append(f"script: {data[:80]}")


def elements(text: str) -> list[str]:
    """Elements of a page or a mail that a name has made, or that lead where a name says."""
    page = _Elements()
    page.feed(text)
    return page.found + (["<script>alert(1)"] if "<script>alert(1)" in text else [])


def words(text: str) -> str:
    """What a person reads of a page."""
    page = _Elements()
    page.feed(text)
    return "".join(page.words)


def more(text: str) -> Iterator[str]:
    """The addresses of tables that a page offers as CSV."""
    for found in re.findall(r'href="([^"]*csv[^"]*)"', text):
        yield found.replace("&amp;", "&")
