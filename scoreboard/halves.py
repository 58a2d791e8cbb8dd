"""Sales | Marketing: two halves on one scale, one joint verdict under both, and influence apart from both.

What each sourced follows the company's locked definition. It is counted in deals won, so the halves and what neither
sourced add up to the bookings of the period; what marketing influenced is a part of the same and is never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core import show
from metrics.definitions.policy import Sourcing
from metrics.published import Values
from scoreboard.charts.svg import percent
from scoreboard.reading import METRICS, Setting, value_of, written

SOURCE = "source_function"
ROWS = ("win_rate", "avg_deal_size", "sales_cycle_days")
SOURCED = {
    Sourcing.FIELD.value: ("sourced_by_field", "by lead source"),
    Sourcing.FIRST_TOUCH.value: ("sourced_first_touch", "by first touch"),
    Sourcing.BEFORE_SALES.value: ("sourced_before_sales", "by who was there first"),
}
KEYS = (*(key for key, _ in SOURCED.values()), "influenced", *ROWS)
OTHERS = {"partner": "Partner", "customer": "Customer", "unknown": "Unknown"}


@dataclass(frozen=True)
class HalfRow:
    """One metric of a half; `few` says that it rests on too few rows."""

    key: str
    label: str
    value: str
    few: str


@dataclass(frozen=True)
class Half:
    """One function: what it sourced, drawn as a part of all that was sourced, and its funnel."""

    name: str
    key: str
    sourced: str
    share: str
    width: str
    rows: tuple[HalfRow, ...]

    @property
    def part(self) -> str:
        """The part of the company that it is, as an address names it."""
        return f"source_function:{self.name.lower()}"


@dataclass(frozen=True)
class Halves:
    """Both, what neither sourced, the joint sentence, and what marketing influenced."""

    sales: Half
    marketing: Half
    others: tuple[tuple[str, str], ...]
    joint: str
    tone: str
    rule: str
    whole: str
    influenced: str


def halves(values: Values, setting: Setting, currency: str, sourcing: str) -> Halves | None:
    """Deals won by the function that sourced them; None where none was won or no source is known."""
    grain, start = setting.view.period.grain, setting.view.period.start
    key, rule = SOURCED[sourcing]
    amounts = {n.member: n.value for n in values.members(key, grain, start, "source") if n.value is not None}
    whole = sum(amounts.values(), Decimal(0))
    if whole <= 0 or set(amounts) <= {"unknown"}:
        return None
    attained = value_of(values.get("attainment", grain, start))
    touched = value_of(values.get("influenced", grain, start))
    others = [(OTHERS[name], show.money(amounts[name], currency)) for name in OTHERS if amounts.get(name)]
    return Halves(
        _half(values, setting, "sales", key, amounts, whole, currency),
        _half(values, setting, "marketing", key, amounts, whole, currency),
        others=tuple(others),
        joint="No joint target yet" if attained is None else f"Together: {show.rate(attained, 0)} of the joint target",
        tone="" if attained is None else "good" if attained >= 1 else "bad",
        rule=rule,
        whole=show.money(whole, currency),
        influenced="" if touched is None else f"{show.money(touched, currency)} ({show.rate(touched / whole, 0)})",
    )


def _half(
    values: Values, setting: Setting, name: str, key: str, amounts: dict[str, Decimal], whole: Decimal, currency: str
) -> Half:
    period, amount = setting.view.period, amounts.get(name, Decimal(0))
    rows = []
    for metric in ROWS:
        number = values.get(metric, period.grain, period.start, of=(SOURCE, name))
        if number and number.value is not None:
            few = f"too few: n = {number.n}" if number.too_few else ""
            rows.append(HalfRow(metric, METRICS[metric].label, written(metric, number.value), few))
    width = percent(min(Decimal(1), max(Decimal(0), amount / whole)) * 100)
    share = show.rate(amount / whole, 0)
    return Half(name.capitalize(), key, show.money(amount, currency), share, width, tuple(rows))
