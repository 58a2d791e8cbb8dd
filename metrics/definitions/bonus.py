"""The joint bonus of sales and marketing: no function is paid unless both have earned it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from core.periods import Grain

# What a gate may ask: rates of which more is better, so that "at least" says it all.
GATES = (
    "quality_share", "gross_margin", "price_realisation", "strategic_share", "nrr", "grr", "win_rate",
    "coaching_coverage", "debrief_rate",
)  # fmt: skip


@dataclass(frozen=True)
class BonusPlan:
    """What is paid for which attainment. Shares are fractions; between the points of `curve` the payout is linear.

    `pool` is each function's bonus for one period of `grain` (quarter or year) at 100 % payout; `gates` names a metric
    of GATES and the least value it must have, per function. Nothing is paid to anybody under `threshold` or while any
    function's gate is shut.
    """

    threshold: Decimal = Decimal("0.9")
    cap: Decimal = Decimal("1.5")
    curve: tuple[tuple[Decimal, Decimal], ...] = ((Decimal("0.9"), Decimal("0.5")), (Decimal(1), Decimal(1)))
    pool: Mapping[str, Decimal] = field(default_factory=dict)
    gates: Mapping[str, tuple[str, Decimal]] = field(default_factory=dict)
    grain: Grain = Grain.YEAR


@dataclass(frozen=True)
class Bonus:
    """The payout as a share of the pool, each function's amount, and why nothing is paid ('' if something is)."""

    share: Decimal
    amounts: Mapping[str, Decimal]
    reason: str


def joint_bonus(plan: BonusPlan, attainment: Decimal | None, values: Mapping[str, Decimal | None]) -> Bonus:
    """The payout of a plan for an attainment and the gates' metrics (by metric key).

    Beyond the last point the curve goes on with its last slope, up to `cap` of the pool.
    """
    none = {function: Decimal(0) for function in plan.pool}
    if attainment is None:
        return Bonus(Decimal(0), none, "there is no joint target")
    if attainment < plan.threshold:
        return Bonus(Decimal(0), none, f"attainment {attainment:.1%} is under the threshold of {plan.threshold:.1%}")
    for function, (metric, least) in sorted(plan.gates.items()):
        value = values.get(metric)
        if value is None or value < least:
            return Bonus(Decimal(0), none, f"the gate of {function} is shut: {metric} is under {least}")
    share = payout(plan, attainment)
    cents = Decimal("0.01")
    return Bonus(share, {f: (a * share).quantize(cents, ROUND_HALF_EVEN) for f, a in plan.pool.items()}, "")


def payout(plan: BonusPlan, attainment: Decimal) -> Decimal:
    """The share of the pool for an attainment, by threshold, curve and cap alone."""
    if attainment < plan.threshold:
        return Decimal(0)
    return max(Decimal(0), min(_on_curve(plan.curve, attainment), plan.cap))


def _on_curve(curve: tuple[tuple[Decimal, Decimal], ...], at: Decimal) -> Decimal:
    points = sorted(curve)
    if not points or at < points[0][0]:
        return Decimal(0)
    if len(points) == 1:
        return points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if at <= x1 or (x1, y1) == points[-1]:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]
