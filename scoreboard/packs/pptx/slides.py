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
from scoreboard.packs.layout import HEADING, HEADING_ONE, WIDER, Box, layout
from scoreboard.packs.measure import fit, lines
from scoreboard.packs.pptx import house
from scoreboard.packs.pptx.charts import add_chart
from scoreboard.packs.pptx.native import rgb
from scoreboard.packs.pptx.notes import notes
from scoreboard.packs.pptx.tables import add_table
from scoreboard.packs.words import PRESENTERS, caption

CAPTION = 15.0  # the room of a caption's line


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
    at = layout(slide, unsure=True)
    area = _area(native, slide, at.lede_top + at.lede_lines * look.LEDE_SIZE * 1.35)
    texts = {
        0: slide.title, house.SECTION: slide.section, house.PRESENTER: PRESENTERS[slide.presenter],
        house.LEDE: slide.lede, house.STAMP: deck.stamp, house.PARTS: "", house.CONTENT: "",
    }  # fmt: skip
    _parts(native, slide)
    _size_title(native, at.title_size)
    _title_high(native, at.lede_top)
    _lede_up(native, at.lede_top)
    _fill(native, texts, keep={house.PARTS} if slide.sales_part or slide.marketing_part or slide.annotations else set())
    _number(native, template)
    for figure, box in zip(slide.figures, at.figures, strict=True):
        _figure(native.shapes, deck, figure, _moved(box, area))
    for chart, box in zip(slide.charts, at.charts, strict=True):
        _chart(native.shapes, chart, _moved(box, area), slide)
    if slide.table is not None and at.table is not None:
        box = _moved(at.table, area)
        add_table(native.shapes, slide.table, Box(box.x, box.y, box.w, box.h - CAPTION))
        _words(native.shapes, [(slide.table.caption, look.SMALL, look.SOFT, False)], _foot_of(box, slide), "Caption")
    native.notes_slide.notes_text_frame.text = notes(deck, slide)


def _area(native: Any, slide: Slide, top: float) -> Box:
    """Where the layout's content placeholder stands, against where it stands in the house template."""
    held = next(p for p in native.placeholders if p.placeholder_format.idx == house.CONTENT)
    return Box(held.left / 12700, held.top / 12700, held.width / 12700, held.height / 12700)


def _moved(box: Box, area: Box) -> Box:
    """A box of the house page, on the template's: the same where that is the house's own."""
    wide, tall = area.w / look.INNER, area.h / (look.BODY_BOTTOM - 150)
    return Box(
        area.x + (box.x - look.MARGIN) * wide, area.y + (box.y - 150) * tall, box.w * wide, box.h * tall, box.size
    )


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


def _title_high(native: Any, lede_top: float) -> None:
    """The title ends where the lede begins, so that a program that fits text anew makes a wide font smaller."""
    title = native.shapes.title
    if title is None or abs(title.top / 12700 - (look.TITLE_TOP - 4)) > 1:
        return
    left, top, wide = title.left, title.top, title.width
    title.left, title.top, title.width, title.height = left, top, wide, Pt(lede_top - look.TITLE_TOP + 4)


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


def _parts(native: Any, slide: Slide) -> None:
    held = next((p for p in native.placeholders if p.placeholder_format.idx == house.PARTS), None)
    if held is None:
        return
    said = [("Sales", slide.sales_part), ("Marketing", slide.marketing_part)]
    said += [("Remark", " · ".join(filter(None, (a.text, a.action, a.owner)))) for a in slide.annotations]
    frame, first = held.text_frame, True
    for who, text in said:
        if not text:
            continue
        paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
        first = False
        paragraph.space_after = Pt(2)
        run = paragraph.add_run()
        run.text, run.font.bold = f"{who}  ", True
        run.font.color.rgb = rgb(look.INK)
        paragraph.add_run().text = text


def _figure(shapes: Any, deck: Deck, figure: Figure, box: Box) -> None:
    number, _, unit = figure.written(deck.currency).partition("\u202f")
    ink = look.INK if figure.value is not None else look.FAINT
    label = fit(figure.label, look.NAME_SIZES, box.w / WIDER, 1)[0]
    _words(shapes, [(figure.label, label, look.SOFT, False)], Box(box.x, box.y, box.w, 14), f"Label {figure.metric}")
    shape = _words(
        shapes,
        [(number, box.size, ink, True)],
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
    two, named = len(slide.charts) > 1, chart.title != slide.title
    head = HEADING if two else HEADING_ONE if named else 0.0
    if head and named:
        _words(shapes, [(chart.title, 10.5, look.INK, True)], Box(box.x, box.y, box.w, head), "Finding")
    said = len(lines(caption(chart), look.SMALL, box.w / WIDER)) * look.SMALL * 1.35
    add_chart(shapes, chart, Box(box.x, box.y + head, box.w, box.h - head - said - 2))
    under = Box(box.x, box.y + box.h - said, box.w, said)
    _words(shapes, [(caption(chart), look.SMALL, look.SOFT, False)], under, "Caption")


def _foot_of(box: Box, slide: Slide) -> Box:
    return Box(box.x, box.y + box.h - CAPTION + 2, box.w, CAPTION)


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
