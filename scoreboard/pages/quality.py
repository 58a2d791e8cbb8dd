"""Is it good revenue? The share that passes, why the rest does not, and where it comes from."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from core import show
from core.periods import Grain
from metrics.policy import quality_floor
from metrics.published import Values
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone
from scoreboard.pages.build import amount, group, percent_of, source_of, tiles, trend
from scoreboard.pages.shape import Cell, Content, Page, Table, plain
from scoreboard.quality import REASONS, SPLIT
from scoreboard.reading import METRICS, Setting, value_of, written

TILES = ("quality_share", "quality_coverage", "gross_margin", "discount_depth", "broker_share", "strategic_share")
SIDES = ("net_revenue", "discount_depth", "gross_margin", "quality_share")
CUTS = {"route": "Route", "segment": "Segment", "rep": "Rep"}


def build(values: Values, setting: Setting) -> Content:
    """The page's content."""
    floor = quality_floor(min(setting.run.as_of, setting.view.period.end - timedelta(days=1)))
    return Content(
        tiles(values, setting, TILES),
        (
            group(
                trend(values, setting, "quality_share", grain=Grain.QUARTER, goal=floor, goal_name="Floor"),
                reasons(values, setting),
            ),
            group(*(beside(values, setting, dim) for dim in CUTS), title="Margin against discount"),
            group(
                trend(values, setting, "gross_margin"), trend(values, setting, "discount_depth"),
                trend(values, setting, "broker_share", grain=Grain.QUARTER),
                trend(values, setting, "top10_share", grain=Grain.QUARTER),
                title="How it came about",
            ),
        ),
    )  # fmt: skip


def reasons(values: Values, setting: Setting) -> Chart | None:
    """Revenue that fails the policy, by the first test that it fails; None where nothing fails."""
    members = values.members(SPLIT, setting.view.period.grain, setting.view.period.start, "reason")
    split = {n.member: n.value for n in members if n.value}
    failed = sorted(((r, split[r]) for r in REASONS if r in split), key=lambda pair: pair[1], reverse=True)
    if not failed:
        return None
    currency = setting.company.currency
    whole, lost = amount(values, setting, "net_revenue") or Decimal(0), sum((v for _, v in failed), Decimal(0))
    title = (
        f"{show.money(lost, currency)} fails the quality policy ({percent_of(lost, whole)} of revenue), "
        f"most of it {REASONS[failed[0][0]]}"
    )
    if len(failed) == 1 or failed[0][1] * 2 <= lost:
        title = title.replace("most of it", "all of it" if len(failed) == 1 else "first of all")
    return Chart(
        key="quality-by-reason", kind=Kind.BARS, unit="money", currency=currency, title=title, low=True, metric=SPLIT,
        period=setting.view.label, source=source_of(SPLIT), first_heading="Reason",
        categories=tuple(REASONS[r].capitalize() for r, _ in failed),
        series=(Series("Revenue that fails", Role.ACTUAL, tuple(v for _, v in failed), (Tone.BAD,) * len(failed)),),
    )  # fmt: skip


def beside(values: Values, setting: Setting, dim: str) -> Table | None:
    """Revenue, discount, margin and quality of each member, largest revenue first; None with fewer than two."""
    period = setting.view.period
    found = values.members("net_revenue", period.grain, period.start, dim)
    rows, discounts = [], []
    for number in found[:12]:
        at = (dim, number.member)
        parts = [value_of(values.get(key, period.grain, period.start, of=at)) for key in SIDES]
        few = " (too few)" if number.too_few else ""
        name = Cell(f"{number.member or 'none given'}{few}", href=_part(dim, number.member, setting))
        rows.append((name, *(Cell(written(k, v), plain(v)) for k, v in zip(SIDES, parts, strict=True))))
        if parts[1] is not None and parts[2] is not None and not number.too_few:
            discounts.append((number.member or "none given", parts[1], parts[2]))
    if len(rows) < 2:
        return None
    return Table(
        f"margin-by-{dim}", sentences.deepest_discount(CUTS[dim].lower(), discounts),
        f"{setting.view.label} · source: {source_of('net_revenue')}",
        (CUTS[dim], *(METRICS[k].label for k in SIDES)), tuple(rows), metric="gross_margin", wide=dim == "rep",
    )  # fmt: skip


def _part(dim: str, member: str, setting: Setting) -> str:
    """Where a member's name leads: a rep to their own page, a part of the company to this page of it."""
    if dim == "rep" and member:
        return f"/reps/?{urlencode({'name': member, 'period': setting.view.code})}"
    return f"?{urlencode({'period': setting.view.code, 'of': f'{dim}:{member}'})}"


PAGE = Page(
    "quality", "Quality", "How good is this revenue, and why is the rest not?",
    tuple(dict.fromkeys((*TILES, *SIDES, SPLIT, "top10_share"))), build,
    "Import revenue lines with cost, list price and route. Each line is then judged by the quality policy, and this "
    "page says how much of the revenue you would want again.",
    dims=tuple(CUTS), own=("reason",), grains=frozenset({Grain.MONTH, Grain.QUARTER}),
)  # fmt: skip
