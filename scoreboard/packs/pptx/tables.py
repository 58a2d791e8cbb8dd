"""Tables as PowerPoint's own, with thin lines and no stripes."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from scoreboard.deck.shape import Cell, Table
from scoreboard.packs import look
from scoreboard.packs.layout import WIDER, Box
from scoreboard.packs.pptx.native import rgb
from scoreboard.packs.tables import LEADING, SIDE, column_widths, row_lines, row_size

PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own style "No Style, No Grid"


def add_table(shapes: Any, table: Table, box: Box) -> None:
    """Draws `table` at `box`, its head in grey over a dark line."""
    widths = column_widths(table, box.w)
    # The machine's font may be wider than the one that was measured: rows have room for its line breaks.
    inside = [wide / WIDER for wide in widths]
    size, pad = row_size(table, inside, box.h)
    frame = shapes.add_table(len(table.rows) + 1, len(table.head), Pt(box.x), Pt(box.y), Pt(box.w), Pt(10))
    frame.name = f"Table {table.key}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
    native = frame.table
    native._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
    native.horz_banding = False
    for column, wide in zip(native.columns, widths, strict=True):
        column.width = Pt(wide)
    rows = [tuple(Cell(text) for text in table.head), *table.rows]
    for place, row in enumerate(rows):
        texts = [cell.text for cell in row]
        native.rows[place].height = Pt(row_lines(texts, inside, size) * size * LEADING + 2 * pad)
        for column, cell in enumerate(row):
            right = not table.words and column > 0
            _write(native.cell(place, column), cell, size, pad, head=place == 0, first=column == 0, right=right)


def _write(native: Any, cell: Cell, size: float, pad: float, *, head: bool, first: bool, right: bool) -> None:
    native.margin_left = native.margin_right = Pt(SIDE)
    native.margin_top = native.margin_bottom = Pt(min(pad, 3))
    native.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = native.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    colour = look.SOFT if head else look.TONES.get(cell.tone, look.INK)
    if cell.heat.isdigit() and not head:
        native.fill.solid()
        native.fill.fore_color.rgb = rgb(look.HEAT[int(cell.heat)])
        colour = look.heat_ink(int(cell.heat))
    elif cell.heat == "few":
        colour = look.FAINT
    if cell.text:
        run = paragraph.add_run()
        run.text = f"●  {cell.text}" if cell.badge else cell.text
        run.font.size, run.font.bold = Pt(size * 0.88 if head else size), head or first or cell.badge
        run.font.color.rgb = rgb(colour)
    # An empty cell is as high as the size at its end, which would be 18 points.
    etree.SubElement(paragraph._p, qn("a:endParaRPr"), sz=str(int(size * 100)))
    _underline(native, look.INK if head else look.LINE, 0.9 if head else 0.5)


def _underline(native: Any, colour: str, wide: float) -> None:
    held = native._tc.get_or_add_tcPr()
    line = etree.Element(qn("a:lnB"), w=str(int(Pt(wide))), cap="flat", cmpd="sng", algn="ctr")
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr"), val=colour[1:].upper())
    held.insert(0, line)
