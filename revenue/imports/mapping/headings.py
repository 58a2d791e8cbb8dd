"""Finding a heading in a table: as a person wrote it, or as any of a vendor's spellings of it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from revenue.imports.mapping.language import position


@lru_cache(maxsize=20_000)
def fold(heading: str) -> str:
    """A heading without case, blanks and punctuation: `Close Date`, `CloseDate`, `CLOSEDATE` and `close_date` are one.

    The percent sign stays, because `Discount` and `Discount (%)` are not the same number.
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(c for c in plain if c.isalnum() or c == "%")


class Headings:
    """A table's headings, and where in them a wanted heading is (0-based positions, never names: names repeat)."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.texts = tuple(headings)

    @cached_property
    def _folded(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, text in enumerate(self.texts):
            if key := fold(text):
                places.setdefault(key, []).append(at)
        return places

    @cached_property
    def folds(self) -> frozenset[str]:
        """All headings, folded."""
        return frozenset(self._folded)

    def any_spelling(self, wanted: str) -> int | None:
        """Where a vendor's heading is, in whatever spelling; of several the one spelled the same, else the first."""
        places = self._folded.get(fold(wanted), [])
        return next((at for at in places if self.texts[at].strip() == wanted), places[0] if places else None)

    def as_written(self, wanted: str) -> int | None:
        """Where the heading a person wrote is: the same but for case and blanks, or `#3`, the third column."""
        return position(wanted, self.texts)

    def reference(self, at: int) -> str:
        """How a formula names this column: its heading, or `#3` where that is blank or not its own."""
        heading = self.texts[at].strip()
        return heading if heading and self.as_written(heading) == at else f"#{at + 1}"

    def nearest(self, wanted: str, count: int = 3) -> list[str]:
        """The headings most like the wanted one, best first; for messages and suggestions."""
        return nearest(wanted, [t.strip() for t in self.texts if t.strip()], count)

    def repeated(self) -> list[tuple[str, list[int]]]:
        """Headings that several columns share, with their positions."""
        return [(self.texts[p[0]].strip(), p) for p in self._folded.values() if len(p) > 1]


def nearest(wanted: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like the wanted one, best first."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(fold(name), name)
    return [by_fold[key] for key in difflib.get_close_matches(fold(wanted), by_fold, count, 0.6)]
