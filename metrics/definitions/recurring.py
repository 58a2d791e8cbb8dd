"""Monthly recurring revenue and its movements, customer by customer, between period ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Direction, Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.long import Long, long, stack
from metrics.definitions.movements import Events, Movements, movements, stock, subscription_events
from metrics.definitions.scene import Cut

FAMILY = "retention"
ACCOUNT_DIMS = ("segment", "region", "industry")
READS = ("subscriptions", "revaluations", "accounts")
TWELFTH = 120_000  # annual ten-thousandths per unit of monthly money
_WHO = (Function.SALES, Function.CUSTOMER_EXPERIENCE, Function.PRODUCT)
Pick = Callable[[Movements], Array]


def _events(cut: Cut) -> Events:
    return cut.once("subscription events", lambda: subscription_events(cut, by_account=True))


def moves(cut: Cut, grain: Grain) -> Movements:
    """The movements of one grain, computed once for all the keys that read them."""
    return cut.once(("movements", grain), lambda: movements(cut, grain, _events(cut)))


def _stock(cut: Cut) -> Long:
    """Recurring value at each period's end; n counts running subscriptions. `all` is the state on `as_of`."""
    events = subscription_events(cut, by_account=False)
    ones = Events(events.member, events.account, events.day, np.where(events.fx, 0, np.sign(events.change)), events.fx)
    tables = []
    for grain in cut.grains:
        whole = grain is Grain.ALL
        periods, members, value = stock(cut, Grain.YEAR if whole else grain, events)
        _, _, count = stock(cut, Grain.YEAR if whole else grain, ones)
        _, _, seen = stock(cut, Grain.YEAR if whole else grain, _all_plus(events))
        if not periods.size:
            continue
        row, column = np.nonzero(seen > 0)
        if whole:
            row, column = np.arange(members.size), np.full(members.size, periods.size - 1)
        start = np.full(row.size, UNDATED) if whole else periods[column]
        tables.append(long(grain, start, members[row], numerator=value[row, column], n=count[row, column]))
    return stack(tables)


def _all_plus(events: Events) -> Events:
    return Events(events.member, events.account, events.day, np.ones(events.day.size, dtype=np.int64), events.fx)


@shaped(
    "mrr", "Monthly recurring revenue", Unit.MONEY, reads=READS, family=FAMILY, functions=_WHO, zero=True,
    numerator_scale=TWELFTH,
    formula="Annual value of the subscriptions running on the period's last day, divided by 12.",
    why="What comes in next month if nobody does anything.",
)  # fmt: skip
def mrr(cut: Cut) -> Long:
    """Σ annual of running subscriptions / 12."""
    return cut.once("recurring stock", lambda: _stock(cut))


@shaped(
    "arr", "Annual recurring revenue", Unit.MONEY, reads=READS, family=FAMILY, functions=_WHO, zero=True,
    formula="Twelve times monthly recurring revenue.", why="The same in the unit in which companies are valued.",
)  # fmt: skip
def arr(cut: Cut) -> Long:
    """12 × mrr."""
    return mrr(cut)


def _sums(cut: Cut, amount: Pick, who: Pick) -> Long:
    """Σ amount per period over all customers; n counts customers of `who`. `all` is the sum over months."""
    tables = []
    for grain in cut.grains:
        whole = grain is Grain.ALL
        moved = moves(cut, Grain.MONTH if whole else grain)
        value, count, seen = moved.table(amount(moved)), moved.table(who(moved)), moved.present
        if whole:
            none = np.full(moved.members.size, UNDATED)
            tables.append(long(grain, none, moved.members, numerator=value.sum(axis=1), n=count.sum(axis=1)))
        else:
            row, column = np.nonzero(seen)
            tables.append(long(grain, moved.periods[column], moved.members[row], numerator=value[seen], n=count[seen]))
    return stack(tables)


def rates(
    cut: Cut, source: Callable[[Cut, Grain], Movements], numerator: Callable[[Movements], Ints],
    denominator: Callable[[Movements], Ints],
) -> Long:  # fmt: skip
    """A rate from tables of members by periods; n counts the customers at the period's start."""
    tables = []
    for grain in cut.grains:
        if grain is Grain.ALL:
            continue
        moved = source(cut, grain)
        top, bottom, n, seen = numerator(moved), denominator(moved), moved.opening_count, moved.present
        row, column = np.nonzero(seen)
        tables.append(
            long(
                grain, moved.periods[column], moved.members[row], numerator=top[seen], denominator=bottom[seen],
                n=n[seen],
            )
        )  # fmt: skip
    return stack(tables)


def _new(m: Movements) -> Array:
    return m.started & ~m.before


def _again(m: Movements) -> Array:
    return m.started & m.before


def _up(m: Movements) -> Array:
    return ~m.started & ~m.churned & (m.moved > 0)


def _down(m: Movements) -> Array:
    return ~m.started & ~m.churned & (m.moved < 0)


def _only(m: Movements, who: Pick, sign: int = 1) -> Ints:
    return np.where(who(m), sign * m.moved, 0)


def _movement(key: str, label: str, who: Pick, sign: int, direction: Direction, formula: str, why: str) -> None:
    """Registers one of the movements."""

    def values(cut: Cut) -> Long:
        return _sums(cut, lambda m: _only(m, who, sign), who)

    values.__doc__ = formula
    shaped(
        key, label, Unit.MONEY, reads=READS, family=FAMILY, functions=_WHO, dims=ACCOUNT_DIMS, zero=True,
        numerator_scale=TWELFTH, direction=direction, formula=formula, why=why,
    )(values)  # fmt: skip


_movement(
    "mrr_new", "New MRR", _new, 1, Direction.UP,
    "MRR at the period's end of customers who never had any at an earlier period's end.",
    "Growth from customers who chose us for the first time.",
)  # fmt: skip
_movement(
    "mrr_reactivation", "Reactivated MRR", _again, 1, Direction.UP,
    "MRR at the period's end of customers who had none at its start but had some before.",
    "Customers who came back are not new ones.",
)  # fmt: skip
_movement(
    "mrr_expansion", "Expansion MRR", _up, 1, Direction.UP,
    "Increase of customers who had MRR at the start and at the end, without the effect of exchange rates.",
    "The cheapest growth there is.",
)  # fmt: skip
_movement(
    "mrr_contraction", "Contraction MRR", _down, -1, Direction.DOWN,
    "Decrease of customers who had MRR at the start and at the end (also when one of several subscriptions ends), "
    "without the effect of exchange rates.",
    "The step before leaving.",
)  # fmt: skip
_movement(
    "mrr_churned", "Churned MRR", lambda m: m.churned, -1, Direction.DOWN,
    "MRR at the period's start of customers who have none at its end, dated at the end of the paid time.",
    "What has to be won again before there is any growth.",
)  # fmt: skip


@shaped(
    "mrr_fx", "FX effect on MRR", Unit.MONEY, reads=READS, family=FAMILY, functions=(Function.OPERATIONS,), zero=True,
    dims=ACCOUNT_DIMS, numerator_scale=TWELFTH, direction=Direction.NEUTRAL,
    formula="Change of running subscriptions' value that only a new exchange rate made.",
    why="A rate is nobody's achievement and nobody's fault.",
)  # fmt: skip
def mrr_fx(cut: Cut) -> Long:
    """Σ revaluations."""
    return _sums(cut, lambda m: m.fx, lambda m: m.fx != 0)


_RATE: dict[str, Any] = {
    "reads": READS, "family": FAMILY, "functions": _WHO, "dims": ACCOUNT_DIMS,
    "grains": (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR), "empty": "nothing at the period's start",
    "numerator_scale": TWELFTH, "denominator_scale": TWELFTH,
}  # fmt: skip


@shaped(
    "gross_mrr_churn", "Gross MRR churn", Unit.RATE, direction=Direction.DOWN, **_RATE,
    formula="(Churned + contraction) / opening MRR.", why="How fast the bucket leaks.",
)  # fmt: skip
def gross_mrr_churn(cut: Cut) -> Long:
    """(churned + contraction) / opening."""
    return rates(
        cut, moves, lambda m: -m.table(_only(m, lambda x: x.churned) + _only(m, _down)), lambda m: m.opening_total
    )


@shaped(
    "net_mrr_churn", "Net MRR churn", Unit.RATE, direction=Direction.DOWN, **_RATE,
    formula="(Churned + contraction − expansion − reactivation) / opening MRR.",
    why="Below zero, the customers we have grow faster than they leave.",
)  # fmt: skip
def net_mrr_churn(cut: Cut) -> Long:
    """(churned + contraction − expansion − reactivation) / opening: everything that moved but was not new."""
    return rates(cut, moves, lambda m: -m.table(np.where(_new(m), 0, m.moved)), lambda m: m.opening_total)


@shaped(
    "grr", "Gross revenue retention", Unit.RATE, **_RATE,
    formula="Sum of the smaller of opening and closing MRR over customers with MRR at the start, divided by opening.",
    why="How much of the revenue stays without selling anything new.",
)  # fmt: skip
def grr(cut: Cut) -> Long:
    """Σ min(opening, closing) / opening."""
    return rates(
        cut, moves,
        lambda m: m.opening_total - m.table(np.where(m.opening > 0, np.maximum(m.opening - m.closing, 0), 0)),
        lambda m: m.opening_total,
    )  # fmt: skip


@shaped(
    "nrr", "Net revenue retention", Unit.RATE, **_RATE,
    formula="Closing MRR of customers with MRR at the start, divided by opening MRR; no new and no reactivated ones.",
    why="Above one, the company would grow without a single new customer.",
)  # fmt: skip
def nrr(cut: Cut) -> Long:
    """Σ closing over customers active at the start / opening."""
    return rates(
        cut, moves,
        lambda m: m.opening_total + m.table(np.where(m.opening > 0, m.closing - m.opening, 0)),
        lambda m: m.opening_total,
    )  # fmt: skip


def _lost(m: Movements) -> Ints:
    return -m.table(_only(m, lambda x: x.churned) + _only(m, _down))


_QUICK: dict[str, Any] = {**_RATE, "empty": "nothing churned or contracted", "zero": True}


@shaped(
    "quick_ratio", "Quick ratio", Unit.RATIO, **_QUICK,
    formula="(New + reactivation + expansion) / (churned + contraction).", why="How much is won for each unit lost.",
)  # fmt: skip
def quick_ratio(cut: Cut) -> Long:
    """(new + reactivation + expansion) / (churned + contraction)."""
    return rates(cut, moves, lambda m: m.table(_only(m, lambda x: x.started) + _only(m, _up)), _lost)


@shaped(
    "quick_ratio_strict", "Quick ratio without reactivation", Unit.RATIO, **_QUICK,
    formula="(New + expansion) / (churned + contraction).", why="The same without those who only came back.",
)  # fmt: skip
def quick_ratio_strict(cut: Cut) -> Long:
    """(new + expansion) / (churned + contraction)."""
    return rates(cut, moves, lambda m: m.table(_only(m, _new) + _only(m, _up)), _lost)
