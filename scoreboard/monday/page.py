"""Everything that Monday's page says, read in a dozen queries from published values and what leaders wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.periods import Grain, Period
from metrics.models import GeneralPolicy
from metrics.policy import quality_floor
from metrics.published import Values, Wanted, read_each
from scoreboard import first_screen
from scoreboard.leads import COACHING, LAGS, PIPELINE, Group, groups, targets_for
from scoreboard.models.annotations import Annotation
from scoreboard.models.meetings import Resolution
from scoreboard.monday import changes, risks
from scoreboard.monday.since import RESTATED, Restatement, Then, read_then, restatements
from scoreboard.quality import SPLIT
from scoreboard.reading import METRICS, Setting
from scoreboard.verdict import growth_is_noise, latest_signal

DUE = 7  # days ahead
LISTED = 40
QUARTERLY = tuple(
    dict.fromkeys(
        (
            *first_screen.HERO_KEYS,
            SPLIT,
            *COACHING,
            *PIPELINE,
            *risks.KEYS,
            *LAGS.values(),
            *(METRICS[key].moves for key in (*COACHING, *PIPELINE) if key in METRICS and METRICS[key].moves),
        )
    )
)


@dataclass(frozen=True)
class Monday:
    """The page. `month` is the month that ended in `week`, if one did."""

    week: Period
    month: Period | None
    hero: first_screen.Hero
    judged: changes.Judged
    then: Then
    restated: tuple[Restatement, ...]
    risks: tuple[risks.Risk, ...]
    coaching: Group
    pipeline: Group
    resolutions: list[Resolution]
    annotations: list[Annotation]
    later: int  # annotations that are open and not due this week
    values: Values


def monday(setting: Setting) -> Monday:
    """What the page says as of the setting's run, for somebody who sees the whole company."""
    period, run = setting.view.period, setting.run
    week, month = _periods(setting)
    wanted = Wanted(
        metrics=QUARTERLY, grains=[period.grain, Grain.ALL], dims=["reason"],
        since=setting.year_before.start, until=setting.calendar.next(period).end,
    )  # fmt: skip
    values, *both = read_each(setting.user, [wanted, *_past(setting, month)], run=run)
    past = _joined(both)
    policy, floor = GeneralPolicy.current(), quality_floor(run.as_of)
    hero = first_screen.hero(
        values, setting, floor=floor, signal=latest_signal(past, setting), currency=setting.company.currency,
        noise=growth_is_noise(past, setting),
    )  # fmt: skip
    then = read_then(setting, week.start, {*RESTATED, *risks.KEYS, "attainment"})
    coaching, pipeline = groups(values, setting, targets_for(setting), policy.coaching_hours_per_week)
    due, later = open_annotations(setting, setting.company.today() + timedelta(days=DUE))
    return Monday(
        week, month, hero, _judge(past, setting, week, month), then, restatements(then, setting),
        risks.risks(values, then, setting, floor), coaching, pipeline, open_resolutions(setting), due, later, values,
    )  # fmt: skip


def judge_week(setting: Setting) -> tuple[Period, Period | None, changes.Judged]:
    """The last full week, the month that ended in it, and what changed in them."""
    week, month = _periods(setting)
    past = _joined(read_each(setting.user, _past(setting, month), run=setting.run))
    return week, month, _judge(past, setting, week, month)


def _periods(setting: Setting) -> tuple[Period, Period | None]:
    week = changes.last_week(setting)
    return week, changes.ended_month(setting, week)


def _judge(past: Values, setting: Setting, week: Period, month: Period | None) -> changes.Judged:
    return changes.judge_all(
        past, setting, [(week, changes.WEEKLY), *([(month, changes.MONTHLY)] if month is not None else [])]
    )


def _past(setting: Setting, month: Period | None) -> tuple[Wanted, Wanted]:
    """The measures by week, and by month where one has ended; revenue by month in any case."""
    as_of, until = setting.run.as_of, max(setting.view.period.end, setting.run.as_of)
    return (
        Wanted(metrics=changes.WEEKLY, grains=[Grain.WEEK], since=as_of - timedelta(days=480), until=until),
        Wanted(
            metrics=changes.MONTHLY if month else ["net_revenue"], grains=[Grain.MONTH],
            since=as_of - timedelta(days=830), until=until,
        ),
    )  # fmt: skip


def _joined(parts: Sequence[Values]) -> Values:
    """Values of one run and reader as one."""
    numbers = {key: number for part in parts for key, number in part.numbers.items()}
    return Values(parts[0].run, parts[0].home, numbers)


def open_resolutions(setting: Setting) -> list[Resolution]:
    """Decisions and actions of any meeting that are still to be done, soonest first."""
    rows = Resolution.objects.visible_to(setting.user).open().select_related("owner", "meeting")
    return list(rows[:LISTED])


def open_annotations(setting: Setting, until: date) -> tuple[list[Annotation], int]:
    """Open annotations with an action due up to and including `until`, and how many others are open."""
    rows = list(Annotation.objects.visible_to(setting.user).open().select_related("owner").order_by("due_on", "pk"))
    due = [row for row in rows if row.due_on is not None and row.due_on <= until]
    return due[:LISTED], len(rows) - len(due)
