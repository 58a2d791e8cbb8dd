"""How wide text is, in Inter and nearly so in other scripts: what decides the size of titles and the room of labels."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
_UNITS = 1000  # measured once at this size, then scaled
_PARTS = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]|[\x00-\u2e7f]+|.", re.S
)


@lru_cache(maxsize=2)
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    # The plain layout is the same on every machine; the other needs a library that may not be there.
    name = f"Inter-{'SemiBold' if bold else 'Regular'}.ttf"
    return ImageFont.truetype(str(FONTS / name), _UNITS, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The characters of our font: Latin, Greek, Cyrillic and the signs that numbers need. See fonts/coverage.txt."""
    ranges = (FONTS / "coverage.txt").read_text("ascii").split()
    pairs = [part.split("-") for part in ranges]
    return frozenset(code for first, last in pairs for code in range(int(first, 16), int(last, 16) + 1))


def covered(text: str) -> bool:
    """Whether our own font has every character; only else the machine's fonts are looked through, which takes time."""
    return set(map(ord, set(text))) <= _known()


@lru_cache(maxsize=8192)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of `text` in points."""
    plain = "".join(c if c >= " " else " " for c in text)
    return sum([_advance(c, bold) for c in plain]) * size


@lru_cache(maxsize=4096)
def _advance(char: str, bold: bool) -> float:
    """In ems. Our font kerns in a table that the plain layout does not read: a line is as wide as its characters."""
    return _font(bold).getlength(char) / _UNITS if covered(char) else _em(char)


def _em(char: str) -> float:
    """How many ems a character of another font takes: one where the script is square, less elsewhere."""
    if covered(char) or unicodedata.combining(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in ("W", "F") else 0.65


def lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """`text` broken at its spaces, and between Chinese, Japanese and Korean signs, into lines of at most `room` points.

    A longer word has a line of its own.
    """
    found: list[str] = []
    for word in text.split(" "):
        if found and width(f"{found[-1]} {word}", size, bold=bold) <= room:
            found[-1] += f" {word}"
        elif width(word, size, bold=bold) <= room or covered(word):
            found.append(word)
        else:
            found += _broken(word, size, room, bold=bold)
    return found


def _broken(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    """A run of Chinese, Japanese or Korean, which may be broken between any two signs."""
    found = [""]
    for part in _PARTS.findall(word):
        if found[-1] and width(found[-1] + part, size, bold=bold) > room:
            found.append("")
        found[-1] += part
    return found


def fit(text: str, sizes: tuple[float, ...], room: float, most: int, *, bold: bool = False) -> tuple[float, int]:
    """The largest of `sizes` at which `text` takes at most `most` lines, and how many it takes; else the smallest."""
    for size in sizes:
        count = len(lines(text, size, room, bold=bold))
        if count <= most:
            return size, count
    return sizes[-1], len(lines(text, sizes[-1], room, bold=bold))


def number_size(text: str, size: float, room: float) -> float:
    """`size`, or as much less as a large number with its unit needs to stay in one line of `room`."""
    return fit(text, (size, size * 0.85, size * 0.7, size * 0.55), room, 1, bold=True)[0]


def balanced(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """The least width, to four points, at which `text` takes no more lines than at `room`: no word is left alone."""
    count = len(lines(text, size, room, bold=bold))
    least, most = room / max(count, 1) * 0.9, room
    while count > 1 and most - least > 4:
        middle = (least + most) / 2
        if len(lines(text, size, middle, bold=bold)) <= count:
            most = middle
        else:
            least = middle
    return most


def cut(text: str, size: float, room: float, most: int) -> str:
    """`text`, cut with an ellipsis where it takes more than `most` lines of `room`."""
    found = lines(text, size, room)
    return text if len(found) <= most else " ".join(found[:most]).rstrip(" .,;") + " …"


def short(text: str, size: float, room: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`."""
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
