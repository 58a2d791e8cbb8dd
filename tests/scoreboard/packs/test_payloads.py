"""Names that would be formulas, links or markup go through every format as the words they are."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from core.spreadsheet import safe
from scoreboard.charts.shape import Kind, Role, Series
from scoreboard.deck.shape import Cell, Deck, Figure, Presenter, Slide, Table
from scoreboard.packs.formats import file_name, render
from scoreboard.packs.words import file_stem
from tests.scoreboard.packs import decks
from tests.scoreboard.packs.readers import (
    chart_book,
    html_page,
    members,
    pdf_text,
    pptx_charts,
    pptx_text,
    squeezed,
    xlsx_cells,
)

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "＋1+1", "－1+1",
    "＠SUM(1,1)", "=cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"1\")", '=HYPERLINK("http://x.test","x")',
    '=WEBSERVICE("http://x.test")', "=IMPORTXML(\"http://x.test\",\"//a\")", "@echo|cmd", "http://x.test/a",
    "mailto:a@x.test", "internal:Sheet1!A1", "<a href='http://x.test'>x</a>", "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "#import \"x\": *", "{{ deck.title }}{% debug %}", "\u202e=1+1",
)  # fmt: skip


def poisoned(payload: str) -> Deck:
    """A deck whose company, reps, accounts and series are called like the payload."""
    names = (payload, f"{payload} 2", "North")
    chart = decks.chart(
        "by-rep",
        Kind.BARS,
        Series(payload, Role.ACTUAL, (decks.D(3), decks.D(2), decks.D(1))),
        unit="count",
        names=names,
    )
    line = replace(decks.LINE, key="margin-of", categories=names, series=(replace(decks.LINE.series[0], name=payload),))
    table = Table("accounts", payload, (payload, "Revenue"), ((Cell(payload), Cell("1", decks.D(1), "count")),))
    figure = Figure("net_revenue", payload, decks.D(1), "count", status=payload)
    slides = (
        Slide("reps", payload, f"{payload} leads", payload, (figure,), chart, line, presenter=Presenter.BOTH,
              sales_part=payload, marketing_part=payload, notes=payload),
        Slide("accounts", "Accounts", payload, table=table),
    )  # fmt: skip
    return decks.deck(*slides, company=payload, title=payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_workbook_has_a_formula_or_a_link_of_a_name(payload: str) -> None:
    deck = poisoned(payload)
    book, slides = render(deck, "xlsx"), render(deck, "pptx")
    for name, text in (*members(book), *members(slides)):
        formulas = re.findall(r"<f>(.*?)</f>", text)
        ours = re.compile(r"SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+[-/][A-Z]\d+|Sheet1!\$[A-Z]\$\d+(:\$[A-Z]\$\d+)?")
        assert all(ours.fullmatch(formula) for formula in formulas if "sheet" in name), (name, formulas)
        assert "<hyperlink" not in text, name
        assert "hlinkClick" not in text, name
        assert 'TargetMode="External"' not in text, name
        assert "ddeLink" not in text, name
    for rows in xlsx_cells(book, formulas=True).values():
        texts = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert payload.strip()[:4] not in ("=cmd", "=DDE") or not any(t.startswith(payload.strip()[:4]) for t in texts)
    for chart in pptx_charts(slides).values():
        assert all(not str(row[0] or "").startswith(("=", "+", "@", "\t")) for row in chart_book(chart))
        assert len(list(chart.plots[0].categories)) == 3


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_page_has_no_element_of_a_name_and_asks_for_nothing(payload: str) -> None:
    page = html_page(render(poisoned(payload), "html"))
    scripts = [held for tag, held in page.tags if tag == "script"]
    assert len(scripts) == 2 + 2  # Plotly and ours, and two data blocks
    for tag, held in page.tags:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form", "link")
        assert not any(name.startswith("on") for name in held)
        assert "src" not in held
        assert str(held.get("href") or "#").startswith("#")
    for text in page.data.values():
        assert "<a" not in json.dumps(json.loads(text))
    words = squeezed(" ".join(page.words))
    assert squeezed(payload) in words


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_pdf_has_no_link_and_says_the_name(payload: str) -> None:
    content = render(poisoned(payload), "pdf")
    assert b"/URI" not in content
    assert b"/JavaScript" not in content
    assert b"/Launch" not in content
    if payload.isascii():
        assert squeezed(payload) in squeezed(pdf_text(content))


def test_slides_say_the_name_as_it_is() -> None:
    assert "=1+1 leads" in pptx_text(render(poisoned("=1+1"), "pptx"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_file_names_are_plain(payload: str) -> None:
    name = file_name(poisoned(payload), "xlsx")
    assert re.fullmatch(r"[a-z0-9-]+\.xlsx", name)
    assert safe(name) == name


def test_a_name_without_any_letter_is_a_pack() -> None:
    assert file_stem(decks.deck(company="東京", title="…")) == "pack"
