"""What can be drawn of a text, and in which fonts. A pack is made whatever its names are written in.

Our own font has Latin, Greek and Cyrillic. For a text with anything else the machine's fonts and those in
ASSAY_HOME/fonts are looked through as well. A character that none of them has would be refused by PDF/UA, which wants
a glyph for each: it is shown as its plain form (full-width ＝ as =) or else as �, and the cover says which.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from scoreboard.packs.measure import FONTS, covered

MISSING = "\ufffd"
LISTED = 24  # characters that the cover names; the log names all
_PROBE = b'#set document(title: "glyph")\n#set text(font: "Inter", lang: "en")\n#sys.inputs.text'


@dataclass(frozen=True)
class Drawable:
    """A text of which every character has a glyph in `fonts`, and the characters that had to be shown otherwise."""

    text: str
    fonts: typst.Fonts
    missing: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The first of the missing characters: "U+6771 U+4EAC and 3 more"."""
        codes = self.codes()
        more = f" and {len(codes) - LISTED} more" if len(codes) > LISTED else ""
        return " ".join(codes[:LISTED]) + more

    def codes(self) -> list[str]:
        """All missing characters as code points."""
        return [f"U+{ord(c):04X}" for c in self.missing]


def drawable(text: str, own: Path | None = None, *, system: bool = True) -> Drawable:
    """`text` as it can be drawn with our font, those in the folder `own` and, where `system`, the machine's."""
    if covered(text):
        return Drawable(text, fonts_in(None, system=False))
    fonts = fonts_in(own, system=system)
    strange = sorted(c for c in set(text) if not covered(c) and c != MISSING)
    missing = tuple(c for c in strange if not _drawn(c, fonts))
    table = {ord(c): _instead(c, fonts) for c in missing}
    return Drawable(text.translate(table), fonts, missing)


@lru_cache(maxsize=4)
def fonts_in(own: Path | None, *, system: bool) -> typst.Fonts:
    """Searched once for each process: a machine may have hundreds of fonts."""
    return typst.Fonts(include_system_fonts=system, font_paths=[str(FONTS), *([str(own)] if own else [])])


def _instead(char: str, fonts: typst.Fonts) -> str:
    """The plain form of a character where that can be drawn; nothing for what is no sign of its own; else �."""
    if unicodedata.category(char) in ("Cc", "Cf"):
        return " " if char.isspace() else ""
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and _drawn(plain, fonts) else MISSING


def _drawn(text: str, fonts: typst.Fonts) -> bool:
    """Whether typst finds glyphs for it: the answer of the one that will draw it, a millisecond each."""
    try:
        typst.compile(_PROBE, font_paths=fonts, sys_inputs={"text": text}, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True
