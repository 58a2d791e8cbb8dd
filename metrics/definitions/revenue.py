"""The scoreboard number: revenue and bookings as they were dated."""

from __future__ import annotations

import numpy as np

from metrics.definitions.base import Function, Parts, Unit, pooled
from metrics.definitions.scene import Rows, Scene

FAMILY = "growth"


@pooled(
    "net_revenue", "Net revenue", Unit.MONEY, frame="lines", day="day", family=FAMILY, zero=True,
    functions=(Function.EVERYONE,),
    formula="Sum of the net amounts of revenue lines dated in the period; returns and credit notes are negative.",
    why="It is the number on the scoreboard: everything else explains it.",
)  # fmt: skip
def net_revenue(lines: Rows, scene: Scene) -> Parts:
    """Σ net."""
    return Parts(lines["net"], n=lines["n"])


@pooled(
    "bookings", "Bookings", Unit.MONEY, frame="deals", day="close", family=FAMILY, zero=True,
    functions=(Function.SALES, Function.MARKETING),
    formula="Sum of the amounts of deals won, by close date.",
    why="What was sold is known before it is invoiced.",
)  # fmt: skip
def bookings(deals: Rows, scene: Scene) -> Parts:
    """Σ amount of won deals; a period whose closed deals were all lost has a true 0."""
    won = deals["is_won"]
    return Parts(np.where(won, deals["amount"], 0), n=won, rows=deals["is_closed"] | won)
