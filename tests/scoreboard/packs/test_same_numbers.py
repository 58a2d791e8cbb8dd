"""All four formats say the same numbers: the deck's, which are the published ones. Where there is none: n/a."""

from __future__ import annotations

import json

import pytest

from metrics.models import MetricValue
from scoreboard.deck.shape import Deck
from scoreboard.packs.formats import render
from tests.scoreboard.packs import decks
from tests.scoreboard.packs.readers import html_page, html_text, pdf_text, pptx_text, squeezed, xlsx_cells

READERS = {"pptx": pptx_text, "pdf": pdf_text, "html": html_text}


def row_of(content: bytes, label: str) -> list[object]:
    """The row of a figure in the workbook."""
    return next(row for row in xlsx_cells(content)["Figures"] if row[2] == label)


@pytest.mark.parametrize("name", sorted(READERS))
def test_each_figure_title_and_stamp_is_read_as_the_deck_has_it(board: Deck, name: str) -> None:
    read = squeezed(READERS[name](render(board, name)))
    for slide in board.slides:
        assert squeezed(slide.title) in read, slide.key
        for figure in slide.figures:
            assert squeezed(figure.label + figure.written(board.currency)) in read, figure
    assert read.count(squeezed(board.stamp)) >= len(board.slides)
    assert "n/a" in read


def test_the_workbook_has_each_published_value(board: Deck) -> None:
    content = render(board, "xlsx")
    figures = [f for slide in board.slides for f in slide.figures]
    rows = [row for row in xlsx_cells(content)["Figures"][5:] if row[1]]
    assert len(rows) == len(figures) > 20
    for figure, row in zip(figures, rows, strict=True):
        assert (row[1], row[2], row[7]) == (figure.metric, figure.label, figure.n)
        if figure.value is None:
            assert (row[3], row[8]) == ("n/a", figure.status)
        else:
            assert row[3] == pytest.approx(float(figure.value), rel=1e-9)
    net = next(row for row in rows if row[1] == "net_revenue")
    published = MetricValue.objects.get(metric="net_revenue", grain="quarter", period="2026-07-01", dim="")
    assert net[3] == pytest.approx(float(published.value or 0))


def test_each_value_behind_a_chart_is_in_the_workbook_and_the_page() -> None:
    deck = decks.deck()
    book, page = xlsx_cells(render(deck, "xlsx")), html_page(render(deck, "html"))
    for chart in [c for slide in deck.slides for c in slide.charts]:
        sheet = next(rows for name, rows in book.items() if name[3:] == chart.key)
        for i, category in enumerate(chart.categories):
            cells = next(row for row in sheet if row[0] == category)
            for place, series in enumerate(chart.series, start=1):
                value = series.values[i]
                assert cells[place] == ("n/a" if value is None else pytest.approx(float(value)))
                assert chart.table()[i][place] in " ".join(page.words)
    assert all(json.loads(text)["data"] for text in page.data.values())
    assert len(page.data) == 5


def test_what_has_no_number_says_so_with_its_reason() -> None:
    deck = decks.deck()
    for name, read in READERS.items():
        assert squeezed("Lifetime value over acquisition cost" + "n/a") in squeezed(read(render(deck, name))), name
        assert "nocustomerswereacquired" in squeezed(read(render(deck, name))), name
    assert row_of(render(deck, "xlsx"), "Lifetime value over acquisition cost")[3] == "n/a"


@pytest.mark.parametrize("name", ["pptx", "pdf", "xlsx", "html"])
def test_who_signed_and_what_was_remarked_is_in_each(name: str) -> None:
    content = render(decks.deck(), name)
    text = READERS[name](content) if name in READERS else str(xlsx_cells(content))
    assert "Ada Lovelace" in text
    assert name == "xlsx" or "Check the costs" in text


def test_the_same_deck_gives_the_same_pdf_and_page() -> None:
    deck = decks.deck()
    assert render(deck, "pdf") == render(deck, "pdf")
    assert render(deck, "html") == render(deck, "html")
