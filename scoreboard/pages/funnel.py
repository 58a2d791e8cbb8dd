"""Where leads come from and where they are lost, what cold calls lead to, and which motion sells to whom."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.compute.store import JOINT
from metrics.definitions.funnel import COLD_STEPS, NO_VISIT, STEPS, VISITOR
from metrics.published import Number, Values
from scoreboard.charts.svg import percent
from scoreboard.pages.build import source_of
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import Setting

REACHED = dict(zip(COLD_STEPS, ("Connected", "Had a meeting", "Had a new deal", "Won it"), strict=True))
MOTIONS = ("no-touch", "blended", "field")


def funnel(values: Values, setting: Setting) -> Table | None:
    """Per channel the share that reached each next step, with all channels pooled on top; None without leads.

    It begins with visitors where visits are on record, and else says that none are.
    """
    by: dict[str, dict[str, Number]] = {}
    for number in values.members("funnel_conversion", Grain.ALL, None, "step,channel"):
        step, channel = number.member.split(JOINT)
        if number.value is not None:
            by.setdefault(channel, {})[step] = number
    pooled = {step: _pooled([steps[step] for steps in by.values() if step in steps]) for step in (VISITOR, *STEPS)}
    # A step that nobody has reached says nothing of the channels: its deals are not linked to leads.
    told = [step for step in (VISITOR, *STEPS) if pooled[step][1] and pooled[step][0]]
    if not told:
        return None
    shares = {step: pooled[step][0] / pooled[step][1] for step in told}
    leak = min(told, key=lambda step: shares[step])
    linked = "" if {*STEPS} <= {*told} else " · later steps are empty: no lead is linked to a known deal"
    visited = "" if pooled[VISITOR][1] else f" · visitors: n/a, {NO_VISIT}"
    rows = [(Cell("All channels"), *(_share(shares[s], pooled[s][1]) for s in told))]
    for channel in sorted(by, key=lambda name: -_reached(by[name], told[0])):
        cells = [by[channel].get(step) for step in told]
        rows.append((Cell(channel), *(_cell(number) for number in cells)))
    return Table(
        "funnel", f"Most is lost from {leak.replace(' → ', ' to ')}: {show.rate(shares[leak], 0)} go on",
        f"Of all who reached a step, the share that reached the next, and how many they were{visited}{linked} · "
        f"grey: too few · source: {source_of('funnel_conversion')}",
        ("Channel", *told), tuple(rows), metric="funnel_conversion", wide=True,
    )  # fmt: skip


def _pooled(numbers: list[Number]) -> tuple[Decimal, Decimal]:
    zero = Decimal(0)
    return sum((n.numerator or zero for n in numbers), zero), sum((n.denominator or zero for n in numbers), zero)


def _reached(steps: Mapping[str, Number], step: str) -> Decimal:
    return (steps[step].denominator or Decimal(0)) if step in steps else Decimal(0)


def _share(share: Decimal, of: Decimal) -> Cell:
    return Cell(f"{show.rate(share, 0)} of {show.fixed(of, 0)}", plain(share))


def _cell(number: Number | None) -> Cell:
    if number is None or number.value is None:
        return Cell("–")
    cell = _share(number.value, number.denominator or Decimal(number.n))
    return Cell(cell.text, cell.plain, heat="few") if number.too_few else cell


def cold_calls(values: Values, setting: Setting) -> Table | None:
    """What a hundred dials of all time came to, step by step; None without dials."""
    found = {n.member: n for n in values.members("cold_call_yield", Grain.ALL, None, "step")}
    first = found.get(COLD_STEPS[0])
    dials = first.denominator if first else None
    if not dials:
        return None
    left, rows = dials, [(Cell("Dials"), Cell(show.fixed(dials, 0), plain(dials)), Cell(""))]
    for step in COLD_STEPS:
        number = found.get(step)
        if number is None or number.numerator is None:
            break
        left = number.numerator
        share = Cell(show.rate(number.value), plain(number.value), heat="few" if number.too_few else "")
        rows.append((Cell(REACHED[step]), Cell(show.fixed(left, 0), plain(left)), share))
    whole = len(rows) == len(COLD_STEPS) + 1
    title = f"{show.fixed(dials, 0)} cold calls led to {show.fixed(left, 0)} won deal{'' if left == 1 else 's'}"
    return Table(
        "cold-calls", title if whole else f"{show.fixed(dials, 0)} cold calls have been made",
        f"Counted in calls, each step within 90 days of its call · all that is known · "
        f"source: {source_of('cold_call_yield')}",
        ("Step", "Calls", "Of the step before"), tuple(rows), metric="cold_call_yield",
    )  # fmt: skip


def motions(values: Values, setting: Setting) -> Table | None:
    """Deals won by go-to-market motion in the page's period: amount, win rate, cycle, and what it cost to sell.

    None where none was won, and on a page about one motion: it would say that all of it was sold in that motion.
    """
    if values.home[0] == "motion":
        return None
    period, currency = setting.view.period, setting.company.currency
    keys = ("motion_mix", "motion_win_rate", "motion_cycle_days", "motion_cost_of_sales", "motion_cost_ratio")
    by = {key: {n.member: n for n in values.members(key, period.grain, period.start, "motion")} for key in keys}
    won = {name: n.value for name, n in by["motion_mix"].items() if n.value}
    whole = sum(won.values(), Decimal(0))
    if whole <= 0:
        return None
    rows = []
    for name in sorted(won, key=lambda name: (MOTIONS.index(name) if name in MOTIONS else len(MOTIONS), name)):
        share = max(Decimal(0), won[name] / whole)
        rates, cycles = by["motion_win_rate"].get(name), by["motion_cycle_days"].get(name)
        rows.append(
            (
                Cell(name.capitalize() if name else "None given"),
                Cell(f"{show.money(won[name], currency)} · {show.rate(share, 0)}", plain(won[name]), x="0%",
                     width=percent(min(Decimal(1), share) * 100)),
                _told(rates, "rate", currency), _told(cycles, "days", currency),
                _cost(by["motion_cost_of_sales"].get(name), by["motion_cost_ratio"].get(name), currency),
            )
        )  # fmt: skip
    most = max(won, key=lambda name: won[name])
    return Table(
        "motions", f"{show.rate(won[most] / whole, 0)} of what was won was sold {WORDS.get(most, f'by {most} motion')}",
        f"Deals won by close date, {currency} · {setting.view.label} · grey: too few · cost of sales: shared among "
        f"deals by logged minutes and marketing's touches, and in % of what was won · "
        f"source: {source_of('motion_mix')}",
        ("Motion", "Won", "Win rate", "Sales cycle, median", "Cost of sales"), tuple(rows), metric="motion_mix",
    )  # fmt: skip


WORDS = {"field": "in the field", "blended": "by phone and visit together", "no-touch": "without any touch"}


def _cost(amount: Number | None, ratio: Number | None, currency: str) -> Cell:
    """The motion's allocated cost and its share of what was won; n/a where none can be allocated, which is not 0."""
    if ratio is None or ratio.value is None:
        return Cell("n/a")
    cost = amount.value if amount is not None and amount.value is not None else Decimal(0)
    return Cell(f"{show.money(cost, currency)} · {show.rate(ratio.value)}", plain(cost))


def _told(number: Number | None, unit: str, currency: str) -> Cell:
    if number is None or number.value is None:
        return Cell("–")
    return Cell(show.value(number.value, unit, currency), plain(number.value), heat="few" if number.too_few else "")
