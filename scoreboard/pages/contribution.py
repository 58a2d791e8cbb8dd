"""Sales and marketing together: sourced three ways, influenced apart, and how far attribution models disagree."""

from __future__ import annotations

from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.compute.store import JOINT
from metrics.models import GeneralPolicy
from metrics.published import Values
from revenue.models import Campaign
from scoreboard.charts.svg import percent
from scoreboard.halves import SOURCED
from scoreboard.pages.build import amount, group, percent_of, source_of, tiles, trend
from scoreboard.pages.funnel import cold_calls, funnel, motions
from scoreboard.pages.shape import Cell, Content, Group, Page, Table, plain
from scoreboard.reading import Setting, written

SOURCES = {
    "marketing": "Marketing", "sales": "Sales", "partner": "Partner", "customer": "Customer (referral or expansion)",
    "unknown": "Unknown",
}  # fmt: skip
WAYS = {"sourced_by_field": "By lead-source field", "sourced_first_touch": "By first touch",
        "sourced_before_sales": "By who was there first"}  # fmt: skip
TILES = ("bookings", "influenced", "joint_attainment", "cac", "cac_payback_months", "cost_of_sales_ratio")
SOLD = (
    "funnel_conversion",
    "cold_call_yield",
    "motion_mix",
    "motion_win_rate",
    "motion_cycle_days",
    "motion_cost_of_sales",
    "motion_cost_ratio",
)
LEAST_SHARE, CAMPAIGNS = Decimal("0.005"), 15


def build(values: Values, setting: Setting) -> Content:
    """The page's content."""
    locked = SOURCED[GeneralPolicy.current().sourcing][0]
    return Content(
        tiles(values, setting, TILES),
        (
            group(three_ways(values, setting, locked)),
            group(spread(values, setting)),
            Group(tuple(filter(None, (trend(values, setting, "influenced", grain=Grain.QUARTER),
                                      trend(values, setting, "cac", grain=Grain.QUARTER)))), "Beside it"),
            group(funnel(values, setting), title="How it is sold"),
            group(motions(values, setting), cold_calls(values, setting)),
            group(campaigns(values, setting)),
        ),
        note=_influence(values, setting, locked),
    )  # fmt: skip


def _influence(values: Values, setting: Setting, locked: str) -> str:
    """What marketing influenced, apart from what was sourced."""
    touched, won = amount(values, setting, "influenced"), amount(values, setting, "bookings")
    if touched is None or not won:
        return ""
    currency = setting.company.currency
    own = amount(values, setting, locked, of=("source", "marketing")) or Decimal(0)
    return (
        f"Marketing influenced {show.money(touched, currency)} of the {show.money(won, currency)} won "
        f"({percent_of(touched, won)}) and sourced {show.money(own, currency)} of it. The two overlap: influenced "
        "revenue is never added to sourced revenue."
    )


def three_ways(values: Values, setting: Setting, locked: str) -> Table | None:
    """Deals won by source under the three definitions, the company's own marked; None where nothing was won."""
    period = setting.view.period
    found = {
        key: {n.member: n.value for n in values.members(key, period.grain, period.start, "source")} for key in WAYS
    }
    whole = {key: sum((v for v in parts.values() if v), Decimal(0)) for key, parts in found.items()}
    if whole[locked] <= 0:
        return None
    currency, rows = setting.company.currency, []
    for source, name in SOURCES.items():
        cells = [Cell(name)]
        for key in WAYS:
            part, total = found[key].get(source) or Decimal(0), whole[key]
            share = part / total if total > 0 else Decimal(0)
            words = f"{show.money(part, currency)} · {percent_of(part, total)}" if part else "–"
            cells.append(Cell(words, plain(part), x="0%", width=percent(max(Decimal(0), min(Decimal(1), share)) * 100)))
        rows.append(tuple(cells))
    mine = [(found[key].get("marketing") or Decimal(0)) / whole[key] for key in WAYS if whole[key] > 0]
    low, high = show.rate(min(mine), 0), show.rate(max(mine), 0)
    said = f"is {low}, however" if low == high else f"lies between {low} and {high}, depending on how"
    head = tuple(f"{name}{' (locked)' if key == locked else ''}" for key, name in WAYS.items())
    return Table(
        "sourced-three-ways", f"Marketing’s part of what was won {said} sourcing is defined",
        f"Deals won by close date, {currency} · {setting.view.label} · the company's definition is marked locked · "
        f"source: {source_of(locked)}",
        ("Sourced by", *head), tuple(rows), metric=locked, wide=True,
    )  # fmt: skip


def spread(values: Values, setting: Setting) -> Table | None:
    """Credit per channel: the lowest, the middle and the highest of all models; None without touches."""
    period = setting.view.period
    credit: dict[str, list[Decimal]] = {}
    linear: dict[str, Decimal] = {}
    for number in values.members("attributed", period.grain, period.start, "model,channel"):
        model, channel = number.member.split(JOINT)
        if number.value is not None:
            credit.setdefault(channel, []).append(number.value)
            if model == "linear":
                linear[channel] = number.value
    whole = sum(linear.values(), Decimal(0))
    models = max((len(v) for v in credit.values()), default=0)
    shown = [(c, v) for c, v in credit.items() if whole > 0 and max(v) >= whole * LEAST_SHARE]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda pair: linear.get(pair[0], Decimal(0)), reverse=True)
    # A model that gives a channel nothing in the period has no row: its credit is zero.
    least = {c: Decimal(0) if len(v) < models else min(v) for c, v in shown}
    most, currency, rows = max(max(v) for _, v in shown), setting.company.currency, []
    for channel, given in shown:
        low, high = max(Decimal(0), least[channel]), max(given)
        rows.append(
            (
                Cell(channel), Cell(show.money(low, currency), plain(low)),
                Cell(show.money(linear.get(channel, Decimal(0)), currency), plain(linear.get(channel))),
                Cell(show.money(high, currency), plain(high)),
                Cell("", plain(high - low), x=percent(low / most * 100), width=percent((high - low) / most * 100)),
            )
        )  # fmt: skip
    wide = max(shown, key=lambda pair: max(pair[1]) - least[pair[0]])
    title = (
        f"The models disagree most about {wide[0]}: from {show.money(least[wide[0]], currency)} to "
        f"{show.money(max(wide[1]), currency)}"
    )
    return Table(
        "attribution-spread", title,
        f"Deals won, {currency}, by channel under {models} attribution models · {setting.view.label} · each model "
        f"adds up to the same whole; the spread is the uncertainty · source: {source_of('attributed')}",
        ("Channel", "Lowest", "Linear", "Highest", "Spread"), tuple(rows), metric="attributed", wide=True,
    )  # fmt: skip


def campaigns(values: Values, setting: Setting) -> Table | None:
    """Return and cost per win of campaigns with a known cost, best return first; None where there are none."""
    returns = {n.member: n for n in values.members("campaign_roas", Grain.ALL, None, "campaign")}
    costs = {n.member: n.value for n in values.members("campaign_cpa", Grain.ALL, None, "campaign")}
    known = [(pk, n) for pk, n in returns.items() if n.value is not None]
    if not known:
        return None
    known.sort(key=lambda pair: pair[1].value or Decimal(0), reverse=True)
    names = dict(Campaign.objects.filter(pk__in=[pk for pk, _ in known if pk.isdigit()]).values_list("pk", "name"))
    rows = []
    for pk, number in known[:CAMPAIGNS]:
        name = (names.get(int(pk)) if pk.isdigit() else "") or f"Campaign {pk}"
        few = " (too few)" if number.too_few else ""
        rows.append(
            (
                Cell(f"{name}{few}"), Cell(written("campaign_roas", number.value), plain(number.value)),
                Cell(written("campaign_cpa", costs.get(pk)), plain(costs.get(pk))), Cell(str(number.n)),
            )
        )  # fmt: skip
    paid = sum(1 for _, n in known if n.value is not None and n.value >= 1)
    return Table(
        "campaigns", f"{paid} of {len(known)} campaigns brought back more than they cost",
        f"Linear model, all time; the {min(len(known), CAMPAIGNS)} with the highest return · "
        f"source: {source_of('campaign_roas')}",
        ("Campaign", "Return on spend", "Cost per win", "Wins touched"), tuple(rows), metric="campaign_roas", wide=True,
    )  # fmt: skip


PAGE = Page(
    "sales-marketing", "Sales & marketing", "Who brought it: sales, marketing, or both?",
    tuple(dict.fromkeys((*TILES, *WAYS, *SOLD, "attributed", "campaign_roas", "campaign_cpa"))), build,
    "Import deals with their lead source, and campaign touches. Both functions then stand here on one scale.",
    own=("source", "model,channel", "campaign", "step,channel", "step", "motion"),
    grains=frozenset({Grain.QUARTER, Grain.ALL}),
)  # fmt: skip
