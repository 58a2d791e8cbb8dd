"""Fills the layouts: words into placeholders, figures, charts and tables where the content placeholder stands."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from core import show
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Deck, Figure, Slide
from scoreboard.packs import look
from scoreboard.packs.layout import HEADING, HEADING_ONE, WIDER, WIDER_BOLD, Box, caption_high, layout
from scoreboard.packs.measure import fit, lines, number_size
from scoreboard.packs.pptx import house
from scoreboard.packs.pptx.charts import add_chart
from scoreboard.packs.pptx.native import rgb
from scoreboard.packs.pptx.notes import notes
from scoreboard.packs.pptx.tables import add_table
from scoreboard.packs.spoken import BETWEEN, Spoken
from scoreboard.packs.words import PRESENTERS, caption, heading


def add_cover(made: Any, template: Any, deck: Deck) -> None:
    """Title, company, period, who signed, and the stamp."""
    slide = made.slides.add_slide(template)
    signed = [
        f"Signed by {s.name}, {s.role}, {show.day(s.at)}" + (f": {s.differs}" if s.differs else "")
        for s in deck.signatures
    ]
    period = " · ".join(filter(None, (deck.period_name, deck.home)))
    texts = {0: deck.title, house.COMPANY: deck.company, house.PERIOD: period, house.STAMP: deck.stamp}
    _fill(slide, {**texts, house.SIGNED: "\n".join(signed)})
    slide.notes_slide.notes_text_frame.text = f"{deck.title}. {deck.stamp}."


def add_slide(made: Any, template: Any, deck: Deck, slide: Slide) -> None:
    """One finding."""
    native = made.slides.add_slide(template)
    ours = _is_ours(native)
    at = layout(slide, unsure=True, fixed=not ours)
    area = _area(native)
    texts = {
        0: slide.title, house.SECTION: slide.section, house.PRESENTER: PRESENTERS[slide.presenter],
        house.LEDE: slide.lede, house.STAMP: deck.stamp, house.PARTS: "", house.CONTENT: "",
    }  # fmt: skip
    _parts(native, at.said, ours=ours)
    _size_title(native, at.title_size)
    _title_box(native, at.lede_top, at.title_wide)
    _lede_up(native, at.lede_top)
    _fill(native, texts, keep={house.PARTS} if at.said else set())
    _number(native, template)
    for figure, box in zip(slide.figures, at.figures, strict=True):
        _figure(native.shapes, deck, figure, _moved(box, area))
    for chart, box in zip(slide.charts, at.charts, strict=True):
        _chart(native.shapes, chart, _moved(box, area), slide)
    if slide.table is not None and at.table is not None:
        box = _moved(at.table, area)
        high = caption_high(slide.table.caption, box.w, unsure=True)
        add_table(native.shapes, slide.table, Box(box.x, box.y, box.w, box.h - high))
        under = Box(box.x, box.y + box.h - high + 4, box.w, high - 4)
        _words(native.shapes, [(slide.table.caption, look.SMALL, look.SOFT, False)], under, "Caption")
    native.notes_slide.notes_text_frame.text = notes(deck, slide)


def _area(native: Any) -> Box:
    """Where the layout's content placeholder stands, against where it stands in the house template."""
    return _points(_holder(native, house.CONTENT))


def _holder(native: Any, idx: int) -> Any:
    return next((p for p in native.placeholders if p.placeholder_format.idx == idx), None)


def _points(held: Any) -> Box:
    return Box(held.left / 12700, held.top / 12700, held.width / 12700, held.height / 12700)


def _is_ours(native: Any) -> bool:
    """Whether content and parts stand where the house template has them, so that the room between them is ours."""
    content, parts = _holder(native, house.CONTENT), _holder(native, house.PARTS)
    if content is None or parts is None:
        return False
    tops = (_points(content).top_left, _points(parts).top_left)
    wanted = ((look.MARGIN, house.CONTENT_TOP), (look.MARGIN, look.PARTS_TOP))
    return all(abs(a - b) < 1 for found, at in zip(tops, wanted, strict=True) for a, b in zip(found, at, strict=True))


def _moved(box: Box, area: Box) -> Box:
    """A box of the house page, on the template's: the same where that is the house's own."""
    wide, tall = area.w / look.INNER, area.h / (look.BODY_BOTTOM - house.CONTENT_TOP)
    left, top = area.x + (box.x - look.MARGIN) * wide, area.y + (box.y - house.CONTENT_TOP) * tall
    return Box(left, top, box.w * wide, box.h * tall, box.size)


def _fill(native: Any, texts: dict[int, str], keep: set[int] | None = None) -> None:
    """Writes the placeholders' words and takes away those that stay empty."""
    for held in list(native.placeholders):
        idx = held.placeholder_format.idx
        text = texts.get(idx, "")
        if text:
            held.text_frame.text = text
        elif idx not in (keep or set()):
            held._element.getparent().remove(held._element)


def _size_title(native: Any, size: float) -> None:
    title = native.shapes.title
    if title is not None and size < look.TITLE_SIZES[0]:
        held = title.text_frame._txBody.find(qn("a:bodyPr"))
        for child in list(held):
            held.remove(child)
        percent = int(size / look.TITLE_SIZES[0] * 100_000)
        etree.SubElement(held, qn("a:normAutofit"), fontScale=str(percent), lnSpcReduction="10000")


def _title_box(native: Any, lede_top: float, wide: float) -> None:
    """The title ends where the lede begins, so that a program that fits text anew makes a wide font smaller.

    It is as wide as makes its lines alike.
    """
    title = native.shapes.title
    if title is None or abs(title.top / 12700 - (look.TITLE_TOP - 4)) > 1:
        return
    left, top = title.left, title.top
    title.left, title.top, title.width = left, top, Pt(min(wide, look.INNER))
    title.height = Pt(lede_top - look.TITLE_TOP + 4)


def _lede_up(native: Any, top: float) -> None:
    """Under a title of one line the lede stands higher, where the template leaves it to us."""
    held = next((p for p in native.placeholders if p.placeholder_format.idx == house.LEDE), None)
    if held is None or abs(held.top / 12700 - 112) > 1:
        return
    left, wide, tall = held.left, held.width, held.height
    held.left, held.top, held.width, held.height = left, Pt(top), wide, tall


def _number(native: Any, template: Any) -> None:
    """The page's number, which python-pptx does not take over from the layout."""
    own = next((p for p in template.placeholders if p.placeholder_format.idx == house.PAGE), None)
    if own is not None:
        copy = etree.fromstring(etree.tostring(own._element))
        copy.find(f".//{qn('p:cNvPr')}").set("id", str(max(s.shape_id for s in native.shapes) + 1))
        native.shapes._spTree.append(copy)


def _parts(native: Any, said: Spoken | None, *, ours: bool) -> None:
    """What the presenters say and what was remarked, each a paragraph, ending where the page's body ends."""
    held = _holder(native, house.PARTS)
    if held is None or said is None:
        return
    if ours:
        left, wide = held.left, held.width
        held.left, held.top, held.width, held.height = left, Pt(said.top - 2), wide, Pt(said.high + 6)
    frame, first = held.text_frame, True
    for entry in (each for row in said.rows for each in row):
        paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
        first = False
        paragraph.space_after = Pt(BETWEEN / 2)
        if entry.who:
            run = paragraph.add_run()
            run.text, run.font.bold, run.font.size = f"{entry.who}  ", True, Pt(said.size)
            run.font.color.rgb = rgb(look.INK)
        run = paragraph.add_run()
        run.text, run.font.size = entry.text, Pt(said.size)
        if not entry.who:
            run.font.color.rgb = rgb(look.GOLD_INK)


def _figure(shapes: Any, deck: Deck, figure: Figure, box: Box) -> None:
    number, _, unit = figure.written(deck.currency).partition("\u202f")
    ink = look.INK if figure.value is not None else look.FAINT
    size = number_size(figure.written(deck.currency), box.size, box.w / WIDER_BOLD)
    label = fit(figure.label, look.NAME_SIZES, box.w / WIDER, 1)[0]
    _words(shapes, [(figure.label, label, look.SOFT, False)], Box(box.x, box.y, box.w, 14), f"Label {figure.metric}")
    shape = _words(
        shapes,
        [(number, size, ink, True)],
        Box(box.x, box.y + 14, box.w, box.size * 1.15),
        f"Figure {figure.metric}",
    )
    if unit:
        run = shape.text_frame.paragraphs[0].add_run()
        run.text, run.font.size = f"\u202f{unit}", Pt(20 if box.size > 30 else 14)
        run.font.color.rgb = rgb(look.SOFT)
    change = f"{figure.change} on {figure.against}" if figure.change else ""
    reason = figure.reason if figure.reason != "to date" else ""
    if change or reason:
        tone = look.TONES.get(figure.tone, look.SOFT)
        under = Box(box.x, box.y + 15 + box.size * 1.18, box.w, 13)
        _words(shapes, [(" · ".join(filter(None, (change, reason))), 8.5, tone, False)], under, "Change")


def _chart(shapes: Any, chart: Chart, box: Box, slide: Slide) -> None:
    title, narrow = heading(chart, slide), len(slide.charts) > 1 or slide.table is not None
    head = HEADING if narrow and title else HEADING_ONE if title else 0.0
    if head:
        _words(shapes, [(title, 10.5, look.INK, True)], Box(box.x, box.y, box.w, head), "Finding")
    said = len(lines(caption(chart), look.SMALL, box.w / WIDER)) * look.SMALL * 1.35
    add_chart(shapes, chart, Box(box.x, box.y + head, box.w, box.h - head - said - 2))
    under = Box(box.x, box.y + box.h - said, box.w, said)
    _words(shapes, [(caption(chart), look.SMALL, look.SOFT, False)], under, "Caption")


def _words(shapes: Any, said: list[tuple[str, float, str, bool]], box: Box, name: str) -> Any:
    """A text box without margins: (text, size, colour, bold) runs in one paragraph."""
    shape = shapes.add_textbox(Pt(box.x), Pt(box.y), Pt(box.w), Pt(box.h))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for text, size, colour, bold in said:
        run = frame.paragraphs[0].add_run()
        run.text, run.font.size, run.font.bold = text, Pt(size), bold
        run.font.color.rgb = rgb(colour)
    return shape
