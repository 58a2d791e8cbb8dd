"""One account's numbers, computed when its page is opened by the definitions of the metrics, from its rows alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pandas as pd
from django.core.cache import cache

from core import show
from core.periods import Grain
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.engine import evaluate
from metrics.definitions.fit import icp_parts
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting as Definitions
from metrics.definitions.scene import Scene
from metrics.published import WHOLE, Number, Values
from metrics.within import number_of
from scoreboard.charts.shape import Chart, Kind, Role, Series
from scoreboard.first_screen import month_chart
from scoreboard.pages.build import full_periods, source_of
from scoreboard.reading import METRICS, Setting

READS = ("lines", "accounts", "subscriptions")
KEYS = ("net_revenue", "gross_profit", "gross_margin", "discount_depth", "quality_share", "mrr")
BY_PRODUCT = "product_family"
KEPT = 24 * 3600


@dataclass(frozen=True)
class Standing:
    """Whether the account fits and whether it will stay: facts, with what they rest on."""

    fit: Decimal | None  # 0–100 of the ideal customer profile's known attributes
    known: Decimal | None  # share of the profile's weight that is known
    first: date | None
    last: date | None
    quiet: int | None  # days since the last purchase
    gap: int | None  # its own median days between purchases


@dataclass(frozen=True)
class Picture:
    """The account's values by period and product family, and its standing."""

    values: Values
    standing: Standing


def picture(setting: Setting, account: int) -> Picture:
    """Computed once per run; the rows of one account, whatever the size of the company."""
    key = f"account:{setting.run.pk}:{account}"
    known: tuple[dict[tuple[str, str, date | None, str, str], Number], Standing] | None = cache.get(key)
    if known is None:
        definitions = replace(current_setting(), as_of=setting.run.as_of)
        world = world_of(definitions)
        world.only = (-1, account)
        frames = snapshot(READS, world)
        known = _numbers(frames, definitions), _standing(frames, definitions, account)
        cache.set(key, known, KEPT)
    return Picture(Values(setting.run, WHOLE, known[0]), known[1])


def _numbers(frames: Frames, definitions: Definitions) -> dict[tuple[str, str, date | None, str, str], Number]:
    numbers: dict[tuple[str, str, date | None, str, str], Number] = {}
    cuts: list[tuple[tuple[str, ...], tuple[str, ...], list[Grain]]] = [
        ((), KEYS, [Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL]),
        ((BY_PRODUCT,), ("net_revenue",), [Grain.QUARTER, Grain.YEAR, Grain.ALL]),
    ]
    for by, keys, grains in cuts:
        table = evaluate([METRICS[key] for key in keys], frames, setting=definitions, by=by, grains=grains)
        for _, row in table.iterrows():
            member = str(row[by[0]]) if by and not pd.isna(row[by[0]]) else ""
            number = number_of(METRICS[str(row["metric"])], row, by[0] if by else "", member)
            numbers[number.metric, number.grain, number.period, number.dim, number.member] = number
    return numbers


def _standing(frames: Frames, definitions: Definitions, account: int) -> Standing:
    hit, weight, whole = icp_parts(Scene(frames, definitions))
    accounts = frames.accounts["account_id"].to_numpy()
    places = (accounts == account).nonzero()[0]
    fit = known = None
    if places.size and whole:
        row = int(places[0])
        known = Decimal(int(weight[row])) / Decimal(int(whole))
        fit = Decimal(int(hit[row])) * 100 / Decimal(int(weight[row])) if weight[row] else None
    bought = frames.lines[frames.lines["net"] > 0] if len(frames.lines) else frames.lines  # no credit notes
    days = sorted(day for day in {d.date() for d in bought["day"].dropna()} if day <= definitions.as_of)
    gaps = sorted((b - a).days for a, b in pairwise(days))
    return Standing(
        fit, known, days[0] if days else None, days[-1] if days else None,
        (definitions.as_of - days[-1]).days if days else None, gaps[len(gaps) // 2] if gaps else None,
    )  # fmt: skip


def charts(values: Values, setting: Setting) -> list[Chart]:
    """Revenue by month, and by product family in the trailing years."""
    made = [month_chart(values, setting, full_periods(setting, Grain.MONTH, 18), setting.company.currency),
            products(values, setting)]  # fmt: skip
    return [chart for chart in made if chart is not None and not chart.empty]


def products(values: Values, setting: Setting) -> Chart | None:
    """What it bought, of all time; None where it has bought nothing."""
    found = [n for n in values.members("net_revenue", Grain.ALL, None, BY_PRODUCT) if n.value]
    if not found:
        return None
    currency = setting.company.currency
    whole = sum((n.value for n in found if n.value is not None), Decimal(0))
    top = found[0]
    name = top.member or "What has no product family"
    share = top.value / whole if top.value is not None and whole > 0 else None
    title = f"{name} is {show.rate(share, 0)} of all it has bought" if share is not None else "What it has bought"
    return Chart(
        key="by-product", kind=Kind.BARS, unit="money", currency=currency, metric="net_revenue", low=True,
        title=title, period=f"up to {show.day(setting.run.as_of)}", source=source_of("net_revenue"),
        first_heading="Product family", categories=tuple(n.member or "no product family" for n in found[:10]),
        series=(Series("Net revenue", Role.ACTUAL, tuple(n.value for n in found[:10])),),
    )  # fmt: skip


def stays(standing: Standing, *, window: tuple[int, int], running: int) -> tuple[str, str]:
    """The sentence about whether the account is still there, and its tone; a running subscription says yes.

    `window`: the policy's days of activity, and how many of its own usual gaps stand in for them if that is longer.
    """
    if running:
        return f"It has {running} running subscription{'s' if running != 1 else ''}.", "good"
    if standing.last is None or standing.quiet is None:
        return "It has not bought anything yet.", ""
    reach = max(window[0], window[1] * (standing.gap or 0))
    bought = f"It last bought {standing.quiet:,} days ago"
    if standing.quiet <= reach:
        usual = f"; usually {standing.gap} days lie between purchases" if standing.gap else ""
        return f"{bought}{usual}. It counts as active.", "good"
    return f"{bought}, longer than the {reach} days in which it counts as active.", "bad"
