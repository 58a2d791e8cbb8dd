"""Reads packs back with other people's programs, as a customer's PowerPoint, Excel, PDF reader and browser would."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Emu
from pypdf import PdfReader


def squeezed(text: str) -> str:
    """Text without the differences of spaces that formats make."""
    return re.sub(r"\s+", "", text)


def pptx_text(content: bytes) -> str:
    """All words of all slides, tables and labels included, notes apart."""
    found: list[str] = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def pptx_charts(content: bytes) -> dict[str, Any]:
    """The native charts by the name of their shape."""
    slides = Presentation(io.BytesIO(content)).slides
    return {shape.name: shape.chart for slide in slides for shape in slide.shapes if shape.has_chart}


def chart_book(chart: Any) -> list[list[Any]]:
    """The rows of the workbook inside a chart."""
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def pptx_notes(content: bytes) -> list[str]:
    """The speaker notes of each slide."""
    return [slide.notes_slide.notes_text_frame.text for slide in Presentation(io.BytesIO(content)).slides]


def outside(content: bytes) -> list[str]:
    """Shapes that reach over the edge of their slide."""
    deck = Presentation(io.BytesIO(content))
    wide, high = Emu(deck.slide_width), Emu(deck.slide_height)
    return [
        f"{place}: {shape.name}"
        for place, slide in enumerate(deck.slides, start=1)
        for shape in slide.shapes
        if shape.left < 0 or shape.top < 0 or shape.left + shape.width > wide or shape.top + shape.height > high
    ]


def pdf_text(content: bytes) -> str:
    """All words of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def xlsx_cells(content: bytes, *, formulas: bool = False) -> dict[str, list[list[Any]]]:
    """Cells by sheet: the cached values, or the formulas."""
    book = load_workbook(io.BytesIO(content), data_only=not formulas)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: dict[str, str] = {}
        self._inside: list[str] = []
        self._block = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag in ("script", "style"):
            self._inside.append(tag)
            self._block = str(held.get("id") or "") if held.get("type") == "application/json" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)
        elif self._block:
            self.data[self._block] = self.data.get(self._block, "") + data


def html_page(content: bytes) -> _Page:
    """The page's words, elements and data blocks."""
    page = _Page()
    page.feed(content.decode())
    return page


def html_text(content: bytes) -> str:
    """What a person reads."""
    return " ".join(html_page(content).words)


def members(content: bytes) -> Iterator[tuple[str, str]]:
    """The XML parts of an Office file, those of the workbooks inside it too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith(".xlsx"):
                yield from ((f"{name}!{inner}", text) for inner, text in members(data))
            elif name.endswith((".xml", ".rels")):
                yield name, data.decode()
