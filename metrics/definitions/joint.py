"""One target for sales and marketing together, and the bonus that hangs on it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Unit, get, shaped
from metrics.definitions.bonus import joint_bonus
from metrics.definitions.engine import evaluate_cuts
from metrics.definitions.exact import exact
from metrics.definitions.grouping import to_days
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut
from metrics.definitions.targets import NO_TARGET, attain, daily_targets, revenue_names

JOINT = ("joint", "joint_revenue")


@shaped(
    "joint_attainment", "Joint attainment", Unit.RATE, reads=("targets", "lines"), family="contribution and "
    "attribution",
    functions=(Function.SALES, Function.MARKETING), dims=(), numerator_scale=10_000, denominator_scale=10_000,
    zero=True,
    empty=NO_TARGET,
    formula="Net revenue divided by the joint target of sales and marketing; the revenue target where no joint one "
    "is set.",
    why="Two functions with two targets miss both.",
)  # fmt: skip
def joint_attainment(cut: Cut) -> Long:
    """net_revenue / joint target, to date."""
    names = JOINT if daily_targets(cut, JOINT)[0].size else revenue_names(cut)
    lines = cut.scene.rows("lines")
    return attain(cut, names, "lines", "day", lines["net"], lines["n"])


_GATED = (
    "deals", "accounts", "subscriptions", "revaluations", "costs", "coaching_sessions", "reps", "activities",
)  # fmt: skip


@shaped(
    "joint_bonus", "Joint bonus", Unit.MONEY, looks_ahead=True,
    reads=("targets", "lines", *_GATED), own_dims=("function",), dims=(),
    family="contribution and attribution", functions=(Function.SALES, Function.MARKETING), zero=True,
    grains=(Grain.QUARTER, Grain.YEAR), empty="there is no joint target",
    formula="Each function's pool × the payout that the plan's curve gives for joint attainment; nothing for anybody "
    "under the threshold or while any function's gate is shut.",
    why="Two functions that are paid together sell together.",
)  # fmt: skip
def joint_bonus_paid(cut: Cut) -> Long:
    """The payout per function, of the periods that the plan is for."""
    plan = cut.setting.policy.bonus
    if not plan.pool or plan.grain not in cut.grains:
        return stack([])
    reached = _by_period(cut, "joint_attainment", plan.grain)
    gates = {metric: _by_period(cut, metric, plan.grain) for metric, _ in plan.gates.values()}
    tables = []
    for period in sorted(reached):
        paid = joint_bonus(plan, reached[period], {metric: found.get(period) for metric, found in gates.items()})
        names = sorted(plan.pool)
        units = [int(paid.amounts[name] * 10_000) for name in names]
        none = reached[period] is None
        tables.append(
            long(
                plan.grain, np.full(len(names), period), np.zeros(len(names)), n=np.ones(len(names)),
                numerator=np.array(units), status="there is no joint target" if none else "",
                function=np.array(names, dtype=object),
            )
        )  # fmt: skip
    return stack(tables)


def _by_period(cut: Cut, key: str, grain: Grain) -> dict[int, Decimal | None]:
    """A metric of the same scene by period start, exact."""
    metric = get(key)
    table = evaluate_cuts([metric], cut.scene.frames, setting=cut.setting, cuts=[()], grains=[grain], scene=cut.scene)
    rows = table[()]
    starts = to_days(rows["period"].to_numpy())
    return {int(start): exact(metric, row) for start, (_, row) in zip(starts, rows.iterrows(), strict=True)}
