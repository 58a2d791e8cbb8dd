"""What a metric's rows do not hold because no exchange rate is known: said beside the values that it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.periods import Calendar, Grain
from metrics.definitions.base import Metric, Unit
from metrics.frames.held import held_days
from revenue.models import RevenueLine

# Frames whose money a metric adds up, and the objects they are made of.
_OBJECTS = {
    "lines": "revenue_lines", "deals": "deals", "subscriptions": "subscriptions", "costs": "costs",
    "campaigns": "campaigns", "targets": "targets",
}  # fmt: skip
_LASTING = "subscriptions"  # counts in every period from its first day on
_MONEY = 10_000


@dataclass
class Waiting:
    """Rows that wait, by the period of the answer they belong to (None: undated, or everything)."""

    count: dict[date | None, int] = field(default_factory=dict)
    currencies: dict[date | None, set[str]] = field(default_factory=dict)

    def add(self, period: date | None, currency: str, count: int) -> None:
        """Notes rows of one period."""
        self.count[period] = self.count.get(period, 0) + count
        self.currencies.setdefault(period, set()).add(currency)

    def words(self, period: date | None) -> str:
        """What stands beside the value of a period; empty where nothing waits."""
        count = self.count.get(period, 0)
        if not count:
            return ""
        rows = "row waits" if count == 1 else "rows wait"
        return f"{count:,} {rows} for an exchange rate ({', '.join(sorted(self.currencies[period]))})"


def waiting(
    metric: Metric, held_up: Mapping[str, Mapping[str, int]], currency: str, calendar: Calendar, grain: Grain,
    periods: Sequence[date | None], since: date | None, until: date | None,
) -> Waiting:  # fmt: skip
    """The rows that the metric waits for, by period. `periods` are those that have a value.

    With the grain `all`, `since` and `until` bound the days; else they bound the first days of periods.
    """
    found = Waiting()
    objects = [name for name in _objects(metric) if name in held_up]
    for name, day, code, count in held_days(currency, objects) if objects else []:
        if grain is Grain.ALL:
            inside = day is not None and (since is None or day >= since) and (until is None or day < until)
            if inside or (since is None and until is None):
                found.add(None, code, count)
            continue
        first = calendar.period(grain, day).start if day is not None else None
        if (since is None and until is None) or (
            first is not None and (since is None or first >= since) and (until is None or first < until)
        ):
            found.add(first, code, count)
        if name == _LASTING and first is not None:
            for period in periods:
                if period is not None and period > first:
                    found.add(period, code, count)
    return found


def _objects(metric: Metric) -> list[str]:
    """The objects whose amounts the metric adds up."""
    money = metric.unit in {Unit.MONEY, Unit.PER_DAY, Unit.PER_HOUR}
    if not money and metric.numerator_scale < _MONEY and metric.denominator_scale < _MONEY:
        return []
    names = [_OBJECTS[frame] for frame in metric.reads if frame in _OBJECTS]
    if "lines" in metric.reads and "deals" not in names and not RevenueLine.objects.exists():
        names.append("deals")  # won deals stand in for the lines
    return names
