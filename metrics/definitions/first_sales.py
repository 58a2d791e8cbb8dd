"""Early churn by how the customer was won: through which route, and at what discount."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Direction, Function, Unit, shaped
from metrics.definitions.customers import Customers, durability, members
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.long import Long, long, stack
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut, Scene

# Discount of the first sale up to and including so many percent, and what the band is called.
_BANDS = ((0, "no discount"), (10, "up to 10 %"), (20, "10–20 %"), (30, "20–30 %"), (100, "over 30 %"))
UNKNOWN = "unknown"
_EARLY: dict[str, Any] = {
    "reads": ("accounts", "lines", "subscriptions"), "family": "retention", "dims": ACCOUNT_DIMS, "min_n": 10,
    "functions": (Function.SALES, Function.CUSTOMER_EXPERIENCE), "direction": Direction.DOWN, "grains": (Grain.ALL,),
    "empty": "no customer old enough to judge",
}  # fmt: skip


@shaped(
    "early_churn_by_route", "Early churn by route", Unit.RATE, **_EARLY, own_dims=("first_route",),
    formula="Early churn of the customers whose first sale went through the route: the one with most net revenue on "
    "the day of the first revenue.",
    why="A route that brings customers who leave at once costs more than its commission.",
)  # fmt: skip
def early_churn_by_route(cut: Cut) -> Long:
    """Lost within the early-churn window / customers whose window is over, by the route of the first sale."""
    return _early(cut, "first_route", _route(cut.scene, durability(cut.scene)[0]))


@shaped(
    "early_churn_by_discount", "Early churn by discount", Unit.RATE, **_EARLY, own_dims=("discount_band",),
    formula="Early churn of the customers whose first sale had a discount within the band: 1 − Σnet / Σlist of the "
    "lines on the day of the first revenue whose list price is known.",
    why="Who came for the discount may leave with it.",
)  # fmt: skip
def early_churn_by_discount(cut: Cut) -> Long:
    """Lost within the early-churn window / customers whose window is over, by the discount of the first sale."""
    return _early(cut, "discount_band", _band(cut.scene, durability(cut.scene)[0]))


def _early(cut: Cut, column: str, trait: Array) -> Long:
    """The rate by member and trait of each customer."""
    found, kept, judged = durability(cut.scene)
    who, names = members(cut, found)[judged], trait[judged].astype(str)
    lost = ~kept[judged]
    tables = []
    for name in np.unique(names):
        mine = names == name
        member, place = np.unique(who[mine], return_inverse=True)
        n = np.bincount(place, minlength=member.size)
        gone = np.bincount(place, weights=lost[mine], minlength=member.size).astype(np.int64)
        own = {column: np.full(member.size, name, dtype=object)}
        tables.append(long(Grain.ALL, np.full(member.size, UNDATED), member, numerator=gone, denominator=n, n=n, **own))
    return stack(tables)


def _first_lines(scene: Scene, found: Customers) -> tuple[Array, Ints]:
    """The lines with revenue on the day of their customer's first revenue, as flags, and each such line's customer."""
    lines = scene.rows("lines")
    if not found.account.size:
        return np.zeros(len(lines), dtype=bool), np.zeros(0, dtype=np.int64)
    known, place = found.place(lines["account_id"])
    first = known & (lines["net"] > 0) & (lines.days("day") == found.first[place])
    return first, place[first]


def _route(scene: Scene, found: Customers) -> Array:
    """Of each customer; of routes with equal revenue the first by name."""
    labels = np.array([*scene.labels("route"), UNKNOWN], dtype=object)
    first, customer = _first_lines(scene, found)
    code = scene.dim_codes("lines", "route")[first]
    pair, place = np.unique(customer * labels.size + code, return_inverse=True)
    net = np.zeros(pair.size, dtype=np.int64)
    np.add.at(net, place, scene.rows("lines")["net"][first])
    order = np.lexsort((pair, -net, pair // labels.size))
    customer, head = np.unique(pair[order] // labels.size, return_index=True)
    route = np.full(found.account.size, labels.size - 1, dtype=np.int64)
    route[customer] = pair[order][head] % labels.size
    return np.asarray(labels[route])


def _band(scene: Scene, found: Customers) -> Array:
    """Of each customer, by exact comparison: a discount of at most p percent is net × 100 ≥ list × (100 − p)."""
    lines = scene.rows("lines")
    first, customer = _first_lines(scene, found)
    listed = lines["list_amount_known"][first] & (lines["list_amount"][first] > 0)
    net, full = np.zeros((2, found.account.size), dtype=np.int64)
    np.add.at(net, customer[listed], lines["net"][first][listed])
    np.add.at(full, customer[listed], lines["list_amount"][first][listed])
    band = np.full(found.account.size, UNKNOWN, dtype=object)
    for percent, name in reversed(_BANDS):
        band[(full > 0) & (100 * net >= (100 - percent) * full)] = name
    return band
