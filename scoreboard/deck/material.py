"""What the slides are made of: the published values of one run, read once, with what they are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core.models import Company, Role, User
from core.periods import Grain
from metrics.models import GeneralPolicy, MetricRun
from metrics.policy import in_force, versions
from metrics.published import WHOLE, Values, home_of, read
from scoreboard import first_screen
from scoreboard.focus import Part, dims_of, focus
from scoreboard.halves import KEYS as HALVES
from scoreboard.halves import SOURCE
from scoreboard.leads import COACHING, PIPELINE, targets_for
from scoreboard.pages import contribution, pipeline, productivity, quality, retention
from scoreboard.quality import SPLIT
from scoreboard.reading import Setting
from scoreboard.views_of_time import parse

PAGES = tuple(each.PAGE for each in (quality, retention, pipeline, contribution, productivity))
SCREEN = tuple(
    dict.fromkeys((*first_screen.HERO_KEYS, *first_screen.KPIS, SPLIT, *HALVES, *COACHING, *PIPELINE, "bookings"))
)
SERIES = ("net_revenue", "target", "attainment", "growth_yoy", *first_screen.KPIS)
MORE = ("bookings", "forecast", "mrr", "arr", "pipeline_open", "coaching_hours", "new_logos", "quality_attainment")


@dataclass(frozen=True)
class Material:
    """Everything a slide may say, of the reader's own whole."""

    setting: Setting
    values: Values
    part: Part
    goals: Mapping[str, Decimal]
    policy: GeneralPolicy
    policy_version: str
    floor: Decimal | None

    @property
    def currency(self) -> str:
        """Of all money."""
        return self.setting.company.currency


def company_reader() -> User:
    """Who a command reads as: somebody who sees the whole company and is nobody."""
    return User(name="the command", role=Role.OPERATOR)


def gather(user: User, period: str, run: MetricRun | None = None) -> Material:
    """Reads what `user` may see of `run` (default: the newest) in and around `period` ("2026Q3"; "": running quarter).

    Raises LookupError while nothing has been published, and ValueError for a period that is none.
    """
    run = run or MetricRun.newest()
    if run is None:
        raise LookupError("no numbers have been published yet: import files first, then try again")
    company = Company.current()
    setting = Setting(user, company, run, parse(period, company.calendar, run.as_of))
    part = home_of(user)
    last = min(run.as_of, setting.view.period.end - timedelta(days=1))
    version = in_force(versions(), last)
    policy = GeneralPolicy.current()
    return Material(
        setting, focus(_read(setting, part), part), part,
        goals={"coaching_hours_per_rep_week": policy.coaching_hours_per_week, **targets_for(setting)},
        policy=policy, policy_version=f"version {version.number}" if version.number else "built-in",
        floor=version.floor,
    )  # fmt: skip


def _read(setting: Setting, part: Part) -> Values:
    """The first screen's values and those of each page's past and members, of one run."""
    found = [_screen(setting, part), *_series(setting, part)]
    for page in PAGES:
        found += _page(page.keys, page.own, page.dims, page.days, {*page.grains}, setting, part)
    numbers = {key: number for values in found for key, number in values.numbers.items()}
    return Values(setting.run, found[0].home, numbers)


def _screen(setting: Setting, part: Part) -> Values:
    period, following = setting.view.period, setting.calendar.next(setting.view.period)
    sides = [SOURCE] if part == WHOLE else []
    return read(
        setting.user, (*SCREEN, *MORE), grains=[period.grain], dims=[*sides, *dims_of(part, ("reason", "source"))],
        since=setting.year_before.start, until=setting.calendar.next(following).end, run=setting.run,
    )  # fmt: skip


def _series(setting: Setting, part: Part) -> list[Values]:
    """The past by week, month and quarter."""
    since = setting.view.period.end - timedelta(days=1600)
    ahead = max(setting.view.period.end, setting.run.as_of + timedelta(days=300))  # the forecast reaches beyond today
    return [
        read(setting.user, keys, grains=grains, dims=dims_of(part), since=since, until=ahead, run=setting.run)
        for keys, grains in ((["net_revenue"], [Grain.WEEK]), ((*SERIES, *MORE), [Grain.MONTH, Grain.QUARTER]))
    ]


def _page(
    keys: tuple[str, ...], own: tuple[str, ...], dims: tuple[str, ...], days: int, grains: set[Grain],
    setting: Setting, part: Part,
) -> list[Values]:  # fmt: skip
    """As the page reads: the past of the whole, and the members of the period alone."""
    period, ahead = setting.view.period, setting.run.as_of + timedelta(days=300)
    values = read(
        setting.user, keys, grains={period.grain, *grains}, dims=dims_of(part, own),
        since=period.end - timedelta(days=days), until=max(period.end, ahead), run=setting.run,
    )  # fmt: skip
    if part != WHOLE or not dims:
        return [values]
    members = read(
        setting.user, keys, grains={period.grain, *({Grain.ALL} & grains)}, dims=dims, run=setting.run,
        since=period.start, until=setting.calendar.next(period).end,
    )  # fmt: skip
    return [values, members]
