"""The PDF: vector, tagged, its fonts inside, its words selectable."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from pypdf import PdfReader

from scoreboard.deck.shape import Deck
from scoreboard.packs.pdf import covered, pdf
from tests.scoreboard.packs import decks
from tests.scoreboard.packs.readers import pdf_text


def reader(deck: Deck) -> PdfReader:
    """The PDF of a deck, opened."""
    return PdfReader(io.BytesIO(pdf(deck)))


def test_it_is_tagged_for_readers_aloud_and_knows_its_title_and_language() -> None:
    made = reader(decks.deck())
    catalog: Any = made.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.metadata is not None
    assert made.metadata.title == "Board review Q3 2026 · Larkmoor Instruments"
    assert b"pdfuaid:part" in catalog["/Metadata"].get_object().get_data()


def test_every_font_is_embedded_and_nothing_is_a_picture() -> None:
    made = reader(decks.deck())
    fonts = set()
    for page in made.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            held = font.get_object()
            inner = held["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in inner or "/FontFile3" in inner
            fonts.add(str(held["/BaseFont"]).split("+")[-1])
        drawn = [each.get_object()["/Subtype"] for each in resources.get("/XObject", {}).values()]
        assert "/Image" not in drawn
    assert fonts == {"Inter-Regular", "Inter-SemiBold"}


def test_each_slide_is_one_page_and_its_charts_words_can_be_selected() -> None:
    deck = decks.deck()
    made = reader(deck)
    assert len(made.pages) == 1 + len(deck.slides)
    first = made.pages[1].extract_text()
    for word in ("Jul 2026", "4.1", "2.7", "USD M", "outlined: plan", "hatched: to date"):
        assert word in first
    assert "Below the margin floor" in made.pages[3].extract_text()


def test_charts_have_a_text_alternative() -> None:
    alternatives = [str(each["/Alt"]) for each in _figures(pdf(decks.deck()))]
    assert len(alternatives) == 5
    assert any("Lowest 41.0" in alternative for alternative in alternatives)


def _figures(content: bytes) -> list[Any]:
    made, found = PdfReader(io.BytesIO(content)), []
    root: Any = made.trailer["/Root"]
    pending = [root["/StructTreeRoot"]]
    while pending:
        held = pending.pop()
        held = held.get_object() if hasattr(held, "get_object") else held
        if isinstance(held, list):
            pending += held
        elif isinstance(held, dict):
            if held.get("/S") == "/Figure":
                found.append(held)
            if "/K" in held:
                pending.append(held["/K"])
    return found


def test_names_in_other_scripts_are_drawn_and_markup_is_only_text() -> None:
    assert covered("Łódź Ωmega Москва $14.2\u202fM −3.1 pt")
    assert not covered("東京")
    names = 'Łódź Ωmega Москва #import "x" $x^2$ *bold* #box[1] \\ @ref <tag>'
    deck = replace(decks.deck(), company=names)
    assert names in pdf_text(pdf(deck))
