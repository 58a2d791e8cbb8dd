"""The four formats by name: all drawn from one deck, all saying the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from scoreboard.deck.shape import Deck
from scoreboard.packs.html import html
from scoreboard.packs.pdf import pdf
from scoreboard.packs.pptx import pptx
from scoreboard.packs.words import file_stem
from scoreboard.packs.xlsx import xlsx

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pptx": f"{OFFICE}.presentationml.presentation", "pdf": "application/pdf",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet", "html": "text/html; charset=utf-8",
}  # fmt: skip
NAMES = {"pptx": "PowerPoint", "pdf": "PDF", "xlsx": "Excel", "html": "Web page"}
FORMATS = tuple(TYPES)


def company_template() -> Path | None:
    """The company's own PowerPoint template: ASSAY_HOME/templates/pack.pptx, where it put one."""
    path = Path(settings.ASSAY_HOME) / "templates" / "pack.pptx"
    return path if path.is_file() else None


def company_fonts() -> Path | None:
    """The company's own fonts for scripts that ours lacks: the folder ASSAY_HOME/fonts, where it made one."""
    path = Path(settings.ASSAY_HOME) / "fonts"
    return path if path.is_dir() else None


def render(deck: Deck, format_name: str) -> bytes:
    """The deck in one format. Raises ValueError for an unknown one, TemplateError for an unfit template."""
    makers: dict[str, Callable[[Deck], bytes]] = {"pptx": _pptx, "pdf": _pdf, "xlsx": xlsx, "html": html}
    if format_name not in makers:
        raise ValueError(f"{format_name!r} is not a format; choose from {', '.join(FORMATS)}")
    return makers[format_name](deck)


def _pdf(deck: Deck) -> bytes:
    return pdf(deck, own_fonts=company_fonts())


def _pptx(deck: Deck) -> bytes:
    return pptx(deck, template=company_template())


def parse_formats(text: str) -> tuple[str, ...]:
    """ "pptx, pdf" as formats in the order of FORMATS; all for an empty text. Raises ValueError for an unknown one."""
    wanted = {part.strip().lower() for part in text.split(",") if part.strip()} or set(FORMATS)
    if unknown := sorted(wanted - set(FORMATS)):
        raise ValueError(f"{', '.join(unknown)}: not a format; choose from {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in wanted)


def file_name(deck: Deck, format_name: str) -> str:
    """What the file is called: "larkmoor-board-review-q3-2026.pptx"."""
    return f"{file_stem(deck)}.{format_name}"
