"""What the page of a rep says: results, pipeline and coaching together, beside the team where that is fair."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from coaching.models import CoachingSession
from coaching.policy import KIND_LABELS
from coaching.training import matrix
from core import show
from core.money import SCALE
from core.periods import Grain, Period
from metrics.published import Values, Wanted, read_each
from revenue.models import Rep
from scoreboard.charts.shape import Chart
from scoreboard.first_screen import month_chart
from scoreboard.focus import focus
from scoreboard.pages.build import full_periods, trend
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.people.lists import day
from scoreboard.people.peers import Beside, beside
from scoreboard.reading import METRICS, Setting, tone_of, unit_of
from scoreboard.views_of_time import code_of

RESULTS = ("net_revenue", "attainment", "bookings", "win_rate", "avg_deal_size", "sales_cycle_days")
QUALITY = ("quality_share", "gross_margin", "discount_depth", "broker_share", "strategic_share")
PIPELINE = ("pipeline_open", "pipeline_weighted", "pipeline_coverage", "forecast", "stuck_deals")
COACHING = (
    "coaching_hours", "coaching_hours_per_rep_week", "prebrief_rate", "debrief_rate", "training_hours",
    "training_currency", "gross_profit_per_selling_hour",
)  # fmt: skip
AHEAD = frozenset({"pipeline_open", "pipeline_weighted", "forecast"})
MEASURES = {
    "margin": ("Margin", "rate", 1), "discount": ("Discount depth", "rate", -1),
    "early_churn": ("Early churn of customers brought", "rate", -1), "retention": ("Own accounts kept", "rate", 1),
    "fit": ("Fit of new accounts", "index", 1), "cycle_days": ("Sales cycle", "days", -1),
    "win_rate": ("Win rate", "rate", 1), "selling_hours": ("Selling hours a week", "hours", 0),
    "overtime": ("Overtime", "rate", -1), "collaboration": ("Collaboration pulse", "index", 1),
    "hygiene": ("Record hygiene", "rate", 1), "completeness": ("Known of these measures", "rate", 0),
}  # fmt: skip
SESSIONS = 8


def read_rep(setting: Setting, period: Period, rep: str) -> tuple[Values, Values]:
    """The period's numbers of all reps whom the reader may see with the next period's pipeline; and the rep's past."""
    now, year, past = read_each(
        setting.user,
        [
            Wanted(
                metrics=tuple(dict.fromkeys((*RESULTS, *QUALITY, *PIPELINE, *COACHING))), grains=[period.grain],
                dims=["rep"], since=period.start, until=setting.calendar.next(period).end,
            ),
            Wanted(metrics=["rep_quality", "rogue_superstar"], grains=[Grain.ALL], dims=["rep", "rep,measure"]),
            Wanted(
                metrics=["net_revenue", "target", "attainment", "growth_yoy", "coaching_hours", "win_rate"],
                grains=[Grain.MONTH, Grain.QUARTER], dims=["rep"], member=rep,
                since=period.end - timedelta(days=800), until=max(period.end, setting.run.as_of),
            ),
        ],
        run=setting.run,
    )  # fmt: skip
    return Values(now.run, now.home, {**now.numbers, **year.numbers}), focus(past, ("rep", rep))


def numbers(
    values: Values, setting: Setting, rep: str, mates: list[str], keys: tuple[str, ...], title: str, key: str
) -> Table | None:
    """A table of metrics with the team's median; None where the rep has no value in any."""
    period = setting.view.period
    following = setting.calendar.next(period)
    rows = []
    for name in keys:
        if name not in METRICS:
            continue
        sides = [("", period, setting.view.code)] if name not in AHEAD or setting.view.to_date else []
        sides += [(", next period", following, code_of(following, setting.calendar))] if name in AHEAD else []
        for suffix, side, code in sides:
            found = beside(values, name, period.grain, side.start, rep, mates)
            href = f"/metric/{name}/?{urlencode({'period': code, 'of': f'rep:{rep}'})}"
            row = _row(found, METRICS[name].label + suffix, unit_of(name), setting, href)
            if row:
                rows.append(row)
    return _table(key, title, setting.view.label, rows)


def year(values: Values, setting: Setting, rep: str, mates: list[str]) -> Table | None:
    """Quality beside revenue over the trailing year, measure by measure."""
    rows = []
    for measure, (label, unit, sign) in MEASURES.items():
        found = beside(values, "rep_quality", Grain.ALL, None, rep, mates, measure=measure)
        row = _row(found, label, unit, setting, "", sign=sign)
        if row:
            rows.append(row)
    star = values.get("rogue_superstar", Grain.ALL, None, of=("rep", rep))
    title = "Successful, and how: the year behind the revenue"
    if star is not None and star.value:
        title = "Top by revenue, and in the bottom quarter on two or more of the rest"
    return _table("year", title, "The trailing year · source: rep quality", rows)


def _row(
    found: Beside, label: str, unit: str, setting: Setting, href: str, *, sign: int = 2
) -> tuple[Cell, ...] | None:
    number = found.number
    if number is None or number.value is None:
        return None
    currency = setting.company.currency
    usual, gap = Cell("–"), Cell("")
    if found.usual is not None and not number.too_few:
        change = number.value - found.usual
        usual = Cell(show.value(found.usual, unit, currency), plain(found.usual))
        gap = Cell(show.difference(change, unit, currency), plain(change), tone=_tone(found.key, change, sign))
    few = f"n = {number.n}" + (", too few" if number.too_few else "")
    value = Cell(show.value(number.value, unit, currency), plain(number.value))
    return Cell(label, href=href), value, usual, gap, Cell(few)


def _tone(key: str, change: Decimal, sign: int) -> str:
    if sign == 2:
        return tone_of(key, change)
    return "" if not sign or not change else "good" if (change > 0) is (sign > 0) else "bad"


def _table(key: str, title: str, caption: str, rows: list[tuple[Cell, ...]]) -> Table | None:
    if not rows:
        return None
    return Table(key, title, caption, ("", "This rep", "Median of the others", "Gap", "Rests on"), tuple(rows))


def charts(values: Values, setting: Setting) -> list[Chart]:
    """Revenue by month, and coaching beside the win rate: the lead and the lag it is meant to move."""
    made = [month_chart(values, setting, full_periods(setting, Grain.MONTH, 12), setting.company.currency)]
    found = [trend(values, setting, "coaching_hours"), trend(values, setting, "win_rate", grain=Grain.QUARTER)]
    return [chart for chart in (*made, *found) if chart is not None and not chart.empty]


def sessions(setting: Setting, rep: Rep) -> Table | None:
    """The last coaching sessions that the reader may know of: kind and length, never what was said."""
    rows = CoachingSession.objects.visible_to(setting.user).filter(attendances__rep=rep).select_related("manager")
    shown = list(rows.order_by("-held_on", "-pk").distinct()[:SESSIONS])
    if not shown:
        return None
    made = tuple(
        (Cell(show.day(s.held_on)), Cell(str(KIND_LABELS.get(s.kind, s.kind))), Cell(f"{s.minutes // SCALE} min"),
         Cell(s.topic or "–"), Cell(str(s.manager) if s.manager else "–"))
        for s in shown
    )  # fmt: skip
    return Table(
        "sessions", f"Last coached on {show.day(shown[0].held_on)}", "Newest first · source: coaching sessions",
        ("Held on", "Kind", "Length", "Topic", "By"), made, words=True,
    )  # fmt: skip


def training(setting: Setting, rep: Rep) -> Table | None:
    """Each topic with what a change or time has made of the rep's training on it."""
    topics = matrix(setting.user, [rep], setting.run.as_of)
    if not topics:
        return None
    words = {"current": ("current", "good"), "stale": ("stale: something changed", "bad"), "faded": ("faded", "warn")}
    rows = []
    for topic in topics:
        said, badge = words.get(topic.standings[0].state, ("never trained", ""))
        rows.append((Cell(topic.name), Cell(said, badge=badge) if badge else Cell(said), day(topic.standings[0].last)))
    current = sum(1 for topic in topics if topic.standings[0].state == "current")
    return Table(
        "training", f"Training is current on {current} of {len(topics)} topics", "source: trainings, change events",
        ("Topic", "State", "Last trained"), tuple(rows), words=True,
    )  # fmt: skip
