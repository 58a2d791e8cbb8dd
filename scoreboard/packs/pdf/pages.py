"""A deck as the page model that deck.typ draws: every position and size is decided here, in points."""

from __future__ import annotations

from typing import Any

from core import show
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Cell, Deck, Figure, Slide, Table
from scoreboard.packs import look
from scoreboard.packs.draw import draw
from scoreboard.packs.drawing import plain
from scoreboard.packs.layout import HEADING, HEADING_ONE, Box, caption_high, layout
from scoreboard.packs.measure import balanced, fit, lines, number_size, short
from scoreboard.packs.tables import column_widths, row_heights, row_size
from scoreboard.packs.words import PRESENTERS, caption, heading

Model = dict[str, Any]


def model(deck: Deck) -> Model:
    """The cover and one page per slide."""
    return {
        "title": f"{deck.title} · {deck.company}", "company": deck.company, "stamp": deck.stamp,
        "foot": short(deck.company, look.SMALL, 240),
        "colours": {
            "ink": look.INK, "soft": look.SOFT, "faint": look.FAINT, "line": look.LINE, "gold": look.GOLD,
            "goldink": look.GOLD_INK, "paper": look.PAPER, "band": look.BAND, "card": look.CARD,
        },
        "cover": _cover(deck),
        "slides": [_slide(deck, slide, place) for place, slide in enumerate(deck.slides, start=2)],
    }  # fmt: skip


def _cover(deck: Deck) -> Model:
    size, count = fit(deck.title, (44.0, 38.0, 32.0, 26.0), look.INNER - 120, 2, bold=True)
    return {
        "title": deck.title, "size": size, "wide": balanced(deck.title, size, look.INNER - 120, bold=True),
        "period_at": 172 + count * size * 1.16 + 22,
        "company": deck.company, "period": deck.period_name, "home": deck.home,
        "signed": [
            f"Signed by {s.name}, {s.role}, {show.day(s.at)}" + (f": {s.differs}" if s.differs else "")
            for s in deck.signatures
        ],
    }  # fmt: skip


def _slide(deck: Deck, slide: Slide, page: int) -> Model:
    at = layout(slide)
    return {
        "page": str(page), "section": slide.section, "presenter": PRESENTERS[slide.presenter],
        "title": slide.title, "size": at.title_size, "title_wide": at.title_wide,
        "lede": slide.lede, "lede_at": at.lede_top,
        "figures": [_figure(deck, f, box) for f, box in zip(slide.figures, at.figures, strict=True)],
        "charts": [_chart(c, box, slide) for c, box in zip(slide.charts, at.charts, strict=True)],
        "table": None if slide.table is None or at.table is None else _table(slide.table, at.table),
        "said": None if at.said is None else at.said.__dict__ | {
            "rows": [[each.__dict__ for each in row] for row in at.said.rows]
        },
        "foot_at": look.FOOT_TOP,
    }  # fmt: skip


def _figure(deck: Deck, figure: Figure, box: Box) -> Model:
    number, _, unit = figure.written(deck.currency).partition("\u202f")
    change = " ".join(filter(None, (figure.change, f"on {figure.against}" if figure.change else "")))
    return {
        **box.__dict__, "label": figure.label, "label_size": fit(figure.label, look.NAME_SIZES, box.w, 1)[0],
        "number": number, "unit": unit, "known": figure.value is not None,
        "change": change, "reason": figure.reason if figure.reason != "to date" else "",
        "tone": look.TONES.get(figure.tone, look.SOFT),
        "size": number_size(figure.written(deck.currency), box.size, box.w),
    }  # fmt: skip


def _chart(chart: Chart, box: Box, slide: Slide) -> Model:
    title = heading(chart, slide)
    narrow = len(slide.charts) > 1 or slide.table is not None
    head = HEADING if narrow and title else HEADING_ONE if title else 0.0
    said = lines(caption(chart), look.SMALL, box.w)
    tall = box.h - head - 4 - len(said) * look.SMALL * 1.3
    return {
        "x": box.x, "y": box.y, "w": box.w, "h": box.h, "head": head, "title": title,
        "caption": caption(chart), "alt": chart.alternative, "tall": tall, "marks": plain(draw(chart, box.w, tall)),
    }  # fmt: skip


def _table(table: Table, box: Box) -> Model:
    widths = column_widths(table, box.w)
    size, pad = row_size(table, widths, box.h - caption_high(table.caption, box.w))
    heights = row_heights(table, widths, size, pad)
    return {
        "x": box.x, "y": box.y, "w": box.w, "h": box.h, "widths": widths, "heights": heights, "size": size,
        "caption": table.caption, "head": list(table.head), "words": table.words,
        "rows": [[_cell(cell, table, place) for place, cell in enumerate(row)] for row in table.rows],
    }  # fmt: skip


def _cell(cell: Cell, table: Table, place: int) -> Model:
    fill = ink = ""
    if cell.heat == "few":
        ink = look.FAINT
    elif cell.heat.isdigit():
        fill, ink = look.HEAT[int(cell.heat)], look.heat_ink(int(cell.heat))
    ink = ink or look.TONES.get(cell.tone, "")
    return {"text": cell.text, "fill": fill, "ink": ink, "badge": cell.badge, "right": not table.words and place > 0}
