"""Whether the open pipeline is enough for what is still to be reached."""

from __future__ import annotations

from typing import Any

import numpy as np

from metrics.definitions.base import Function, Timing, Unit, shaped
from metrics.definitions.long import Long, pool
from metrics.definitions.scene import Cut
from metrics.definitions.targets import DIMS, daily_targets, revenue_names

_COMMON: dict[str, Any] = {
    "reads": ("deals", "targets", "lines"), "family": "pipeline and forecast", "dims": DIMS, "timing": Timing.LEAD,
    "functions": (Function.SALES, Function.MARKETING), "moves": "attainment", "numerator_scale": 10_000,
    "denominator_scale": 10_000, "zero": True,
}  # fmt: skip


def _coverage(cut: Cut, remaining: bool) -> Long:
    """Open amount / (remaining) target by expected close, of the periods not yet over when only the rest counts."""
    target_day, target_member, target = daily_targets(cut, revenue_names(cut))
    deals, lines = cut.scene.rows("deals"), cut.scene.rows("lines")
    still = ~deals["is_closed"]
    parts = [
        (target_day, target_member, np.zeros(target.size, dtype=np.int64), target, np.zeros(target.size,
        dtype=np.int64)),
        (deals.days("close")[still], cut.codes("deals")[still], deals["amount"][still],
         np.zeros(int(still.sum()), dtype=np.int64), np.ones(int(still.sum()), dtype=np.int64)),
    ]  # fmt: skip
    if remaining:
        cells = cut.grouping("lines", "day")  # far fewer than lines
        none = np.zeros(cells.size, dtype=np.int64)
        parts.append((cells.day, cells.member, none, -cells.sum(lines["net"]), none))
    day, member, top, bottom, n = (np.concatenate(column) for column in zip(*parts, strict=True))
    targeted = np.concatenate([np.ones(target.size, dtype=bool), np.zeros(day.size - target.size, dtype=bool)])
    table = pool(cut, day, member, numerator=top, denominator=bottom, n=n)
    has = pool(cut, day, member, numerator=targeted)
    status = np.where(table.denominator <= 0, _REACHED if remaining else "target is zero", "").astype(object)
    return table.where(has.numerator > 0, status)


_REACHED = "the target is reached or zero"


@shaped(
    "pipeline_coverage", "Pipeline coverage", Unit.RATIO, **_COMMON, empty=_REACHED,
    formula="Open pipeline expected to close in the period divided by target minus revenue so far.",
    why="Below three, a target usually stays one.",
)  # fmt: skip
def pipeline_coverage(cut: Cut) -> Long:
    """Σ open / (target − net revenue)."""
    return _coverage(cut, remaining=True)


@shaped(
    "pipeline_coverage_total", "Pipeline coverage of the whole target", Unit.RATIO, **_COMMON, empty="target is zero",
    formula="Open pipeline expected to close in the period divided by the whole target.",
    why="The older definition, for comparison with others.",
)  # fmt: skip
def pipeline_coverage_total(cut: Cut) -> Long:
    """Σ open / target."""
    return _coverage(cut, remaining=False)
