"""Lead measures beside the lag measures they are meant to move. Coaching and pipeline always appear together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from core import show
from core.periods import Grain
from metrics.models import Target
from metrics.published import Values
from scoreboard.charts.svg import Bullet, bullet
from scoreboard.reading import METRICS, Setting, tone_of, unit_of, value_of, written

COACHING = ("coaching_hours_per_rep_week", "coaching_coverage", "prebrief_rate", "debrief_rate")
PIPELINE = ("pipeline_coverage", "pipeline_open", "pipeline_weighted", "icp_fit", "gross_profit_per_selling_hour")
AHEAD = frozenset({"pipeline_open", "pipeline_weighted"})  # what is open brings the next period's number
LAGS = {"bookings": "net_revenue"}  # where the page already shows the lag measure that follows


@dataclass(frozen=True)
class Lead:
    """One lead measure: now, target, last year, and what it is meant to move."""

    key: str
    label: str
    value: str
    bullet: Bullet
    target: str
    gap: str
    tone: str
    moves: str
    moves_key: str


@dataclass(frozen=True)
class Group:
    """Coaching or pipeline; empty where nothing of it has been imported."""

    name: str
    leads: tuple[Lead, ...]
    teach: str
    link: str

    @property
    def has_prior(self) -> bool:
        """Whether one of them is drawn with its last year: in a running period none is."""
        return any(lead.bullet.prior for lead in self.leads)


def targets_for(setting: Setting) -> dict[str, Decimal]:
    """The company's own targets by metric for the page's period, in the metric's unit; the shortest one wins."""
    period = setting.view.period
    rows = (
        Target.objects.visible_to(setting.user)
        .filter(
            period_start__lt=period.end, period_end__gt=period.start, team=None, rep=None, segment=None, function=None
        )
        .exclude(metric="net_revenue")
        .values_list("metric", "amount", "period_start", "period_end")
    )
    by_length = sorted(rows, key=lambda row: row[3] - row[2], reverse=True)
    return {metric: Decimal(amount).scaleb(-4) for metric, amount, _, _ in by_length}


_COACHED = {"", "team", "rep"}  # whom coaching is given to: it is known of the company, a team and a rep
_NOT_COACHED = (
    "No coaching has been logged in this period. Log a session, or import coaching_sessions, to see whether the work "
    "is done that raises the win rate."
)
_NOT_CUT = "Coaching is given to reps and teams: it is not counted by what this page is narrowed to."


def groups(
    values: Values, setting: Setting, targets: Mapping[str, Decimal], weekly_hours: Decimal
) -> tuple[Group, Group]:
    """Coaching, then pipeline. `weekly_hours`: the policy's hours of coaching per rep, where no target says more."""
    goals = {"coaching_hours_per_rep_week": weekly_hours, **targets}
    return (
        Group(
            "Coaching",
            tuple(filter(None, (_lead(values, setting, key, goals) for key in COACHING))),
            _NOT_COACHED if {dim for dim, _ in setting.within or (values.home,)} <= _COACHED else _NOT_CUT,
            "/coaching/",
        ),
        Group(
            "Pipeline and fit",
            tuple(filter(None, (_lead(values, setting, key, goals) for key in PIPELINE))),
            "No open deals are known that close next. Import deals with stage, amount and close date.",
            "/imports/",
        ),
    )


def _lead(values: Values, setting: Setting, key: str, goals: Mapping[str, Decimal]) -> Lead | None:
    period, label = setting.view.period, METRICS[key].label if key in METRICS else key
    goal = goals.get(key)
    if key in AHEAD:
        period = setting.calendar.next(period)
        label = f"{label}, {_next(period.grain)}"
        goal = goal or value_of(values.get("target", period.grain, period.start))
    now = values.get(key, period.grain, period.start)
    if now is None or now.value is None:
        return None
    before = value_of(values.get(key, period.grain, setting.calendar.year_before(period).start))
    text = f"{label}: {written(key, now.value)}" + (f", target {written(key, goal)}" if goal else "")
    gap = None if goal is None else now.value - goal
    lag = METRICS[key].moves if key in METRICS else ""
    shown = LAGS.get(lag, lag)
    lag_value = value_of(values.get(shown, setting.view.period.grain, setting.view.period.start))
    return Lead(
        key=key,
        label=label,
        value=written(key, now.value),
        bullet=bullet(
            now.value,
            target=goal,
            prior=None if key.startswith("pipeline_") or setting.view.to_date else before,
            text=text,
            top=Decimal(100) if unit_of(key) == "index" else None,
        ),
        target=written(key, goal) if goal else "",
        gap=show.difference(gap, unit_of(key), settings.ASSAY_CURRENCY) if gap is not None else "",
        tone=tone_of(key, gap),
        moves=_moves(shown, lag_value),
        moves_key=shown,
    )


def _moves(lag: str, value: Decimal | None) -> str:
    """What it is meant to move, with its value where there is one: "win rate, 39.5 %"."""
    if lag not in METRICS:
        return ""
    label = METRICS[lag].label.lower()
    return label if value is None else f"{label}, {written(lag, value)}"


def _next(grain: Grain) -> str:
    return f"next {grain.value}"
