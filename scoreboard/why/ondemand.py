"""Parts that no run stores: customers and products, and one cut within another. The same definitions on fewer rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.base import Metric, Pooled
from metrics.definitions.engine import evaluate
from metrics.definitions.frames import Frames
from metrics.frames.world import World
from metrics.models import MetricRun
from metrics.published import WHOLE, Values
from metrics.within import Parts, number_of
from scoreboard.reading import METRICS
from scoreboard.why.read import Spans

# Sums over rows that are judged one by one, so that two periods' rows are enough for two periods' values.
BY_ROW = frozenset({"net_revenue", "bookings", "gross_profit", "gross_margin", "discount_depth", "price_realisation"})
EXTRA = {"customer": "account_id", "product": "product_id"}
_HOST = "industry"  # the dimension in whose place a customer or product stands: all of the above have it


@dataclass
class Windowed(World):
    """Loads revenue lines of some spans of days alone."""

    spans: Sequence[tuple[date, date]] = field(default_factory=tuple)

    @property
    def whole(self) -> bool:
        """Never: days that nobody asks for stay out."""
        return False

    def where(self, column: str, row: str = "") -> str:
        """The days; only the query of lines asks with `row`."""
        if not row or not self.spans:
            return super().where(column, row)
        days = (f"booked_on >= DATE '{a.isoformat()}' AND booked_on < DATE '{b.isoformat()}'" for a, b in self.spans)
        return f" WHERE ({' OR '.join(f'({each})' for each in days)})"


def cut_on_demand(metric: Metric, at: Spans, dim: str, run: MetricRun, *, parts: Parts) -> Values:
    """The members of `dim` within all of `parts` in both periods, by the metric's definition, as of the run's day.

    Raises ValueError if the metric is not one of BY_ROW.
    """
    if metric.key not in BY_ROW:
        raise ValueError(f"{metric.key} needs more rows than those of two periods")
    setting = replace(current_setting(), as_of=run.as_of)
    asked = METRICS[at.like] if at.like else metric
    world = world_of(setting)
    windowed = Windowed(
        world.currency, world.time_zone, world.policy, spans=[(p.start, p.end) for p in (at.base, at.now)]
    )
    frames = snapshot(asked.reads, windowed)
    name = metric.compute.frame if isinstance(metric.compute, Pooled) else "lines"
    table = _members(frames.get(name), dim, parts)
    host = _HOST if dim in EXTRA else dim
    found = evaluate([asked], Frames(**{name: table}), setting=setting, by=(host,), grains=[at.now.grain])
    starts = {at.base.start, at.now.start}
    numbers = (number_of(asked, row, dim, "" if pd.isna(row[host]) else str(row[host])) for _, row in found.iterrows())
    return Values(run, WHOLE, {(n.metric, n.grain, n.period, dim, n.member): n for n in numbers if n.period in starts})


def _members(table: pd.DataFrame, dim: str, parts: Parts) -> pd.DataFrame:
    """The rows that lie in all of `parts`, with what stands in the place of a dimension."""
    for name, member in parts:
        column = table[name]
        table = table[column.isna() if member == "" else column == member]
    if dim in EXTRA:
        ids = table[EXTRA[dim]]
        table = table.assign(**{_HOST: ids.where(ids >= 0).astype("Int64").astype("string").astype("category")})
    return table.reset_index(drop=True)
