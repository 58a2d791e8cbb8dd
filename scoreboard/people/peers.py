"""A rep's published numbers beside the median of the team's, where enough of them can be compared. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from core.periods import Grain
from metrics.compute.store import JOINT
from metrics.published import Number, Values

LEAST = 4  # reps with a value besides the rep: below that a median would tell what one colleague did


@dataclass(frozen=True)
class Beside:
    """One metric of the rep; `usual` is None where fewer than LEAST others can be compared."""

    key: str
    number: Number | None
    usual: Decimal | None
    others: int


def beside(
    values: Values, key: str, grain: Grain, period: date | None, rep: str, mates: Sequence[str], *, measure: str = ""
) -> Beside:
    """The rep's number of one metric (or of one measure of `rep_quality`) and the median of the others'."""
    dim, suffix = ("rep,measure", f"{JOINT}{measure}") if measure else ("rep", "")
    others = [values.get(key, grain, period, of=(dim, f"{mate}{suffix}")) for mate in mates if mate != rep]
    known = [n.value for n in others if n is not None and n.value is not None and not n.too_few]
    usual = median(known) if len(known) >= LEAST else None
    return Beside(measure or key, values.get(key, grain, period, of=(dim, f"{rep}{suffix}")), usual, len(known))
