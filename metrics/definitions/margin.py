"""Margin and price, over the lines that can tell."""

from __future__ import annotations

import numpy as np

from metrics.definitions.base import Direction, Function, Parts, Unit, pooled
from metrics.definitions.scene import Rows, Scene

FAMILY = "margin and quality"
_BOTH = (Function.SALES, Function.PRODUCT, Function.OPERATIONS)
_NO_COST = "no line with a known cost"
_NO_LIST = "no line with a known list price"


@pooled(
    "gross_profit", "Gross profit", Unit.MONEY, frame="lines", day="day", family=FAMILY, functions=_BOTH,
    formula="Sum of net amount minus cost, over lines whose cost is known.", empty=_NO_COST,
    why="Revenue pays no salaries; gross profit does.",
)  # fmt: skip
def gross_profit(lines: Rows, scene: Scene) -> Parts:
    """Σ(net − cost) over known costs; n/a where none is known."""
    known = lines["cost_known"]
    return Parts(np.where(known, lines["net"] - lines["cost"], 0), n=np.where(known, lines["n"], 0))


@pooled(
    "gross_margin", "Gross margin", Unit.RATE, frame="lines", day="day", family=FAMILY, functions=_BOTH,
    numerator_scale=10_000, denominator_scale=10_000, empty=_NO_COST,
    formula="Gross profit divided by the net amount of the same lines (those whose cost is known).",
    why="It shows whether growth was bought with price.",
)  # fmt: skip
def gross_margin(lines: Rows, scene: Scene) -> Parts:
    """Σ(net − cost) / Σnet over known costs: pooled, never averaged over orders."""
    known = lines["cost_known"]
    return Parts(
        np.where(known, lines["net"] - lines["cost"], 0),
        np.where(known, lines["net"], 0),
        n=np.where(known, lines["n"], 0),
    )


@pooled(
    "margin_coverage", "Share of revenue with known cost", Unit.RATE, frame="lines", day="day", family=FAMILY,
    functions=(Function.OPERATIONS,), numerator_scale=10_000, denominator_scale=10_000, empty="no revenue",
    formula="Net amount of lines whose cost is known, divided by net revenue.",
    why="A margin says nothing about the revenue it does not cover.",
)  # fmt: skip
def margin_coverage(lines: Rows, scene: Scene) -> Parts:
    """Σnet over known costs / Σnet."""
    return Parts(np.where(lines["cost_known"], lines["net"], 0), lines["net"], n=lines["n"])


@pooled(
    "discount_depth", "Discount depth", Unit.RATE, frame="lines", day="day", family=FAMILY, functions=_BOTH,
    direction=Direction.DOWN, numerator_scale=10_000, denominator_scale=10_000, empty=_NO_LIST,
    formula="1 minus net amount divided by list amount, over lines whose list price is known.",
    why="Discounts are the quickest way to hit a number and the dearest.",
)  # fmt: skip
def discount_depth(lines: Rows, scene: Scene) -> Parts:
    """Σ(list − net) / Σlist, weighted by list."""
    known = lines["list_amount_known"]
    return Parts(
        np.where(known, lines["list_amount"] - lines["net"], 0),
        np.where(known, lines["list_amount"], 0),
        n=np.where(known, lines["n"], 0),
    )


@pooled(
    "price_realisation", "Price realisation", Unit.RATE, frame="lines", day="day", family=FAMILY, functions=_BOTH,
    numerator_scale=10_000, denominator_scale=10_000, empty=_NO_LIST,
    formula="Net amount divided by list amount, over lines whose list price is known.",
    why="How much of the price on the list is kept.",
)  # fmt: skip
def price_realisation(lines: Rows, scene: Scene) -> Parts:
    """Σnet / Σlist."""
    known = lines["list_amount_known"]
    return Parts(
        np.where(known, lines["net"], 0), np.where(known, lines["list_amount"], 0), n=np.where(known, lines["n"], 0)
    )
