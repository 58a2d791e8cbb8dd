"""How wide text is, in Inter: what decides the size of a title and the room of a label."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
_UNITS = 1000  # measured once at this size, then scaled


@lru_cache(maxsize=2)
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    # The plain layout is the same on every machine; the other needs a library that may not be there.
    name = f"Inter-{'SemiBold' if bold else 'Regular'}.ttf"
    return ImageFont.truetype(str(FONTS / name), _UNITS, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of `text` in points."""
    return _font(bold).getlength("".join(c if c >= " " else " " for c in text)) * size / _UNITS


def lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """`text` broken at its spaces into lines of at most `room` points; a longer word has a line of its own."""
    found: list[str] = []
    for word in text.split(" "):
        if found and width(f"{found[-1]} {word}", size, bold=bold) <= room:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def fit(text: str, sizes: tuple[float, ...], room: float, most: int, *, bold: bool = False) -> tuple[float, int]:
    """The largest of `sizes` at which `text` takes at most `most` lines, and how many it takes; else the smallest."""
    for size in sizes:
        count = len(lines(text, size, room, bold=bold))
        if count <= most:
            return size, count
    return sizes[-1], len(lines(text, sizes[-1], room, bold=bold))


def short(text: str, size: float, room: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
