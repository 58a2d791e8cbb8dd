"""Where everything stands on a slide, in points of a 960 × 540 page: the same in the PDF and in PowerPoint."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.deck.shape import Slide
from scoreboard.packs import look
from scoreboard.packs.measure import balanced, fit, lines
from scoreboard.packs.spoken import Spoken, spoken

TIGHT = 1.015  # titles are set a little tighter than they are measured
LEADING = 1.16  # of a title's lines
# DejaVu Sans against Inter: what LibreOffice takes where there is neither Arial nor Liberation Sans.
WIDER, WIDER_BOLD = 1.08, 1.18
# A balanced title is set this much wider than it was measured: a word too many in a line would make one line more.
SLACK, SLACK_UNSURE = 1.04, 1.32
GAP = 18.0
FIGURE_HIGH, HERO_WIDE = 66.0, 236.0
MOST_FIGURES = 6
CHART_GAP = 36.0
TABLE_SHARE = 0.64  # of the width, beside a chart
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

    @property
    def top_left(self) -> tuple[float, float]:
        """Where it begins."""
        return self.x, self.y


@dataclass(frozen=True)
class Layout:
    """The places of one slide."""

    title_size: float
    title_wide: float
    lede_top: float
    lede_lines: int
    figures: tuple[Box, ...]
    charts: tuple[Box, ...]
    table: Box | None
    said: Spoken | None


def layout(slide: Slide, *, unsure: bool = False, fixed: bool = False) -> Layout:
    """Title and lede from the top, figures under them, then what is drawn down to the presenters' parts.

    `unsure`: the reader's machine chooses the font, so that lines break where a wider one than ours would break them.
    `fixed`: the parts stand where the template has them, and the body ends above.
    """
    size, count, wide = _title(slide.title, unsure=unsure)
    lede_top = look.TITLE_TOP + count * size * LEADING + look.LEDE_GAP
    room = look.INNER / WIDER if unsure else look.INNER
    lede_lines = len(lines(slide.lede, look.LEDE_SIZE, room)) if slide.lede else 0
    top = lede_top + lede_lines * look.LEDE_SIZE * 1.35 + GAP
    figures = _figures(slide, top)
    if figures:
        top += FIGURE_HIGH + (14 if slide.key == "headline" else 6) + GAP * 0.6
    said = spoken(slide, columns=1 if unsure else 2, wider=WIDER if unsure else 1.0)
    bottom = look.PARTS_BOTTOM if said is None else look.BODY_BOTTOM if fixed else said.top - GAP * 0.6
    body = Box(look.MARGIN, top, look.INNER, bottom - top)
    return Layout(size, wide, lede_top, lede_lines, figures, *_drawn(slide, body), said)


def _title(text: str, *, unsure: bool) -> tuple[float, int, float]:
    """Its size, its lines, and how wide it is set so that these are about alike.

    With an unsure font it has a size at which a wide one takes no more lines.
    """
    room = look.INNER * TIGHT
    size, count = fit(text, look.TITLE_SIZES, room, look.TITLE_LINES, bold=True)
    if unsure:
        smaller = tuple(each for each in look.TITLE_SIZES if each <= size)
        size, count = fit(text, smaller, room / WIDER_BOLD, count, bold=True)
    found = balanced(text, size, room / (WIDER_BOLD if unsure else 1.0), bold=True)
    return size, count, min(look.INNER, found * (SLACK_UNSURE if unsure else SLACK))


def caption_high(text: str, room: float, *, unsure: bool = False) -> float:
    """The room of a caption under a table, with the air above it."""
    return len(lines(text, look.SMALL, room / (WIDER if unsure else 1.0))) * look.SMALL * 1.3 + 6.0


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


def _drawn(slide: Slide, body: Box) -> tuple[tuple[Box, ...], Box | None]:
    """The places of the charts and of the table: one takes the whole body, two stand side by side."""
    count = len(slide.charts)
    if slide.table is not None and count:
        left = (body.w - CHART_GAP) * TABLE_SHARE
        right = Box(body.x + left + CHART_GAP, body.y, body.w - left - CHART_GAP, body.h)
        return (right,) * count, Box(body.x, body.y, left, body.h)
    if slide.table is not None:
        return (), body
    if count < 2:
        return (body,) * count, None
    wide = (body.w - CHART_GAP) / 2
    return tuple(Box(body.x + i * (wide + CHART_GAP), body.y, wide, body.h) for i in range(2)), None
