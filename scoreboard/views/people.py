"""The reps of somebody who does not see the whole company, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.published import Values
from scoreboard.pages.shape import plain
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
    numbers: tuple[tuple[str, ...], ...]  # the same values, plain
    key: str = "reps"

    def plain(self) -> list[list[str]]:
        """The rows for a spreadsheet."""
        return [[row.name, *numbers] for row, numbers in zip(self.rows, self.numbers, strict=True)]


def reps(values: Values, setting: Setting) -> RepTable | None:
    """Reps whom the reader may see and who have a number; None if there is none but the reader themself."""
    grain, start = setting.view.period.grain, setting.view.period.start
    names = sorted({n.member for key in COLUMNS for n in values.members(key, grain, start, "rep") if n.member})
    if len(names) < 2:
        return None
    found = {
        name: [value_of(values.get(key, grain, start, of=("rep", name))) for key in COLUMNS] for name in names
    }  # fmt: skip
    rows = tuple(
        RepRow(name, tuple(written(key, value) for key, value in zip(COLUMNS, found[name], strict=True)))
        for name in names
    )
    numbers = tuple(tuple(plain(value) for value in found[name]) for name in names)
    return RepTable(tuple(METRICS[k].label for k in COLUMNS), rows, numbers)
