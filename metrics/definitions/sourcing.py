"""Who sourced a deal, by three definitions, and which deals marketing touched at all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from metrics.definitions.base import Function, Parts, Unit, pooled, shaped
from metrics.definitions.grouping import UNDATED, Ints, group
from metrics.definitions.links import Links, links
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut, Rows, Scene

FAMILY = "contribution and attribution"
SOURCES = ("marketing", "sales", "partner", "customer", "unknown")
_UNKNOWN = SOURCES.index("unknown")
_CUSTOMER = SOURCES.index("customer")
_BOTH = (Function.MARKETING, Function.SALES)
_NEVER = np.iinfo(np.int64).max


def _codes(frame_column: object) -> Ints:
    """Positions in SOURCES of a category column; unknown for anything else."""
    column = frame_column.cat  # type: ignore[attr-defined]
    lookup = [SOURCES.index(str(c).lower()) if str(c).lower() in SOURCES else _UNKNOWN for c in column.categories]
    codes: Ints = np.array([*lookup, _UNKNOWN], dtype=np.int64)[column.codes.to_numpy()]
    return codes


def by_field(scene: Scene) -> Ints:
    """By the lead-source field at creation, as the deal's dimension has it."""
    return scene.once("source by field", lambda: _codes(scene.frames.deals["source_function"]))


def _from_customers(scene: Scene) -> npt.NDArray[np.bool_]:
    """Expansions and renewals come from customers whoever touched them first."""
    return scene.rows("deals").isin("deal_type", {"expansion", "renewal"})


def first_touch(scene: Scene) -> Ints:
    """By the function of the earliest touch up to the close."""

    def make() -> Ints:
        found = links(scene, "touches")
        function = _codes(scene.frames.touches["function"])
        source = np.full(len(scene.frames.deals), _UNKNOWN, dtype=np.int64)
        heads = found.heads
        source[found.deal[heads]] = function[found.row[heads]]
        return np.where(_from_customers(scene), _CUSTOMER, source)

    return scene.once("source by first touch", make)


def before_sales(scene: Scene) -> Ints:
    """Marketing if one of its touches came before the first sales activity, else sales if there was any activity.

    A deal without sales activity and without a marketing touch falls to whoever touched it first.
    """

    def make() -> Ints:
        touches = links(scene, "touches")
        function = _codes(scene.frames.touches["function"])
        marketing = _earliest(scene, touches, function[touches.row] == SOURCES.index("marketing"))
        acted = links(scene, "activities")
        selling = np.minimum(
            _earliest(scene, acted, np.ones(acted.row.size, dtype=bool)),
            _earliest(scene, touches, function[touches.row] == SOURCES.index("sales")),
        )
        source = np.where(marketing < selling, SOURCES.index("marketing"), SOURCES.index("sales"))
        source = np.where((marketing == _NEVER) & (selling == _NEVER), first_touch(scene), source)
        return np.where(_from_customers(scene), _CUSTOMER, source)

    return scene.once("source before sales", make)


def _earliest(scene: Scene, found: Links, which: npt.NDArray[np.bool_]) -> Ints:
    """Moment of each deal's earliest linked row of those; _NEVER where there is none."""
    moment = np.full(len(scene.frames.deals), _NEVER, dtype=np.int64)
    np.minimum.at(moment, found.deal[which], found.at[which])
    return moment


RULES: dict[str, tuple[str, Callable[[Scene], Ints], str]] = {
    "by_field": ("by field", by_field, "the lead-source field at creation"),
    "first_touch": ("by first touch", first_touch, "the function of the first touch"),
    "before_sales": ("before sales", before_sales, "marketing if it touched the deal before the first sales activity"),
}


def _by_source(cut: Cut, rule: Callable[[Scene], Ints], is_won: bool) -> Long:
    deals = cut.scene.rows("deals")
    used = deals["is_closed"] & deals["is_won"] if is_won else ~deals["is_closed"]
    width = len(SOURCES)
    grouping = group((cut.codes("deals") * width + rule(cut.scene))[used], deals.days("close")[used])
    amount, n = grouping.sum(deals["amount"][used]), grouping.sum(np.ones(int(used.sum()), dtype=bool))
    names = np.array(SOURCES, dtype=object)
    tables = []
    for grain in cut.grains:
        runs = grouping.rollup(grain, cut.setting.calendar)
        tables.append(
            long(
                grain, runs.period, runs.member // width, undated=runs.undated, numerator=runs.sum(amount),
                n=runs.sum(n), source=names[runs.member % width],
            )
        )  # fmt: skip
    return stack(tables)


def _register(name: str) -> None:
    """Registers revenue and open pipeline by source under one rule."""
    label, rule, words = RULES[name]
    reads = ("deals", "touches", "activities", "leads")
    for key, title, won, what in (
        (f"sourced_{name}", "Revenue sourced", True, "Amount of deals won, by close date"),
        (f"sourced_pipeline_{name}", "Pipeline sourced", False, "Amount of open deals, by expected close"),
    ):

        def values(cut: Cut, won: bool = won) -> Long:
            return _by_source(cut, rule, won)

        values.__doc__ = f"{what}, by source."
        shaped(
            key, f"{title}, {label}", Unit.MONEY, reads=reads, family=FAMILY, functions=_BOTH, zero=True,
            looks_ahead=True,
            own_dims=("source",),
            formula=f"{what}, by {words}. Each deal has one of marketing, sales, partner, customer, unknown.",
            why="Sales and marketing carry one number together; this shows both parts.",
        )(values)  # fmt: skip


for _name in RULES:
    _register(_name)


@pooled(
    "influenced", "Revenue influenced by marketing", Unit.MONEY, frame="deals", day="close",
    reads=("touches", "leads"), family=FAMILY, functions=(Function.MARKETING,), zero=True,
    formula="Amount of deals won with at least one marketing touch in the window before the close.",
    why="Shown beside sourced revenue and never added to it.",
)  # fmt: skip
def influenced(deals: Rows, scene: Scene) -> Parts:
    """Σ amount of won deals that marketing touched in time; n = those deals."""
    found = links(scene, "touches")
    function = _codes(scene.frames.touches["function"])[found.row]
    close = deals.days("close")
    fresh = (found.day >= close[found.deal] - scene.setting.policy.influence_window_days) & (
        close[found.deal] != UNDATED
    )
    touched = np.zeros(len(deals), dtype=bool)
    touched[found.deal[fresh & (function == SOURCES.index("marketing"))]] = True
    won = deals["is_closed"] & deals["is_won"]
    return Parts(np.where(won & touched, deals["amount"], 0), n=won & touched, rows=won)
