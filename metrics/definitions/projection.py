"""How long customers with a contract will stay, beyond what anybody has been seen to."""

from __future__ import annotations

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Timing, Unit, shaped
from metrics.definitions.cohorts import lifetimes
from metrics.definitions.customers import customers, members
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.lifetime import subscribed
from metrics.definitions.long import Long, long, stack
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut
from metrics.definitions.statistics.sbg import fit_pooled

MONTHS, MONTH = 60, 30.4375


@shaped(
    "survival_projected", "Projected survival of contracts", Unit.RATE, reads=("subscriptions", "accounts", "lines"),
    family="retention", functions=(Function.CUSTOMER_EXPERIENCE, Function.PRODUCT, Function.SALES),
    dims=ACCOUNT_DIMS, grains=(Grain.ALL,), own_dims=("months",), min_n=10, timing=Timing.LEAD,
    empty="no customer with a contract was ever lost", source="Fader & Hardie (2007)",
    formula="Shifted-beta-geometric: share of the customers with a contract expected to be there after k months, "
    "where each customer has a chance of their own to leave at the end of a month (of 30.4375 days).",
    why="Those who leave easily leave first: the rate of the first year is not the rate of the fifth.",
)  # fmt: skip
def survival_projected(cut: Cut) -> Long:
    """S(k) for k = 1 … 60, fitted over all cohorts at once; n = customers with a contract."""
    length, ended = lifetimes(cut.scene)
    contract = subscribed(cut.scene)
    who, passed = members(cut, customers(cut.scene))[contract], (length[contract] / MONTH).astype(np.int64)
    ended = ended[contract]
    tables = []
    for member in np.unique(who):
        mine = who == member
        share = _projected(passed[mine & ended], passed[mine & ~ended])
        if share is not None:
            months = np.array([f"{k:02d}" for k in range(1, MONTHS + 1)], dtype=object)
            none = np.full(MONTHS, UNDATED)
            n = np.full(MONTHS, int(mine.sum()))
            tables.append(long(Grain.ALL, none, np.full(MONTHS, member), value=share, n=n, months=months))
    return stack(tables)


def _projected(lost: Ints, left: Ints) -> np.ndarray | None:
    """S(1 … 60) from the full months that those lost and those still there have passed; None if nobody was lost."""
    if not lost.size:
        return None
    size = int(max(lost.max(), left.max(initial=0))) + 1
    model = fit_pooled(np.bincount(lost, minlength=size), np.bincount(left, minlength=size))
    return model.survival(np.arange(1, MONTHS + 1))
