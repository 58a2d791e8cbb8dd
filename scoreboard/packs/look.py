"""How packs look: one palette and one page, in points, for every format. Colours are those of static/css/tokens.css."""

from __future__ import annotations

INK, SOFT, FAINT = "#15202b", "#57626e", "#8a919a"
PAPER, CARD, BAND, LINE = "#fbfaf6", "#ffffff", "#f2efe7", "#e4dfd3"
ACTUAL, PRIOR, GOLD, GOLD_INK = "#15202b", "#b9bfc6", "#b3842a", "#7a5812"
GOOD, BAD, WARN = "#0c7357", "#b3391f", "#8d5a06"
TONES = {"good": GOOD, "bad": BAD, "warn": WARN}
HEAT = ("#f4f1ea", "#e9ece9", "#d9e2e0", "#c4d4d2", "#a9c1c0", "#8aaaab", "#6a9193", "#4a767a", "#2f5c61", "#1b4449")

WIDTH, HEIGHT = 960.0, 540.0  # 13⅓ × 7½ inches: the 16:9 page of PowerPoint
MARGIN = 48.0
INNER = WIDTH - 2 * MARGIN
SECTION_TOP, TITLE_TOP, LEDE_GAP = 34.0, 51.0, 6.0
# BODY_BOTTOM and PARTS_TOP are the template's; where it is ours, what is said takes the room it needs, down to the end.
BODY_BOTTOM, PARTS_TOP, PARTS_BOTTOM, FOOT_TOP = 432.0, 440.0, 498.0, 508.0
TITLE_SIZES = (25.0, 22.0, 19.0, 16.5)
TITLE_LINES = 2
NAME_SIZES = (9.5, 8.75, 8.0, 7.0)  # of a figure's name, which has one line
LEDE_SIZE, FIGURE_SIZE, HERO_SIZE, LABEL_SIZE, SMALL = 12.5, 26.0, 44.0, 10.0, 8.0


def heat_ink(heat: int) -> str:
    """The text colour that can be read on `HEAT[heat]`."""
    return CARD if heat >= 6 else INK
