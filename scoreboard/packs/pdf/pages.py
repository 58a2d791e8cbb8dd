"""A deck as the page model that deck.typ draws: every position and size is decided here, in points."""

from __future__ import annotations

from typing import Any

from core import show
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Cell, Deck, Figure, Slide, Table
from scoreboard.packs import look
from scoreboard.packs.draw import draw
from scoreboard.packs.drawing import plain
from scoreboard.packs.layout import HEADING, HEADING_ONE, Box, layout
from scoreboard.packs.measure import fit, lines
from scoreboard.packs.tables import column_widths, row_size
from scoreboard.packs.words import PRESENTERS, caption

Model = dict[str, Any]


def model(deck: Deck) -> Model:
    """The cover and one page per slide."""
    return {
        "title": f"{deck.title} · {deck.company}", "company": deck.company, "stamp": deck.stamp,
        "colours": {
            "ink": look.INK, "soft": look.SOFT, "faint": look.FAINT, "line": look.LINE, "gold": look.GOLD,
            "goldink": look.GOLD_INK, "paper": look.PAPER, "band": look.BAND, "card": look.CARD,
        },
        "cover": _cover(deck),
        "slides": [_slide(deck, slide, place) for place, slide in enumerate(deck.slides, start=2)],
    }  # fmt: skip


def _cover(deck: Deck) -> Model:
    size, _ = fit(deck.title, (44.0, 38.0, 32.0, 26.0), look.INNER - 120, 2, bold=True)
    return {
        "title": deck.title, "size": size, "company": deck.company, "period": deck.period_name, "home": deck.home,
        "signed": [
            f"Signed by {s.name}, {s.role}, {show.day(s.at)}" + (f": {s.differs}" if s.differs else "")
            for s in deck.signatures
        ],
    }  # fmt: skip


def _slide(deck: Deck, slide: Slide, page: int) -> Model:
    at = layout(slide)
    parts = [p for p in (("Sales", slide.sales_part), ("Marketing", slide.marketing_part)) if p[1]]
    return {
        "page": str(page), "section": slide.section, "presenter": PRESENTERS[slide.presenter],
        "title": slide.title, "size": at.title_size, "lede": slide.lede, "lede_at": at.lede_top,
        "figures": [_figure(deck, f, box) for f, box in zip(slide.figures, at.figures, strict=True)],
        "charts": [_chart(c, box, slide) for c, box in zip(slide.charts, at.charts, strict=True)],
        "table": None if slide.table is None or at.table is None else _table(slide.table, at.table),
        "parts": [{"who": who, "text": text} for who, text in parts],
        "remarks": [
            " · ".join(filter(None, (a.text, a.action, a.owner, show.day(a.due) if a.due else "", a.author)))
            for a in slide.annotations
        ],
        "parts_at": look.PARTS_TOP, "foot_at": look.FOOT_TOP,
    }  # fmt: skip


def _figure(deck: Deck, figure: Figure, box: Box) -> Model:
    number, _, unit = figure.written(deck.currency).partition("\u202f")
    change = " ".join(filter(None, (figure.change, f"on {figure.against}" if figure.change else "")))
    return {
        **box.__dict__, "label": figure.label, "label_size": fit(figure.label, look.NAME_SIZES, box.w, 1)[0],
        "number": number, "unit": unit, "known": figure.value is not None,
        "change": change, "reason": figure.reason if figure.reason != "to date" else "",
        "tone": look.TONES.get(figure.tone, look.SOFT), "size": box.size,
    }  # fmt: skip


def _chart(chart: Chart, box: Box, slide: Slide) -> Model:
    named = chart.title != slide.title
    head = HEADING if len(slide.charts) > 1 else HEADING_ONE if named else 0.0
    said = lines(caption(chart), look.SMALL, box.w)
    tall = box.h - head - 4 - len(said) * look.SMALL * 1.3
    return {
        "x": box.x, "y": box.y, "w": box.w, "h": box.h, "head": head, "title": chart.title if named else "",
        "caption": caption(chart), "alt": chart.alternative, "tall": tall, "marks": plain(draw(chart, box.w, tall)),
    }  # fmt: skip


def _table(table: Table, box: Box) -> Model:
    widths = column_widths(table, box.w)
    size, pad = row_size(table, widths, box.h - 18)
    return {
        "x": box.x, "y": box.y, "w": box.w, "h": box.h, "widths": widths, "size": size, "pad": pad,
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
