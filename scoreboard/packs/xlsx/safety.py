"""What a workbook must not hold: text that becomes a formula, and names that Excel refuses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.spreadsheet import safe

MOST = 31  # characters of a sheet's name
_REFUSED = re.compile(r"[^A-Za-z0-9 _-]+")
_RESERVED = frozenset({"history", "summary", "figures", "definitions"})
# What this program writes itself: a sign, a currency, digits, and a unit of at most a word. It calls nothing.
_WRITTEN = re.compile(r"[+\u2212][A-Z]{0,3}[$€£¥]?\s?[\d.,]+\s?(%|pt|[KMB×]|days|hours|months)?(\s/\s(day|hour))?")


def guarded(text: str) -> str:
    """`text` as a cell may hold it: with an apostrophe in front where a spreadsheet would take it for a formula."""
    return text if _WRITTEN.fullmatch(text) else safe(text)


def sheet_names(keys: Sequence[str]) -> list[str]:
    """A name for each key that Excel accepts: short, plain, and all different in any case."""
    found: list[str] = []
    taken = set(_RESERVED)
    for place, key in enumerate(keys, start=1):
        name = f"{place:02d} {' '.join(_REFUSED.sub(' ', key).replace('-', ' ').split())}"[:MOST].strip()
        while name.lower() in taken:
            name = f"{name[: MOST - 4].strip()} {place:03d}"
        taken.add(name.lower())
        found.append(name)
    return found
