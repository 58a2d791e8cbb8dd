"""The PDF: set by typst from a template and data, without a browser. Vector, tagged (PDF/UA-1), fonts embedded."""

from __future__ import annotations

import json
from datetime import UTC
from functools import lru_cache
from pathlib import Path

import typst

from scoreboard.deck.shape import Deck
from scoreboard.packs.measure import FONTS
from scoreboard.packs.pdf.pages import model

TEMPLATE = Path(__file__).parent / "deck.typ"


def pdf(deck: Deck) -> bytes:
    """The deck as a PDF. Names and sentences reach typst as data, never as markup."""
    data = json.dumps(model(deck), ensure_ascii=False)
    made: bytes = typst.compile(
        TEMPLATE, font_paths=[FONTS], ignore_system_fonts=covered(data), format="pdf",
        sys_inputs={"deck": data}, pdf_standards=["ua-1"], timestamp=int(deck.computed_at.astimezone(UTC).timestamp()),
    )  # fmt: skip
    return made


def covered(text: str) -> bool:
    """Whether our own font has every character; only else the machine's fonts are looked through, which takes time."""
    return set(map(ord, set(text))) <= _known()


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The characters of our font: Latin, Greek, Cyrillic and the signs that numbers need. See fonts/coverage.txt."""
    ranges = (FONTS / "coverage.txt").read_text("ascii").split()
    pairs = [part.split("-") for part in ranges]
    return frozenset(code for first, last in pairs for code in range(int(first, 16), int(last, 16) + 1))
