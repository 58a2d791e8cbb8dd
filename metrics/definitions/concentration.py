"""How much hangs on few customers, and how each customer's revenue moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Grouping, Ints, group, order_of, period_starts, ranks
from metrics.definitions.long import Long, long, stack
from metrics.definitions.movements import Events, Movements, account_members, movements
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut

_WHO = (Function.SALES, Function.MARKETING)
_TEN = 10
_COMMON: dict[str, Any] = {
    "reads": ("lines", "accounts"), "family": "growth", "functions": _WHO, "dims": ACCOUNT_DIMS,
    "direction": Direction.DOWN, "empty": "no customer with positive revenue",
    "grains": (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL),
}  # fmt: skip


def _by_customer(cut: Cut, grain: Grain) -> tuple[Grouping, Ints, Ints]:
    """Cells by (member, customer) and day with their net amount; all customers.

    Where only recent periods are asked for: the lines of those, and for `all` every line as if it had no date.
    """
    undivided = cut.floor is not None and grain is Grain.ALL

    def make() -> tuple[Grouping, Ints, Ints]:
        lines = cut.scene.rows("lines")
        accounts, rank = cut.scene.once("ranks of customers", lambda: ranks(lines["account_id"]))
        code, day, net = cut.codes("lines") * accounts.size + rank, lines.days("day"), lines["net"]
        if undivided:
            day = np.full(day.size, UNDATED)
        elif cut.floor is not None:
            recent = day >= cut.floor
            code, day, net = code[recent], day[recent], net[recent]
        grouping = group(code, day)
        return grouping, grouping.sum(net), accounts

    return cut.once(("by customer", undivided), make)


@dataclass(frozen=True)
class Shares:
    """Customers with positive revenue by member and period: their net sorted by group, and where groups begin."""

    net: Ints
    starts: Ints
    groups: Grouping
    undated: np.ndarray

    @property
    def total(self) -> Ints:
        """Revenue of each group."""
        return np.add.reduceat(self.net, self.starts) if self.starts.size else self.net

    @property
    def sizes(self) -> Ints:
        """Customers of each group."""
        return np.diff(np.append(self.starts, self.net.size))


def _shares(cut: Cut, grain: Grain) -> Shares:
    grouping, net, accounts = _by_customer(cut, grain)
    runs = grouping.rollup(grain, cut.setting.calendar)
    worth = runs.sum(net)
    used = worth > 0
    # What has no date sorts behind every period, so `all` needs no rank of its own.
    groups = group(runs.member[used] // max(accounts.size, 1), runs.period[used])
    order = order_of(groups.ids, groups.size)
    starts = np.searchsorted(groups.ids[order], np.arange(groups.size))
    undated = (groups.day == UNDATED) & (grain is not Grain.ALL)
    return Shares(worth[used][order], starts, groups, undated)


def _each(cut: Cut) -> list[tuple[Grain, Shares]]:
    return [(grain, cut.once(("shares", grain), partial(_shares, cut, grain))) for grain in cut.grains]


@shaped(
    "revenue_hhi", "Revenue concentration (HHI)", Unit.INDEX, **_COMMON,
    formula="Sum over customers of their squared share, in percent, of the period's revenue: 10,000 is one customer.",
    why="The larger one customer, the smaller our say.",
)  # fmt: skip
def revenue_hhi(cut: Cut) -> Long:
    """Σ (share in %)²; customers whose revenue is zero or negative have no share."""
    tables = []
    for grain, found in _each(cut):
        share = 100 * found.net / np.repeat(found.total, found.sizes)
        value = np.add.reduceat(share**2, found.starts) if found.starts.size else share
        groups = found.groups
        tables.append(long(grain, groups.day, groups.member, undated=found.undated, value=value, n=found.sizes))
    return stack(tables)


@shaped(
    "top10_share", "Share of the ten largest customers", Unit.RATE, **_COMMON, numerator_scale=10_000,
    denominator_scale=10_000, formula="Revenue of the ten largest customers divided by the revenue of all.",
    why="Ten phone calls away from a bad year?",
)  # fmt: skip
def top10_share(cut: Cut) -> Long:
    """Σ ten largest / Σ all positive."""
    tables = []
    for grain, found in _each(cut):
        largest = np.array(
            [np.partition(part, -_TEN)[-_TEN:].sum() if part.size > _TEN else part.sum()
             for part in np.split(found.net, found.starts[1:])] if found.starts.size else [], dtype=np.int64,
        )  # fmt: skip
        groups = found.groups
        tables.append(
            long(
                grain, groups.day, groups.member, undated=found.undated, numerator=largest, denominator=found.total,
                n=found.sizes,
            )
        )  # fmt: skip
    return stack(tables)


MOVES = ("opening", "new", "reactivation", "expansion", "contraction", "churned", "closing")


def _events(cut: Cut) -> Events:
    """Of the whole: each line enters a customer's trailing year in its month and leaves it twelve months later.

    All grains of the bridge are made of whole months, so lines are reduced to customers and months once.
    """

    def make() -> tuple[Ints, Ints, Ints]:
        lines = cut.scene.rows("lines")
        day = lines.days("day")
        used = (day <= cut.scene.as_of) & (lines["account_id"] >= 0)
        month = period_starts(cut.setting.calendar, Grain.MONTH, day[used])
        cells = group(lines["account_id"][used], month)
        return cells.member, cells.day, cells.sum(lines["net"][used])

    account, month, net = cut.scene.once("customer months", make)
    out = _year_after(cut, month)
    over = out <= cut.scene.as_of
    none = np.zeros(net.size, dtype=bool)
    whole = np.zeros(net.size, dtype=np.int64)
    return Events(whole, account, month, net, none).plus(
        Events(whole[over], account[over], out[over], -net[over], none[over])
    )


def _moved(cut: Cut, grain: Grain) -> Movements:
    """How customers moved, by the cut's members. A customer is one member's, so that one walk serves all cuts."""

    def make() -> tuple[Movements, Ints, Ints]:
        events = cut.scene.once(("windows", "bridge events", "lines"), lambda: _events(cut))
        moved = movements(cut, grain, events)
        return moved, *ranks(moved.account)

    moved, accounts, place = cut.scene.once(("windows", "bridge", "lines", grain), make)
    members, row = ranks(account_members(cut, accounts, np.full(accounts.size, cut.nobody, dtype=np.int64)))
    return replace(moved, members=members, row=row[place])


def _year_after(cut: Cut, month: Ints) -> Ints:
    """First days of the same months a year later."""
    calendar = cut.setting.calendar
    distinct, place = np.unique(month, return_inverse=True)
    starts = distinct.astype("datetime64[D]").tolist()
    later = [calendar.year_after(calendar.period(Grain.MONTH, start)).start for start in starts]
    return np.array(later, dtype="datetime64[D]").astype(np.int64)[place]


def _parts(moved: Movements) -> dict[str, Ints]:
    """Each movement as a table of members by periods; the falls are negative, so that all add up to the closing."""
    rest = ~moved.started & ~moved.churned
    change = moved.moved
    tables = {
        "new": np.where(moved.started & ~moved.before, change, 0),
        "reactivation": np.where(moved.started & moved.before, change, 0),
        "expansion": np.where(rest & (change > 0), change, 0),
        "contraction": np.where(rest & (change < 0), change, 0),
        "churned": np.where(moved.churned, change, 0),
    }
    found = {name: moved.table(values) for name, values in tables.items()}
    opening = moved.opening_total
    return {"opening": opening, **found, "closing": opening + moved.table(change)}


@shaped(
    "revenue_bridge", "Revenue bridge", Unit.MONEY, reads=("lines", "accounts"), family="growth", functions=_WHO,
    dims=ACCOUNT_DIMS, own_dims=("movement",), zero=True, direction=Direction.NEUTRAL,
    grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR),
    formula="Each customer's revenue of the trailing twelve months at the period's end against that at its start: new, "
    "reactivation, expansion, contraction, churned; opening + Σ = closing.",
    why="Growth from customers who stay is other growth than from those who come.",
)  # fmt: skip
def revenue_bridge(cut: Cut) -> Long:
    """The movements of trailing revenue, by customer and then summed."""
    tables = []
    for grain in cut.grains:
        moved = _moved(cut, grain)
        row, column = np.nonzero(moved.present)
        n = moved.table(np.ones(moved.row.size, dtype=bool))
        for name, table in _parts(moved).items():
            label = np.full(row.size, name, dtype=object)
            period = moved.periods[column]
            tables.append(
                long(grain, period, moved.members[row], numerator=table[row, column], n=n[row, column], movement=label)
            )
    return stack(tables)
