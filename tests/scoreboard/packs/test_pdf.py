"""The PDF: vector, tagged, its fonts inside, its words selectable."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from scoreboard.deck.shape import Deck
from scoreboard.packs.measure import covered, lines, width
from scoreboard.packs.pdf import pdf
from scoreboard.packs.pdf.glyphs import drawable
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


@pytest.mark.parametrize(
    "name",
    [
        "東京電力",
        "华为技术",
        "삼성전자",
        "شركة النور",
        "ไทยเบฟ",
        "Rakete 🚀",
        "＝1+1",
        "a\x01b",
        "हिन्दी",
        "\U0010fffd",
    ],
)
def test_no_name_keeps_a_pack_from_being_made_where_the_machine_has_no_fonts(name: str) -> None:
    content = pdf(replace(decks.deck(), company=name), system_fonts=False)
    made = PdfReader(io.BytesIO(content))
    root: Any = made.trailer["/Root"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert "Board review" in pdf_text(content)


def test_what_no_font_draws_is_seen_and_named() -> None:
    found = drawable("東京 ＝1 \x01 Łódź", system=False)
    assert found.text == "\ufffd\ufffd =1  Łódź"
    assert found.named == "U+0001 U+4EAC U+6771 U+FF1D"
    cover = (
        PdfReader(io.BytesIO(pdf(replace(decks.deck(), company="東京"), system_fonts=False))).pages[0].extract_text()
    )
    assert "U+4EAC U+6771" in cover
    assert "\ufffd\ufffd" in cover


def test_signs_of_another_script_take_their_room_and_are_broken_anywhere() -> None:
    assert width("東京", 10) == 20
    assert lines("東京電力株式会社", 10, 45) == ["東京電力", "株式会社"]
    assert lines("Larkmoor 東京電力", 10, 200) == ["Larkmoor 東京電力"]


def test_a_pack_whose_signs_cannot_be_joined_is_made_and_tagged_without_the_seal() -> None:
    made = PdfReader(io.BytesIO(pdf(replace(decks.deck(), company="e\u20dd"), system_fonts=False)))
    root: Any = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
