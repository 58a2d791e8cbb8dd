"""The PowerPoint file: native charts with their workbooks, notes, the template."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from scoreboard.deck.shape import Deck, Slide
from scoreboard.packs import look
from scoreboard.packs.layout import TIGHT, WIDER_BOLD, layout
from scoreboard.packs.measure import lines
from scoreboard.packs.pptx import pptx
from scoreboard.packs.pptx.bridges import stacked
from scoreboard.packs.pptx.house import LEDE, house_template
from tests.scoreboard.packs import decks
from tests.scoreboard.packs.readers import chart_book, outside, pptx_charts, pptx_notes


def test_charts_are_native_and_their_workbook_says_what_they_draw() -> None:
    charts = pptx_charts(pptx(decks.deck()))
    assert {name: chart.chart_type for name, chart in charts.items()} == {
        "Chart revenue": XL_CHART_TYPE.COLUMN_CLUSTERED, "Chart reasons": XL_CHART_TYPE.BAR_CLUSTERED,
        "Chart margin": XL_CHART_TYPE.LINE, "Chart forecast": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "Chart bridge": XL_CHART_TYPE.COLUMN_STACKED,
    }  # fmt: skip
    for chart in charts.values():
        rows, plot = chart_book(chart), chart.plots[0]
        assert rows[0][1:] == [series.name for series in plot.series]
        assert [row[0] for row in rows[1:]] == list(plot.categories)
        for place, series in enumerate(plot.series, start=1):
            assert [row[place] for row in rows[1:]] == list(series.values)


def test_the_running_month_stands_in_the_actual_series_and_is_hatched() -> None:
    plot = pptx_charts(pptx(decks.deck()))["Chart revenue"].plots[0]
    assert [series.name for series in plot.series] == ["Last year", "Plan", "Net revenue"]
    assert list(plot.series[2].values) == [4_100_000, 4_300_000, 2_700_000]
    assert plot.series[2].points[2].format.fill.type == 2  # patterned
    assert plot.series[2].format.fill.fore_color.rgb == plot.series[2].points[2].format.fill.fore_color.rgb


def test_a_gap_is_a_gap() -> None:
    plot = pptx_charts(pptx(decks.deck()))["Chart margin"].plots[0]
    by_name = {series.name: list(series.values) for series in plot.series}
    assert by_name["Gross margin"] == [0.58, None, 0.41]
    assert by_name["Upper process limit"] == [0.64] * 3


def test_a_bridge_stands_on_what_came_before() -> None:
    assert stacked([1000.0, 300.0, -100.0, 1200.0]) == [
        ("Base", [None, 1000.0, 1200.0, None]), ("Opening", [1000.0, None, None, None]),
        ("Increase", [None, 300.0, None, None]), ("Decrease", [None, None, 100.0, None]),
        ("Closing", [None, None, None, 1200.0]), ("Labels", [0.0] * 4),
    ]  # fmt: skip


def test_a_bridge_below_zero_is_stacked_on_both_sides() -> None:
    made = dict(stacked([100.0, -250.0, 50.0, -100.0]))
    assert made["Decrease"][1] == 100.0
    assert made["Decrease, below zero"][1] == -150.0
    assert made["Base"][2] == -100.0
    assert made["Increase, below zero"][2] == -50.0
    assert made["Closing, below zero"][3] == -100.0


def test_notes_say_what_each_leader_says_and_what_numbers_rest_on() -> None:
    first = pptx_notes(pptx(decks.deck()))[1]
    assert "Both say the same number." in first
    assert "Sales: Sales sourced $4 M." in first
    assert "583.00 / 1,000.00, n = 40" in first
    assert "n/a (no customers were acquired)" in first
    assert "quality policy version 3" in first


def test_nothing_reaches_over_the_edge_and_no_empty_placeholder_is_left(board: Deck) -> None:
    for deck in (board, decks.deck()):
        content = pptx(deck)
        assert outside(content) == []
        empty = [
            shape.name
            for slide in Presentation(io.BytesIO(content)).slides
            for shape in slide.placeholders
            if not shape.text_frame.text.strip()
        ]
        assert empty == []


def test_each_chart_has_a_text_alternative() -> None:
    for slide in Presentation(io.BytesIO(pptx(decks.deck()))).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                assert "The table below has all values" in shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_a_companys_own_template_is_used_where_it_says_so(tmp_path: Path) -> None:
    own = Presentation(io.BytesIO(house_template()))
    finding = next(layout for layout in own.slide_layouts if layout.name == "Finding")
    content = next(p for p in finding.placeholders if p.placeholder_format.idx == 15)
    content.left, content.width = content.left + 1_000_000, content.width - 2_000_000
    own.slides.add_slide(finding)  # an example, which must not be in the pack
    own.save(str(tmp_path / "pack.pptx"))
    made = Presentation(io.BytesIO(pptx(decks.deck(), template=tmp_path / "pack.pptx")))
    assert len(made.slides) == 1 + len(decks.deck().slides)
    chart = next(shape for shape in made.slides[1].shapes if shape.has_chart)
    assert chart.left >= content.left
    assert chart.left + chart.width <= content.left + content.width + 10


def test_a_template_that_lacks_something_is_refused_by_name(tmp_path: Path) -> None:
    plain = Presentation()
    plain.save(str(tmp_path / "plain.pptx"))
    with pytest.raises(ValueError, match=r"plain\.pptx lacks a layout named Cover, a layout named Finding"):
        pptx(decks.deck(), template=tmp_path / "plain.pptx")
    (tmp_path / "no.pptx").write_text("no")
    with pytest.raises(ValueError, match=r"no\.pptx is no PowerPoint file"):
        pptx(decks.deck(), template=tmp_path / "no.pptx")


def test_with_a_wider_font_a_title_takes_no_more_lines_and_ends_where_the_next_begins() -> None:
    """At 25 points this title fills one line of our font; one wider by a sixth would run on into what is below it."""
    title = "Gross margin in October 2026 fell 4.1 pt on a year ago to 54.2 %"
    made = layout(Slide("margin", "Quality", title, lede="Evidence.", figures=decks.FIGURES), unsure=True)
    room = look.INNER * TIGHT / WIDER_BOLD
    assert made.lede_top - look.TITLE_TOP < 2 * made.title_size
    assert len(lines(title, made.title_size, room, bold=True)) == 1
    file = pptx(decks.deck(Slide("margin", "Quality", title, lede="Evidence.", figures=decks.FIGURES)))
    slide = Presentation(io.BytesIO(file)).slides[1]
    lede = next(s for s in slide.placeholders if s.placeholder_format.idx == LEDE)
    assert slide.shapes.title.top + slide.shapes.title.height <= lede.top + Pt(1)


def test_labels_of_columns_beside_an_outlined_plan_have_paper_of_their_own() -> None:
    charts = pptx_charts(pptx(decks.deck()))
    found = {
        key: charts[key].plots[0].series[-1]._element.findall(f".//{qn('c:dLbls')}/{qn('c:spPr')}") for key in charts
    }
    assert (len(found["Chart revenue"]), len(found["Chart forecast"])) == (1, 0)
