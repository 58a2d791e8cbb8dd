"""A pack says the numbers of the page and of the API: a frozen meeting's those of its run, whatever came after it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from core.models import User
from metrics.compute.runs import compute
from metrics.definitions.quality_policy import QualityPolicy
from metrics.models import MetricRun
from metrics.policy.actions import set_quality_policy
from scoreboard.api import keys, scopes
from scoreboard.charts.shape import Chart, Kind, Role
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Deck, Figure
from scoreboard.deck.shape import Kind as DeckKind
from scoreboard.meetings import frozen_deck
from scoreboard.meetings.actions import prepare
from scoreboard.models.packs import Pack
from scoreboard.packs import jobs, store
from scoreboard.packs.formats import FORMATS, render
from tests.metrics.company import bring, bring_company, lines
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import signed_by
from tests.scoreboard.packs.readers import (
    chart_book,
    html_page,
    html_text,
    pdf_text,
    pptx_charts,
    pptx_text,
    squeezed,
    xlsx_cells,
)

PERIODS = {"2026-01": ("month", "2026-01-01"), "2026Q3": ("quarter", "2026-07-01")}


@dataclass
class Read:
    """The four formats of one deck, each read by another program."""

    texts: dict[str, str]
    sheets: dict[str, list[list[Any]]]
    native: dict[str, Any]
    drawn: dict[str, dict[str, Any]]


def read(files: dict[str, bytes]) -> Read:
    """Their words, their sheets, the native charts, and the page's figures by the order of its charts."""
    return Read(
        {"pptx": squeezed(pptx_text(files["pptx"])), "pdf": squeezed(pdf_text(files["pdf"])),
         "html": squeezed(html_text(files["html"]))},
        xlsx_cells(files["xlsx"]), pptx_charts(files["pptx"]),
        {name: json.loads(text) for name, text in html_page(files["html"]).data.items()},
    )  # fmt: skip


def differences(deck: Deck, found: Read) -> Iterator[str]:
    """Every number of the deck that a format says otherwise, or not at all."""
    figures = [f for slide in deck.slides for f in slide.figures]
    rows = [row for row in found.sheets["Figures"][5:] if row[1]]
    for figure, row in zip(figures, rows, strict=True):
        said = squeezed(figure.label + figure.written(deck.currency))
        yield from (f"{name}: {said}" for name, text in found.texts.items() if said not in text)
        if not _same(row[3], figure.value) or row[1] != figure.metric:
            yield f"xlsx: {row} is not {figure}"
    for place, slide in enumerate(deck.slides, start=1):
        for i, chart in enumerate(slide.charts):
            yield from _chart_differences(chart, found, found.drawn.get(f"chart-{place}-{i}"))
        if slide.table is not None:
            cells = [squeezed(cell.text) for row in slide.table.rows for cell in row]
            yield from (f"{n}: {c} of {slide.key}" for n, text in found.texts.items() for c in cells if c not in text)


def _chart_differences(chart: Chart, found: Read, drawn: dict[str, Any] | None) -> Iterator[str]:
    sheet = next((rows for name, rows in found.sheets.items() if name[3:] == chart.key.replace("-", " ")), None)
    native = found.native.get(f"Chart {chart.key}")
    if sheet is None or drawn is None or native is None:
        yield f"{chart.key} is not in each of the formats"
        return
    book = {str(row[0]): row[1:] for row in chart_book(native)[1:]}
    names = {str(row[0]): row[1:] for row in sheet}
    table = chart.table()
    if len(book) != len(chart.categories) or not set(chart.categories) <= set(names):
        yield f"{chart.key} has other categories"
        return
    for i, category in enumerate(chart.categories):
        if not all(_same(names[category][n], s.values[i]) for n, s in enumerate(chart.series)):
            yield f"xlsx {chart.key} {category}: {names[category]}"
        yield from (f"html {chart.key}: {cell}" for cell in table[i] if squeezed(cell) not in found.texts["html"])
        if chart.kind is Kind.BRIDGE:
            continue  # PowerPoint stacks it: its labels are the movements
        row = list(book.values())[i]
        for series in chart.series:
            if series.values[i] is not None and not any(_same(cell, series.values[i]) for cell in row):
                yield f"pptx {chart.key} {category}: {row} has no {series.values[i]}"
    actual = next(s for s in chart.series if s.role in (Role.ACTUAL, Role.FORECAST))
    plotted = [v for trace in drawn["data"] for axis in ("x", "y") for v in trace.get(axis, ()) if _is_number(v)]
    for value in actual.values:
        if value is not None and chart.kind is not Kind.BRIDGE and not any(_same(v, value) for v in plotted):
            yield f"html {chart.key} draws no {value}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(cell: Any, value: Decimal | None) -> bool:
    if value is None:
        return cell in ("n/a", None)
    return _is_number(cell) and float(cell) == pytest.approx(float(value), rel=1e-9, abs=1e-9)


def token(user: User) -> Client:
    """A client with the person's token."""
    cache.clear()
    _, secret = keys.make_token(user=user, name="pack", wanted=tuple(scopes.offered(user)), days=30)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def otherwise_by_api(deck: Deck, api: Client) -> list[str]:
    """The figures of the whole company for which the API, asked as of the deck's run, answers another number."""
    grain, start = PERIODS[deck.period]
    told = []
    for figure in own_figures(deck):
        cache.clear()
        answer = api.get(f"/api/v1/metrics/{figure.metric}?grain={grain}&as_of={deck.run}")
        assert answer.status_code == 200, answer.content
        rows = [row for row in answer.json()["rows"] if row["period"] == start]
        value = rows[0]["value"] if rows else None
        if (None if value is None else Decimal(str(value))) != figure.value:
            told.append(f"{figure.metric}: {figure.value}, by API {value}")
    return told


def own_figures(deck: Deck) -> list[Figure]:
    """Figures of the whole company in the deck's own period: not of a function, of another quarter or of newer ones."""
    found = [f for slide in deck.slides for f in slide.figures]
    plain = [f for f in found if not re.search(r"sourced|^Forecast|^Weighted|^Sourced", f.label)]
    return [f for f in plain if not f.status.startswith("of those new")]


@time_machine.travel("2026-03-15 12:00Z", tick=True)
def test_the_pack_of_a_frozen_meeting_is_the_meetings_page_and_its_runs_numbers(people: dict[str, User]) -> None:
    bring_company()
    made = prepare(actor=people["ceo"], kind="board", held_on=date(2026, 3, 16), period="2026-01")
    kept = signed_by(made, people["sales_leader"], people["marketing_leader"])
    deck = frozen_deck(kept)
    bring("late.csv", lines([("L9", "A2", "2026-01-20", "55.00", "10.00", "60.00", "R2")]))
    set_quality_policy(
        draft=QualityPolicy(since=date(2026, 1, 1), tests=("margin",)), floor=Decimal("0.9"), why="board", by="test"
    )
    compute()
    newest = MetricRun.newest()
    assert newest is not None
    assert newest.pk > deck.run

    pack = jobs.ask(actor=people["ceo"], kind="board", period="2026-01", formats=FORMATS, meeting=kept)
    jobs.make_next()
    files = {f.format: store.fetch(f.sha256) for f in Pack.objects.get(pk=pack.pk).files.all()}
    found = read(files)
    assert list(differences(deck, found)) == []
    assert otherwise_by_api(deck, token(people["ceo"])) == []
    assert any(f.value is None for f in own_figures(deck)), "what has no number is among them"
    net = next(f for f in deck.slides[0].figures if f.metric == "net_revenue")
    assert (net.value, net.written("USD")) == (Decimal(200), "$200")
    assert next(f for f in build_deck(kind=DeckKind.BOARD, period="2026-01").slides[0].figures).value == Decimal(255)

    client = signed_in(people["ceo"])
    page = client.get(f"/meetings/{kept.pk}/present/").content.decode()
    words = squeezed(re.sub(r"<[^>]+>", " ", page))
    for slide in deck.slides:
        assert squeezed(slide.title) in words
        for figure in slide.figures:
            assert squeezed(figure.label + figure.written("USD")) in words, figure
        for chart in slide.charts:
            assert all(squeezed(cell) in words for row in chart.table() for cell in row), chart.key
    for text in found.texts.values():
        assert text.count(squeezed(deck.stamp)) >= len(deck.slides)
    assert "$255" not in "".join(found.texts.values())


def test_the_pack_of_a_period_is_its_pages_and_the_apis(people: dict[str, User], run: MetricRun) -> None:
    deck = build_deck(kind=DeckKind.BOARD, period="2026Q3")
    found = read({name: render(deck, name) for name in FORMATS})
    assert list(differences(deck, found)) == []
    assert otherwise_by_api(deck, token(people["ceo"])) == []
    client = signed_in(people["ceo"])
    shown = 0
    for figure in own_figures(deck):
        if figure.value is None:
            continue
        page = client.get(f"/metric/{figure.metric}/?period=2026Q3")
        words = squeezed(re.sub(r"<[^>]+>", " ", page.content.decode()))
        assert squeezed(figure.written("USD")) in words, figure
        shown += 1
    assert shown > 8


def test_one_number_changed_in_one_format_is_noticed(people: dict[str, User], run: MetricRun) -> None:
    """So that the two tests above can fail: the deck of a run against the files of another."""
    deck = build_deck(kind=DeckKind.BOARD, period="2026Q3")
    files = {name: render(deck, name) for name in FORMATS}
    other = build_deck(kind=DeckKind.BOARD, period="2026Q2")
    for name in FORMATS:
        assert list(differences(deck, read({**files, name: render(other, name)}))), name
