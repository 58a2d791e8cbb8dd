"""How much hangs on few customers, and how each customer's revenue moved."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.customers import months_after
from metrics.definitions.grouping import Grouping, Ints, group
from metrics.definitions.long import Long, long, stack
from metrics.definitions.movements import Events, Movements, account_members, movements
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut

_WHO = (Function.SALES, Function.MARKETING)
_COMMON: dict[str, Any] = {
    "reads": ("lines", "accounts"), "family": "growth", "functions": _WHO, "dims": ACCOUNT_DIMS,
    "direction": Direction.DOWN, "empty": "no customer with positive revenue",
}  # fmt: skip


def _by_customer(cut: Cut) -> tuple[Grouping, Ints, Ints]:
    """Cells by (member, customer) and day with their net amount; how many customers there may be."""

    def make() -> tuple[Grouping, Ints, Ints]:
        lines = cut.scene.rows("lines")
        accounts, rank = np.unique(lines["account_id"], return_inverse=True)
        grouping = group(cut.codes("lines") * accounts.size + rank, lines.days("day"))
        return grouping, grouping.sum(lines["net"]), accounts

    return cut.once("by customer", make)


def _ranked(cut: Cut, grain: Grain) -> tuple[Ints, Ints, Ints, np.ndarray, Ints]:
    """Customers with positive revenue by member, period and falling revenue.

    Returns net, and per group of (member, period): first position, period, undated and member.
    """
    grouping, net, accounts = _by_customer(cut)
    runs = grouping.rollup(grain, cut.setting.calendar)
    worth, member = runs.sum(net), runs.member // max(accounts.size, 1)
    order = np.lexsort((-worth, runs.period, member))
    order = order[worth[order] > 0]
    member, period, undated = member[order], runs.period[order], runs.undated[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = (member[1:] != member[:-1]) | (period[1:] != period[:-1])
    starts = np.flatnonzero(new)
    return worth[order], starts, period[starts], undated[starts], member[starts]


@shaped(
    "revenue_hhi", "Revenue concentration (HHI)", Unit.INDEX, **_COMMON,
    formula="Sum over customers of their squared share, in percent, of the period's revenue: 10,000 is one customer.",
    why="The larger one customer, the smaller our say.",
)  # fmt: skip
def revenue_hhi(cut: Cut) -> Long:
    """Σ (share in %)²; customers whose revenue is zero or negative have no share."""
    tables = []
    for grain in cut.grains:
        net, starts, period, undated, member = _ranked(cut, grain)
        sizes = np.diff(np.append(starts, net.size))
        total = np.add.reduceat(net, starts) if starts.size else net
        share = 100 * net / np.repeat(total, sizes)
        value = np.add.reduceat(share**2, starts) if starts.size else share
        tables.append(long(grain, period, member, undated=undated, value=value, n=sizes))
    return stack(tables)


@shaped(
    "top10_share", "Share of the ten largest customers", Unit.RATE, **_COMMON, numerator_scale=10_000,
    denominator_scale=10_000, formula="Revenue of the ten largest customers divided by the revenue of all.",
    why="Ten phone calls away from a bad year?",
)  # fmt: skip
def top10_share(cut: Cut) -> Long:
    """Σ ten largest / Σ all positive."""
    tables = []
    for grain in cut.grains:
        net, starts, period, undated, member = _ranked(cut, grain)
        sizes = np.diff(np.append(starts, net.size))
        rank = np.arange(net.size) - np.repeat(starts, sizes)
        total = np.add.reduceat(net, starts) if starts.size else net
        largest = np.add.reduceat(np.where(rank < 10, net, 0), starts) if starts.size else net
        tables.append(long(grain, period, member, undated=undated, numerator=largest, denominator=total, n=sizes))
    return stack(tables)


MOVES = ("opening", "new", "reactivation", "expansion", "contraction", "churned", "closing")


def _events(cut: Cut) -> Events:
    """Each line enters a customer's trailing year on its day and leaves it twelve months later."""
    lines = cut.scene.rows("lines")
    day = lines.days("day")
    used = (day <= cut.scene.as_of) & (lines["account_id"] >= 0)
    day, net, account = day[used], lines["net"][used], lines["account_id"][used]
    member = account_members(cut, account, cut.codes("lines")[used])
    out = months_after(day, 12) if day.size else day
    over = out <= cut.scene.as_of
    none = np.zeros(net.size, dtype=bool)
    return Events(member, account, day, net, none).plus(
        Events(member[over], account[over], out[over], -net[over], none[over])
    )


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
        moved = movements(cut, grain, cut.once("bridge events", lambda: _events(cut)))
        row, column = np.nonzero(moved.present)
        n = moved.table(np.ones(moved.row.size, dtype=bool))
        for name, table in _parts(moved).items():
            label = np.full(row.size, name, dtype=object)
            period = moved.periods[column]
            tables.append(
                long(grain, period, moved.members[row], numerator=table[row, column], n=n[row, column], movement=label)
            )
    return stack(tables)
