"""How well accounts fit: strategic segments and the ideal customer profile."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.definitions.base import Function, Timing, Unit, shaped
from metrics.definitions.customers import customers, members
from metrics.definitions.grouping import Ints, positions
from metrics.definitions.long import Long, pool
from metrics.definitions.recurring import ACCOUNT_DIMS
from metrics.definitions.scene import Cut, Rows, Scene

Flags = npt.NDArray[np.bool_]


def match(accounts: Rows, attribute: Any) -> tuple[Flags, Flags]:
    """Which accounts have the attribute, and of which it is known."""
    if attribute.members:
        known = accounts.frame[attribute.name].cat.codes.to_numpy() >= 0
        return accounts.isin(attribute.name, attribute.members), known
    values, known = accounts[attribute.name], accounts[f"{attribute.name}_known"]
    fits = known.copy()
    if attribute.low is not None:
        fits &= values >= attribute.low
    if attribute.high is not None:
        fits &= values < attribute.high
    return fits, known


def icp_parts(scene: Scene) -> tuple[Ints, Ints, int]:
    """Per account row Σ weight × match and Σ weight of known attributes, and the weight of all attributes."""

    def make() -> tuple[Ints, Ints, int]:
        accounts, profile = scene.rows("accounts"), scene.setting.policy.profile
        hit, known = np.zeros(len(accounts), dtype=np.int64), np.zeros(len(accounts), dtype=np.int64)
        for attribute in profile.attributes:
            fits, has = match(accounts, attribute)
            hit += attribute.weight * fits
            known += attribute.weight * has
        return hit, known, sum(attribute.weight for attribute in profile.attributes)

    return scene.once("icp parts", make)


_WHO = (Function.SALES, Function.MARKETING, Function.PRODUCT)
_ICP: dict[str, Any] = {
    "reads": ("accounts", "lines", "subscriptions"), "family": "margin and quality", "functions": _WHO,
    "dims": ACCOUNT_DIMS, "timing": Timing.LEAD, "moves": "early_churn",
    "empty": "no attribute of the profile is known",
}  # fmt: skip


def _new(cut: Cut, of_all: bool) -> Long:
    found = customers(cut.scene)
    ids = cut.scene.rows("accounts")["account_id"]
    hit, known, whole = icp_parts(cut.scene)
    place = positions(ids, found.account)
    there = place >= 0
    row = place[there]
    who = members(cut, found)[there]
    if of_all:
        return pool(cut, found.first[there], who, numerator=known[row], denominator=np.full(row.size, whole))
    return pool(cut, found.first[there], who, numerator=100 * hit[row], denominator=known[row], n=known[row] > 0)


@shaped(
    "icp_fit", "Ideal-customer fit of new customers", Unit.INDEX, **_ICP,
    formula="100 × weight of the profile's attributes that new customers match / weight of those that are known.",
    why="Customers who fit stay, buy more and cost less.",
)  # fmt: skip
def icp_fit(cut: Cut) -> Long:
    """Σ(weight × match) / Σ(weight of known attributes) × 100, pooled over customers new in the period."""
    return _new(cut, False)


@shaped(
    "icp_completeness", "Completeness of the fit", Unit.RATE, **{**_ICP, "moves": "", "empty": "no profile"},
    formula="Weight of the profile's attributes that are known of new customers / weight of all its attributes.",
    why="A fit over half the attributes is half a fit.",
)  # fmt: skip
def icp_completeness(cut: Cut) -> Long:
    """Known weight / whole weight."""
    return _new(cut, True)
