"""Where things stand on a page: nothing lies on anything else, and what there is fills the room it has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import ImageFont

from scoreboard.deck.shape import Annotation, Cell, Presenter, Slide, Table
from scoreboard.packs import look
from scoreboard.packs.layout import CHART_GAP, layout
from scoreboard.packs.measure import FONTS, balanced, lines, number_size, width
from scoreboard.packs.spoken import TALLEST, spoken
from scoreboard.packs.tables import AIRY, SIDE, SIZES, column_widths, high, row_heights, row_size
from scoreboard.packs.words import heading
from tests.scoreboard.packs import decks

SHORT = Table(
    "by-segment", "Q3 2026", ("Segment", "Net revenue", "Discount"),
    tuple((Cell(name), Cell("$6.64 M", decks.D(6), "money"), Cell("15.2 %", decks.D("0.152"), "rate"))
          for name in ("Enterprise", "Mid-Market", "Small Business")),
)  # fmt: skip
LONG = " ".join(["We sourced more than the plan asked for, and we say below why it was not enough."] * 25)
SIDE_BY_SIDE = Slide(
    "both", "Quality", "Who discounts", "A line of evidence.", decks.FIGURES[:3], decks.BARS, table=SHORT,
    presenter=Presenter.BOTH, sales_part="Sales says this.", marketing_part="Marketing says that.",
)  # fmt: skip


@pytest.mark.parametrize("unsure", [False, True])
def test_a_table_and_a_chart_stand_side_by_side_above_what_is_said(unsure: bool) -> None:
    made = layout(SIDE_BY_SIDE, unsure=unsure)
    (chart,) = made.charts
    assert made.table is not None
    assert made.said is not None
    assert made.table.x + made.table.w + CHART_GAP <= chart.x + 0.01
    assert chart.x + chart.w <= look.MARGIN + look.INNER + 0.01
    for box in (made.table, chart):
        assert box.y + box.h < made.said.top
    assert made.said.top + made.said.high <= look.PARTS_BOTTOM < look.FOOT_TOP


def test_what_is_said_takes_no_more_room_than_it_needs() -> None:
    quiet = layout(replace(SIDE_BY_SIDE, sales_part="", marketing_part=""))
    short, long = layout(SIDE_BY_SIDE), layout(replace(SIDE_BY_SIDE, sales_part=LONG))
    tall = [made.table.h for made in (quiet, short, long) if made.table is not None]
    assert tall == sorted(tall, reverse=True)
    assert quiet.said is None
    assert short.table is not None
    assert short.table.y + short.table.h > look.BODY_BOTTOM + 30, "one line leaves the rest to the body"


def test_a_speech_is_set_smaller_and_at_last_cut() -> None:
    remarks = tuple(Annotation(f"{LONG} {i}") for i in range(4))
    made = spoken(replace(SIDE_BY_SIDE, sales_part=LONG, marketing_part=LONG, annotations=remarks), columns=2)
    assert made is not None
    assert made.high <= TALLEST
    assert made.rows[0][0].text.endswith(" …")
    one = spoken(SIDE_BY_SIDE, columns=2)
    assert one is not None
    assert one.size > made.size
    assert one.rows[0][0].text == "Sales says this."


def test_a_short_table_is_spread_and_a_long_one_fits() -> None:
    widths = column_widths(SHORT, 500)
    size, pad = row_size(SHORT, widths, 260)
    assert pad > 9.5
    assert 190 < high(SHORT, widths, size, pad) <= 260.01
    assert sum(row_heights(SHORT, widths, size, pad)) == high(SHORT, widths, size, pad)
    assert row_size(SHORT, widths, 2000)[1] == AIRY, "rows do not fall apart"
    many = replace(SHORT, rows=SHORT.rows * 5)
    assert high(many, widths, *row_size(many, widths, 260)) <= 260.01


def test_a_number_is_never_broken_into_two_lines() -> None:
    number = Cell("$231\u202fK · 3\u202f%", decks.D(231), "money")
    rows = ((Cell("Customer (referral or expansion)"), number, number, number),) * 3
    table = Table("three-ways", "", ("Sourced by", "By lead-source field (locked)", "By first touch", "By who"), rows)
    for wide in column_widths(table, 500)[1:]:
        assert lines(number.text, SIZES[0], wide - 2 * SIDE) == [number.text]


def test_a_title_of_two_lines_leaves_no_word_alone() -> None:
    title = "Eight numbers fall short, first of all quality share: 58.3\u202f% against a floor of 70\u202f%"
    wide = balanced(title, 25, look.INNER, bold=True)
    assert len(lines(title, 25, look.INNER, bold=True)) == 2
    first, second = lines(title, 25, wide, bold=True)
    assert len(second) > len(first) * 0.6
    assert balanced("Short", 25, look.INNER, bold=True) == look.INNER


def test_a_large_number_stays_in_one_line() -> None:
    assert number_size("15.2\u202f%", 26, 200) == 26
    small = number_size("103.0 days", 26, 110)
    assert small < 26
    assert lines("103.0 days", small, 110, bold=True) == ["103.0 days"]


def test_a_line_is_as_wide_as_its_font_says() -> None:
    for text in ("Net revenue", "AVAToTeWa Yy.", "−3.1\u202fpt", "Łódź Ωmega Москва", "$14.2\u202fM"):
        for bold in (False, True):
            file = str(FONTS / f"Inter-{'SemiBold' if bold else 'Regular'}.ttf")
            font = ImageFont.truetype(file, 1000, layout_engine=ImageFont.Layout.BASIC)
            assert width(text, 10, bold=bold) == pytest.approx(font.getlength(text) / 100, rel=1e-6), text


def test_of_two_charts_each_says_what_it_draws() -> None:
    slide = Slide("margin", "Quality", decks.LINE.title, chart=decks.LINE, beside=decks.FORECAST)
    assert [heading(chart, slide) for chart in slide.charts] == ["Gross margin", "The finding of forecast"]
    assert heading(decks.FORECAST, replace(slide, title=decks.FORECAST.title)) == "Bookings and forecast"
    assert heading(decks.LINE, replace(slide, beside=None)) == ""
