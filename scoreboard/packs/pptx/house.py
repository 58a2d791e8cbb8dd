"""The house template: theme, one layout for the cover and one for findings. A company may put its own in its place.

What a template needs: a layout named "Cover" and one named "Finding", with placeholders of these index numbers. They
may stand anywhere and look like anything; charts, figures and tables go where the layout's content placeholder stands.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from scoreboard.packs import look

COVER, FINDING = "Cover", "Finding"
SECTION, LEDE, CONTENT, PARTS, STAMP, PRESENTER, PAGE = 13, 14, 15, 16, 17, 18, 12
CONTENT_TOP = 150.0
PERIOD, COMPANY, SIGNED = 13, 14, 15  # of the cover, which has the stamp too
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_SCHEME = {
    "dk1": look.INK, "lt1": look.CARD, "dk2": look.SOFT, "lt2": look.PAPER, "accent1": look.ACTUAL,
    "accent2": look.PRIOR, "accent3": look.GOLD, "accent4": look.GOOD, "accent5": look.BAD, "accent6": look.WARN,
    "hlink": look.INK,
    "folHlink": look.SOFT,
}  # fmt: skip


@lru_cache(maxsize=1)
def house_template() -> bytes:
    """The template as a file, made from python-pptx's plain one."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(look.WIDTH), Pt(look.HEIGHT)
    deck.core_properties.title, deck.core_properties.author = "Assay board pack", "Assay"
    _theme(deck)
    layouts = deck.slide_layouts
    for layout in list(layouts)[2:]:
        layouts.remove(layout)
    _clear(deck.slide_master)
    _master(deck.slide_master)
    _cover(layouts[0])
    _finding(layouts[1])
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _theme(deck: Any) -> None:
    part = next(r.target_part for r in deck.slide_master.part.rels.values() if r.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    scheme = theme.find(f".//{{{_A}}}clrScheme")
    scheme.set("name", "Assay")
    for name, colour in _SCHEME.items():
        slot = scheme.find(f"{{{_A}}}{name}")
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, f"{{{_A}}}srgbClr", val=colour[1:].upper())
    fonts = theme.find(f".//{{{_A}}}fontScheme")
    fonts.set("name", "Assay")
    for latin in fonts.iter(f"{{{_A}}}latin"):
        latin.set("typeface", "Arial")  # on every machine, and about as wide as Inter
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _clear(owner: Any) -> None:
    tree = owner.shapes._spTree
    for shape in list(tree.iter(qn("p:sp"))):
        tree.remove(shape)


def _master(master: Any) -> None:
    """A master needs a title and a body for its layouts to take their text from."""
    tree = master.shapes._spTree
    box = (look.MARGIN, look.TITLE_TOP, look.INNER, 62.0)
    tree.append(placeholder(2, "Title", "title", None, box, 25, bold=True))
    tree.append(placeholder(3, "Text", "body", 1, (look.MARGIN, 150, look.INNER, 282), 13))
    number = (look.MARGIN + look.INNER - 60, look.FOOT_TOP + 3, 60.0, 16.0)
    tree.append(placeholder(4, "Page", "sldNum", 4, number, 8, align="r", colour="dk2"))
    for level in master.element.iter(qn("a:lvl1pPr")):
        for bullet in list(level):
            if etree.QName(bullet).localname.startswith("bu"):
                level.remove(bullet)
        level.set("marL", "0")
        level.set("indent", "0")


def _cover(layout: Any) -> None:
    layout.name = COVER
    _clear(layout)
    _background(layout)
    tree, light = layout.shapes._spTree, "lt1"
    tree.append(_rule(20, 48, 150, 56, 4, "accent3"))
    tree.append(placeholder(2, "Title", "ctrTitle", None, (48, 166, 780, 110), 44, bold=True, colour=light))
    for place, (name, idx, box, size) in enumerate(
        (
            ("Company", COMPANY, (48, 112, 780, 26), 13), ("Period", PERIOD, (48, 294, 780, 30), 15),
            ("Signed", SIGNED, (48, 336, 780, 120), 10.5), ("Stamp", STAMP, (48, 504, 864, 20), 9),
        ),
        start=3,
    ):  # fmt: skip
        tree.append(placeholder(place, name, "body", idx, box, size, colour=light))


def _finding(layout: Any) -> None:
    layout.name = FINDING
    _clear(layout)
    tree, foot = layout.shapes._spTree, look.FOOT_TOP + 3
    tree.append(_rule(20, look.MARGIN, look.FOOT_TOP, look.INNER, 0.6, "bg2", dark=True))
    box = (look.MARGIN, look.TITLE_TOP - 4, look.INNER, 64.0)
    body = (look.MARGIN, CONTENT_TOP, look.INNER, look.BODY_BOTTOM - CONTENT_TOP)
    tree.append(placeholder(2, "Title", "title", None, box, 25, bold=True))
    rest = (
        ("Section", SECTION, (look.MARGIN, 28, 430, 18), 9.5, "l", "accent3", True),
        ("Presenter", PRESENTER, (look.MARGIN + look.INNER - 430, 28, 430, 18), 9.5, "r", "dk2", False),
        ("Lede", LEDE, (look.MARGIN, 112, look.INNER, 36), look.LEDE_SIZE, "l", "dk2", False),
        ("Content", CONTENT, body, 12, "l", "dk1", False),
        ("Parts", PARTS, (look.MARGIN, look.PARTS_TOP, look.INNER, 58), 9.5, "l", "dk2", False),
        ("Stamp", STAMP, (look.MARGIN, foot, 600, 16), 8, "l", "dk2", False),
    )
    for place, (name, idx, at, size, align, colour, bold) in enumerate(rest, start=3):
        tree.append(placeholder(place, name, "body", idx, at, size, align=align, colour=colour, bold=bold))
    number = (look.MARGIN + look.INNER - 60, foot, 60.0, 16.0)
    tree.append(placeholder(12, "Page", "sldNum", PAGE, number, 8, align="r", colour="dk2"))


def placeholder(
    number: int, name: str, kind: str, idx: int | None, box: tuple[float, float, float, float], size: float, *,
    align: str = "l", colour: str = "dk1", bold: bool = False,
) -> Any:  # fmt: skip
    """A placeholder of a layout: `box` in points, text top-aligned without inner margins."""
    x, y, w, h = (int(Pt(v)) for v in box)
    colours = {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}
    index = f' idx="{idx}"' if idx is not None else ""
    field = (
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en"/><a:t>‹#›</a:t></a:fld>'
    )
    text = field if kind == "sldNum" else f'<a:r><a:rPr lang="en"/><a:t>{name}</a:t></a:r>'
    spacing = '<a:lnSpc><a:spcPct val="95000"/></a:lnSpc>' if kind in ("title", "ctrTitle") else ""
    return etree.fromstring(
        f'<p:sp xmlns:p="{_P}" xmlns:a="{_A}"><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{index}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:normAutofit/></a:bodyPr>'
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}">{spacing}<a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{int(size * 100)}" b="{int(bold)}"><a:solidFill>'
        f'<a:schemeClr val="{colours.get(colour, colour)}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
        f"<a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _rule(number: int, x: float, y: float, w: float, h: float, colour: str, *, dark: bool = False) -> Any:
    """A bar of colour: the gold one of the cover, the thin one over the foot."""
    shade = '<a:lumMod val="88000"/>' if dark else ""
    x, y, w, h = (int(Pt(v)) for v in (x, y, w, h))
    return etree.fromstring(
        f'<p:sp xmlns:p="{_P}" xmlns:a="{_A}"><p:nvSpPr><p:cNvPr id="{number}" name="Rule"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="{colour}">{shade}</a:schemeClr>'
        "</a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _background(layout: Any) -> None:
    body = layout.element.find(qn("p:cSld"))
    fill = etree.fromstring(
        f'<p:bg xmlns:p="{_P}" xmlns:a="{_A}"><p:bgPr><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:effectLst/>'
        "</p:bgPr></p:bg>"
    )
    body.insert(0, fill)
