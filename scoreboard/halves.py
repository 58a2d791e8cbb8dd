"""Sales | Marketing: two halves on one scale, and one joint verdict under both."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core import show
from metrics.published import Values
from scoreboard.charts.svg import percent
from scoreboard.reading import METRICS, Setting, value_of, written

SOURCE = "source_function"
ROWS = ("bookings", "win_rate", "avg_deal_size", "sales_cycle_days")


@dataclass(frozen=True)
class HalfRow:
    """One metric of a half; `few` says that it rests on too few rows."""

    key: str
    label: str
    value: str
    few: str


@dataclass(frozen=True)
class Half:
    """One function: what it sourced, drawn as a part of the whole number, and its funnel."""

    name: str
    sourced: str
    width: str
    rows: tuple[HalfRow, ...]


@dataclass(frozen=True)
class Halves:
    """Both, what neither sourced, and the joint sentence."""

    sales: Half
    marketing: Half
    others: tuple[tuple[str, str], ...]
    joint: str
    tone: str


def halves(values: Values, setting: Setting, currency: str) -> Halves | None:
    """Revenue by the function that sourced it; None where no source is known or the reader sees only a part."""
    grain, start = setting.view.period.grain, setting.view.period.start
    members = {n.member.lower(): n for n in values.members("net_revenue", grain, start, SOURCE)}
    if not {"sales", "marketing"} & set(members):
        return None
    whole = value_of(values.get("net_revenue", grain, start)) or Decimal(1)

    def half(name: str) -> Half:
        net = members.get(name)
        value = net.value if net else None
        member = net.member if net else name
        rows = []
        for key in ROWS:
            number = values.get(key, grain, start, of=(SOURCE, member))
            if number and number.value is not None:
                few = f"too few: n = {number.n}" if number.too_few else ""
                rows.append(HalfRow(key, METRICS[key].label, written(key, number.value), few))
        width = percent(min(Decimal(1), max(Decimal(0), value / whole)) * 100) if value is not None else "0%"
        return Half(name.capitalize(), show.money(value, currency), width, tuple(rows))

    attained = value_of(values.get("attainment", grain, start))
    others = tuple(
        (n.member.capitalize() or "Source unknown", show.money(n.value, currency))
        for n in members.values()
        if n.member.lower() not in ("sales", "marketing")
    )
    joint = "No joint target yet" if attained is None else f"Together: {show.rate(attained, 0)} of the joint target"
    tone = "" if attained is None else "good" if attained >= 1 else "bad"
    return Halves(half("sales"), half("marketing"), others, joint, tone)
