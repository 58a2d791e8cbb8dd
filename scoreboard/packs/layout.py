"""Where everything stands on a slide, in points of a 960 × 540 page: the same in the PDF and in PowerPoint."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.deck.shape import Slide
from scoreboard.packs import look
from scoreboard.packs.measure import fit, lines

TIGHT = 1.015  # titles are set a little tighter than they are measured
LEADING = 1.16  # of a title's lines
# DejaVu Sans against Inter: what LibreOffice takes where there is neither Arial nor Liberation Sans.
WIDER, WIDER_BOLD = 1.08, 1.18
GAP = 18.0
FIGURE_HIGH, HERO_WIDE = 66.0, 236.0
MOST_FIGURES = 6
HEADING = 32.0  # two lines over each of two charts, one over a single one: HEADING_ONE
HEADING_ONE = 19.0


@dataclass(frozen=True)
class Box:
    """A place on the page; `size` is that of its large text, where it has one."""

    x: float
    y: float
    w: float
    h: float
    size: float = 0.0


@dataclass(frozen=True)
class Layout:
    """The places of one slide."""

    title_size: float
    lede_top: float
    lede_lines: int
    figures: tuple[Box, ...]
    charts: tuple[Box, ...]
    table: Box | None


def layout(slide: Slide, *, unsure: bool = False) -> Layout:
    """Title and lede from the top, figures under them, then what is drawn down to the presenters' parts.

    `unsure`: the reader's machine chooses the font, so that lines break where a wider one than ours would break them.
    """
    size, count = _title(slide.title, unsure=unsure)
    lede_top = look.TITLE_TOP + count * size * LEADING + look.LEDE_GAP
    room = look.INNER / WIDER if unsure else look.INNER
    said = len(lines(slide.lede, look.LEDE_SIZE, room)) if slide.lede else 0
    top = lede_top + said * look.LEDE_SIZE * 1.35 + GAP
    figures = _figures(slide, top)
    if figures:
        top += FIGURE_HIGH + (14 if slide.key == "headline" else 6) + GAP * 0.6
    bottom = look.BODY_BOTTOM if slide.sales_part or slide.marketing_part or slide.annotations else look.PARTS_BOTTOM
    body = Box(look.MARGIN, top, look.INNER, bottom - top)
    return Layout(
        size, lede_top, said, figures, _charts(slide, body), body if slide.table is not None else None,
    )  # fmt: skip


def _title(text: str, *, unsure: bool) -> tuple[float, int]:
    """Its size and how many lines it takes: with an unsure font, a size at which a wide one takes no more of them."""
    room = look.INNER * TIGHT
    size, count = fit(text, look.TITLE_SIZES, room, look.TITLE_LINES, bold=True)
    if not unsure:
        return size, count
    smaller = tuple(each for each in look.TITLE_SIZES if each <= size)
    return fit(text, smaller, room / WIDER_BOLD, count, bold=True)


def _figures(slide: Slide, top: float) -> tuple[Box, ...]:
    """In one row; on the first slide the number itself is larger than the others."""
    count = len(slide.figures)
    if not count:
        return ()
    hero = slide.key == "headline" and count > 1
    first = HERO_WIDE if hero else 0.0
    rest = (look.INNER - first) / max(count - hero, 4)
    high = FIGURE_HIGH + (14 if hero else 0)
    boxes = [Box(look.MARGIN, top, first - 12, high, look.HERO_SIZE)] if hero else []
    for place in range(count - hero):
        boxes.append(Box(look.MARGIN + first + rest * place, top, rest - 12, high, look.FIGURE_SIZE))
    return tuple(boxes)


def _charts(slide: Slide, body: Box) -> tuple[Box, ...]:
    count = len(slide.charts)
    if count < 2:
        return (body,) * count
    gap = 36.0
    wide = (body.w - gap) / 2
    return tuple(Box(body.x + i * (wide + gap), body.y, wide, body.h) for i in range(2))
