"""The reps of somebody who does not see the whole company, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.published import Values
from scoreboard.reading import METRICS, Setting, value_of, written

COLUMNS = ("net_revenue", "bookings", "win_rate", "gross_margin", "coaching_hours_per_rep_week")


@dataclass(frozen=True)
class RepRow:
    """One rep's numbers in the page's period, in the order of COLUMNS."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class RepTable:
    """The table with its headings."""

    headings: tuple[str, ...]
    rows: tuple[RepRow, ...]


def reps(values: Values, setting: Setting) -> RepTable | None:
    """Reps whom the reader may see and who have a number; None if there is none but the reader themself."""
    grain, start = setting.view.period.grain, setting.view.period.start
    names = sorted({n.member for key in COLUMNS for n in values.members(key, grain, start, "rep") if n.member})
    if len(names) < 2:
        return None
    rows = tuple(
        RepRow(name, tuple(written(k, value_of(values.get(k, grain, start, of=("rep", name)))) for k in COLUMNS))
        for name in names
    )
    return RepTable(tuple(METRICS[k].label for k in COLUMNS), rows)
