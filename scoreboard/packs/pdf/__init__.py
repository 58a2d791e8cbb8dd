"""The PDF: set by typst from a template and data, without a browser. Vector, tagged (PDF/UA-1), fonts embedded."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

import structlog
import typst

from scoreboard.deck.shape import Deck
from scoreboard.packs.pdf.glyphs import Drawable, drawable
from scoreboard.packs.pdf.pages import model

TEMPLATE = Path(__file__).parent / "deck.typ"
log = structlog.get_logger()


def pdf(deck: Deck, *, own_fonts: Path | None = None, system_fonts: bool = True) -> bytes:
    """The deck as a PDF. Names and sentences reach typst as data, never as markup.

    What neither our font nor one in the folder `own_fonts` nor one of the machine can draw is shown otherwise, and the
    cover and the log name it.
    """
    data = drawable(json.dumps(_printable(model(deck)), ensure_ascii=False), own_fonts, system=system_fonts)
    if data.missing:
        log.warning("no font draws some characters of a pack", deck=deck.title, characters=data.codes())
    try:
        return _set(deck, data, "ua-1")
    except typst.TypstError as error:
        # A script whose joined signs cannot be traced back to characters: still tagged, without the standard's seal.
        log.warning("a pack's PDF cannot keep PDF/UA-1", deck=deck.title, error=error.message)
        return _set(deck, data, None)


def _set(deck: Deck, data: Drawable, standard: Literal["ua-1"] | None) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE, font_paths=data.fonts, format="pdf", pdf_standards=standard,
        sys_inputs={"deck": data.text, "missing": data.named},
        timestamp=int(deck.computed_at.astimezone(UTC).timestamp()),
    )  # fmt: skip
    return made


def _printable(held: Any) -> Any:
    """A page model without control characters in its texts: JSON would hide them from the search for glyphs."""
    if isinstance(held, str):
        return held if held.isprintable() else "".join(c for c in held if c >= " " or c in "\t\n\r")
    if isinstance(held, dict):
        return {key: _printable(value) for key, value in held.items()}
    return [_printable(value) for value in held] if isinstance(held, list | tuple) else held
