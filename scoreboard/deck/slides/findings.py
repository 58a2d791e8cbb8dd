"""What falls short: of its plan, its floor, its target or its own usual range."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core import show
from core.periods import Grain
from scoreboard import first_screen
from scoreboard.deck.figures import number_of
from scoreboard.deck.material import Material
from scoreboard.leads import Lead, groups
from scoreboard.pages import pipeline, productivity, quality, retention
from scoreboard.pages.build import full_periods
from scoreboard.quality import good_share
from scoreboard.reading import METRICS, Tile, tile, value_of, written

WATCHED = tuple(
    dict.fromkeys((*first_screen.KPIS, *quality.TILES, *retention.TILES, *pipeline.TILES, *productivity.TILES))
)


@dataclass(frozen=True)
class Finding:
    """One number that falls short: what it is held against, and by how much it misses that."""

    key: str
    label: str
    value: Decimal | None
    against: str
    gap: str

    @property
    def now(self) -> str:
        """The number as it is written."""
        return written(self.key, self.value)


def findings(m: Material) -> tuple[Finding, ...]:
    """All of them, one per metric, in the order in which a board asks: plan, quality, news, leads, seven questions."""
    found = [*_plan(m), *_floor(m), *_news(m), *_leads(m), *_failed(m)]
    return tuple(
        {finding.key: finding for finding in reversed(found)}[key] for key in dict.fromkeys(f.key for f in found)
    )


def _plan(m: Material) -> list[Finding]:
    number = number_of(m, "attainment")
    if number is None or number.value is None or number.value >= 1:
        return []
    missing = None
    if number.numerator is not None and number.denominator is not None:
        missing = number.numerator - number.denominator
    planned = f"plan{' to date' if m.setting.view.to_date else ''} {show.money(number.denominator, m.currency)}"
    gap = show.difference(missing, "money", m.currency)
    return [Finding("net_revenue", "Net revenue", value_of(number_of(m, "net_revenue")), planned, gap)]


def _floor(m: Material) -> list[Finding]:
    share = good_share(m.values, m.setting)
    if share is None or m.floor is None or share >= m.floor:
        return []
    gap = show.points(share - m.floor)
    return [Finding("quality_share", METRICS["quality_share"].label, share, f"floor {show.rate(m.floor, 0)}", gap)]


def _news(m: Material) -> list[Finding]:
    """Changes for the worse beyond the process limits."""
    shown = [
        tile(m.values, m.setting, key, news=True)
        for key in WATCHED
        if key in METRICS and first_screen.is_news(m.values, m.setting, key)
    ]
    return [_from_tile(m, each) for each in shown if each.tone == "bad"]


def _from_tile(m: Material, each: Tile) -> Finding:
    return Finding(each.key, each.label, value_of(number_of(m, each.key)), each.against, each.delta)


def _leads(m: Material) -> list[Finding]:
    both = groups(m.values, m.setting, m.goals, m.policy.coaching_hours_per_week)
    return [_from_lead(m, lead) for group in both for lead in group.leads if lead.tone == "bad"]


def _from_lead(m: Material, lead: Lead) -> Finding:
    ahead = lead.key in ("pipeline_open", "pipeline_weighted")
    period = m.setting.calendar.next(m.setting.view.period) if ahead else m.setting.view.period
    value = value_of(number_of(m, lead.key, period=period))
    return Finding(lead.key, lead.label, value, f"target {lead.target}", lead.gap)


def _failed(m: Material) -> list[Finding]:
    """Of the seven questions, those that fail: they are about the last full quarter."""
    table = productivity.checklist(m.values, m.setting, dict(m.goals))
    failed = [q for q, row in zip(productivity.QUESTIONS, table.rows, strict=True) if row[2].badge == "bad"]
    rows = {q.key: row for q, row in zip(productivity.QUESTIONS, table.rows, strict=True)}
    quarter = full_periods(m.setting, Grain.QUARTER, 1)[0]
    return [
        Finding(
            q.key, METRICS[q.key].label if q.key in METRICS else q.name, value_of(number_of(m, q.key, period=quarter)),
            rows[q.key][4].text[0].lower() + rows[q.key][4].text[1:], "",
        )
        for q in failed
    ]  # fmt: skip
