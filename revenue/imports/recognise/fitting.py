"""Whether a heading's cells could be what a column of ours holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from revenue.objects import Column, Kind

# A number in any dress: signs, currency marks, separators, percent, brackets for minus, a K or M behind it.
_NUMBER = re.compile(r"^[^\w]*(?:[A-Za-z]{1,3}[^\w]*)?\d[\d\s.,'’]*[^\w]*(?:[A-Za-z]{1,3})?[^\w]*$")
_DATE = re.compile(
    r"^\d{1,4}[-/. ](?:\d{1,2}|[^\W\d_]{3,10}\.?)[-/., ]{1,2}\d{1,4}(?!\d)|^[^\W\d_]{3,10}\.? \d{1,2}(?:,|th)? ?\d{4}"
    r"|^\d{8}$|^\d{4}-\d{2}$|^[2-5]\d{4}(?:\.\d+)?$"
)
_CURRENCY = re.compile(r"^[A-Za-z]{3}$")
_KINDS: dict[Kind, re.Pattern[str]] = {
    Kind.MONEY: _NUMBER,
    Kind.NUMBER: _NUMBER,
    Kind.RATE: _NUMBER,
    Kind.INTEGER: _NUMBER,
    Kind.PROBABILITY: _NUMBER,
    Kind.DATE: _DATE,
    Kind.TIMESTAMP: _DATE,
    Kind.CURRENCY: _CURRENCY,
}
_SHARE = 0.8  # a few blanks written as words ("n/a") do not rule a column out
_LOOKED_AT = 500


def may_be(column: Column, cells: Sequence[str], *, unique: bool) -> bool:
    """Whether the filled cells could be the column's; True without any. `unique`: the column tells rows apart."""
    if not cells:
        return True
    if unique and len(set(cells)) < len(cells):
        return False
    if column.kind is Kind.BOOLEAN:
        return len({c.casefold() for c in cells}) <= 2
    pattern = _KINDS.get(column.kind)
    if pattern is None:
        return True
    looked = cells[:_LOOKED_AT]
    return sum(1 for c in looked if pattern.match(c)) >= _SHARE * len(looked)
