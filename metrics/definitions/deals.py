"""Pipeline and wins: counted by close date, except the cohort rate, which is counted by creation."""

from __future__ import annotations

import numpy as np

from metrics.definitions.base import Array, Direction, Function, Parts, Timing, Unit, pooled, shaped
from metrics.definitions.grouping import UNDATED
from metrics.definitions.long import Long, stack
from metrics.definitions.quantiles import quantiles
from metrics.definitions.scene import Cut, Rows, Scene

FAMILY = "pipeline and forecast"
_BOTH = (Function.SALES, Function.MARKETING)
_SCALE = 10_000


@pooled(
    "win_rate", "Win rate", Unit.RATE, frame="deals", day="close", family=FAMILY, functions=_BOTH, min_n=10,
    formula="Deals won divided by deals won and lost, by close date.", empty="no deals closed",
    why="Whether the deals we work on are the ones we can win.",
)  # fmt: skip
def win_rate(deals: Rows, scene: Scene) -> Parts:
    """won / (won + lost) by count; n = deals closed."""
    closed = deals["is_closed"]
    return Parts(closed & deals["is_won"], closed, rows=closed)


@pooled(
    "win_rate_value", "Win rate by value", Unit.RATE, frame="deals", day="close", family=FAMILY, functions=_BOTH,
    min_n=10, numerator_scale=_SCALE, denominator_scale=_SCALE, empty="no deals closed with an amount",
    formula="Amount of deals won divided by amount of deals won and lost, by close date.",
    why="Small wins can hide the loss of the large deals.",
)  # fmt: skip
def win_rate_value(deals: Rows, scene: Scene) -> Parts:
    """Σ amount won / Σ amount closed; n = deals closed with an amount."""
    closed, amount = deals["is_closed"], deals["amount"]
    return Parts(
        np.where(closed & deals["is_won"], amount, 0), np.where(closed, amount, 0),
        n=closed & deals["amount_known"], rows=closed,
    )  # fmt: skip


@pooled(
    "win_rate_cohort", "Win rate of the creation cohort", Unit.RATE, frame="deals", day="created", family=FAMILY,
    functions=_BOTH, min_n=10, empty="no deals created",
    formula="Deals won so far divided by all deals created in the period, still open ones included.",
    why="It cannot be polished by leaving lost deals open.",
)  # fmt: skip
def win_rate_cohort(deals: Rows, scene: Scene) -> Parts:
    """won / created, by creation date."""
    return Parts(deals["is_closed"] & deals["is_won"], np.ones(len(deals), dtype=bool))


@pooled(
    "avg_deal_size", "Average deal size", Unit.MONEY, frame="deals", day="close", family=FAMILY, functions=_BOTH,
    empty="no deals won", formula="Bookings divided by the number of deals won.",
    why="Half of every growth plan is larger deals.",
)  # fmt: skip
def avg_deal_size(deals: Rows, scene: Scene) -> Parts:
    """Σ amount won / deals won."""
    won = deals["is_closed"] & deals["is_won"]
    return Parts(np.where(won, deals["amount"], 0), won, n=won, rows=deals["is_closed"])


@pooled(
    "pipeline_open", "Open pipeline", Unit.MONEY, frame="deals", day="close", family=FAMILY, functions=_BOTH,
    timing=Timing.LEAD, moves="bookings", zero=True,
    formula="Sum of the amounts of open deals, by the period in which they are expected to close.",
    why="What is not in the pipeline cannot be won.",
)  # fmt: skip
def pipeline_open(deals: Rows, scene: Scene) -> Parts:
    """Σ amount of open deals."""
    is_open = ~deals["is_closed"]
    return Parts(np.where(is_open, deals["amount"], 0), rows=is_open)


@pooled(
    "pipeline_weighted", "Weighted pipeline", Unit.MONEY, frame="deals", day="close", family=FAMILY, functions=_BOTH,
    timing=Timing.LEAD, moves="bookings", zero=True,
    formula="Sum of amount times probability of open deals, each rounded half-even to four decimals.",
    why="An open deal is worth what its chances are.",
)  # fmt: skip
def pipeline_weighted(deals: Rows, scene: Scene) -> Parts:
    """Σ amount × probability of open deals; a deal without a probability adds nothing and is not in n."""
    counted = ~deals["is_closed"] & deals["probability_known"]
    return Parts(
        np.where(counted, weighted(deals["amount"], deals["probability"]), 0), n=counted, rows=~deals["is_closed"]
    )


def weighted(amount: Array, probability: Array) -> Array:
    """amount × probability, both in ten-thousandths, rounded half-even to ten-thousandths without overflow."""
    whole, rest = np.divmod(amount, _SCALE)
    product = rest * probability  # < 10^8
    floor, remainder = np.divmod(product, _SCALE)
    result = whole * probability + floor
    up = (2 * remainder > _SCALE) | ((2 * remainder == _SCALE) & (result % 2 != 0))
    return np.asarray(result + up)


def _cycle(cut: Cut, quarter: int) -> Long:
    """Quantile `quarter`/4 of the days from creation to won, by close date."""

    def make() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        deals = cut.scene.rows("deals")
        close, created = deals.days("close"), deals.days("created")
        used = deals["is_closed"] & deals["is_won"] & (close != UNDATED) & (created != UNDATED)
        return used, close[used], (close - created)[used]

    used, close, cycle = cut.scene.once("sales cycle", make)
    return stack(quantiles(cut, close, cut.codes("deals")[used], cycle, quarter))


@shaped(
    "sales_cycle_days", "Sales cycle, median", Unit.DAYS, reads=("deals",), family=FAMILY, functions=_BOTH,
    direction=Direction.DOWN, min_n=5, empty="no deals won with both dates",
    formula="Median days from creation to won, of deals won in the period.",
    why="Time kills deals, and ties up the people who work them.",
)  # fmt: skip
def sales_cycle_days(cut: Cut) -> Long:
    """The median; the parts are four times its value over four, so that a half day stays exact."""
    return _cycle(cut, 2)


@shaped(
    "sales_cycle_days_p75", "Sales cycle, 75th percentile", Unit.DAYS, reads=("deals",), family=FAMILY,
    functions=_BOTH, direction=Direction.DOWN, min_n=5, empty="no deals won with both dates",
    formula="75th percentile (linear) of days from creation to won, of deals won in the period.",
    why="The slow quarter of deals is where the forecast slips.",
)  # fmt: skip
def sales_cycle_days_p75(cut: Cut) -> Long:
    """The third quartile, interpolated linearly."""
    return _cycle(cut, 3)
