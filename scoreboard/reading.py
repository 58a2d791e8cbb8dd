"""Helps pages read published values: the request's period, the values around it, and a value as a tile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest

from core import show
from core.models import Company, User
from core.periods import Calendar, Grain, Period
from metrics.definitions.base import Direction, Metric, Unit
from metrics.definitions.registry import all_metrics
from metrics.models import MetricRun
from metrics.published import Number, Values, Wanted, read_each
from metrics.within import Parts, read_within
from scoreboard.views_of_time import View, name_of, parse

YEAR, PREVIOUS = "year", "previous"
METRICS: dict[str, Metric] = {metric.key: metric for metric in all_metrics()}


@dataclass(frozen=True)
class Setting:
    """What a page needs before it reads: who asks, the run, the calendar and the period looked at."""

    user: User
    company: Company
    run: MetricRun
    view: View
    problem: str = ""  # the address named a period that is none
    versus: str = YEAR  # what the period is compared with: the year before, or the period before
    within: Parts = ()  # several parts of the company at once: what lies in all of them is the whole of the page

    @property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        return self.company.calendar

    @property
    def year_before(self) -> Period:
        """The same period a year earlier."""
        return self.calendar.year_before(self.view.period)

    @property
    def base(self) -> Period:
        """The period that the reader compares with."""
        before = self.calendar.previous if self.versus == PREVIOUS else self.calendar.year_before
        return before(self.view.period)


@dataclass(frozen=True)
class Tile:
    """A number with its name and its change; `against` says on what: the year before, or the last full period."""

    key: str
    label: str
    value: str
    delta: str = ""
    tone: str = ""
    note: str = ""
    title: str = ""
    known: bool = True
    against: str = ""


def person(request: HttpRequest) -> User:
    """The signed-in person; views that call it are behind `login_required`."""
    if not isinstance(request.user, User):
        raise TypeError("this view is not behind login_required")
    return request.user


def setting_of(request: HttpRequest) -> Setting | None:
    """The request's setting, or None while nothing has been published."""
    run = MetricRun.newest()
    if run is None:
        return None
    company = Company.current()
    code = request.GET.get("period", "")
    try:
        view, problem = parse(code, company.calendar, run.as_of), ""
    except ValueError as error:
        view, problem = parse("", company.calendar, run.as_of), str(error)
    versus = PREVIOUS if request.GET.get("vs") == PREVIOUS else YEAR
    setting = Setting(person(request), company, run, view, problem, versus)
    request.assay_setting = setting  # type: ignore[attr-defined] # the head of the page asks for the same
    return setting


def read_all(setting: Setting, wanted: Sequence[Wanted]) -> list[Values]:
    """The published values of each of `wanted`, or within the parts that the setting names, computed for them."""
    if setting.within:
        return read_within(setting.run, wanted, setting.within)
    return read_each(setting.user, wanted, run=setting.run)


def written(key: str, value: Decimal | None, *, exact: bool = False) -> str:
    """A metric's value in its unit."""
    return show.value(value, unit_of(key), settings.ASSAY_CURRENCY, exact=exact)


def unit_of(key: str) -> str:
    """The metric's unit; "count" for one that the registry does not know."""
    return str(METRICS[key].unit) if key in METRICS else str(Unit.COUNT)


def frames_in_words(frames: Iterable[str]) -> str:
    """What a number is made from, as a caption says it: "revenue lines, accounts"."""
    return ", ".join(dict.fromkeys(_FRAMES.get(frame, frame.replace("_", " ")) for frame in frames))


_FRAMES = {
    "lines": "revenue lines", "account_names": "accounts", "revaluations": "exchange rates",
    "pulses": "collaboration pulses",
}  # fmt: skip


def value_of(number: Number | None) -> Decimal | None:
    """The value, or None where there is no number."""
    return number.value if number else None


def tone_of(key: str, change: Decimal | None) -> str:
    """ "good" or "bad" for a change of this metric, by its direction."""
    if change is None or change == 0 or key not in METRICS:
        return ""
    direction = METRICS[key].direction
    if direction is Direction.NEUTRAL:
        return ""
    return "good" if (change > 0) is (direction is Direction.UP) else "bad"


def tile(values: Values, setting: Setting, key: str, *, news: bool, label: str = "") -> Tile:
    """The metric in the page's period with its difference to the same period a year earlier.

    A period that is not over is never held against a whole year-ago one: pooled rates are compared with the last full
    period, named; what a part of a period cannot say (churn, retention) has no comparison until the period is over.
    `news`: the change goes beyond the process limits; only then has it a colour.
    """
    view = setting.view
    number = values.get(key, view.period.grain, view.period.start)
    name = label or (METRICS[key].label if key in METRICS else key)
    if number is None or number.value is None:
        reason = number.status if number else "not in this period"
        return Tile(key, name, show.NONE, note=reason, known=False)
    base = setting.calendar.previous(view.period) if view.to_date else setting.base
    fair = not view.to_date or (key in METRICS and METRICS[key].additive and METRICS[key].unit is Unit.RATE)
    before = value_of(values.get(key, view.period.grain, base.start)) if fair else None
    gap = None if before is None else number.value - before
    against = "last year" if base == setting.year_before else name_of(base, setting.calendar)
    return Tile(
        key,
        name,
        written(key, number.value),
        delta=show.difference(gap, unit_of(key), settings.ASSAY_CURRENCY) if gap is not None else "",
        tone=tone_of(key, gap) if news else "",
        note=" · ".join(filter(None, (number.status if number.too_few else "", basis_of(setting, key)))),
        title="" if gap is None else f"against {written(key, before)} in {name_of(base, setting.calendar)}",
        against=against if gap is not None else "",
    )


def basis_of(setting: Setting, key: str) -> str:
    """ "bookings basis" where the metric's revenue is that of won deals; "" where it is of revenue lines."""
    return setting.run.basis(METRICS[key].reads) if key in METRICS else ""


def history(values: Values, key: str, grain: Grain, periods: Sequence[date]) -> list[Decimal | None]:
    """The values at the given period starts; a sum over no rows is 0 inside the data, everything else a gap."""
    found = {n.period: n.value for n in values.series(key, grain)}
    zero = key in METRICS and METRICS[key].zero and bool(found)
    first, last = (min(found), max(found)) if found else (date.max, date.min)  # type: ignore[type-var]
    return [found.get(p, Decimal(0) if zero and first <= p <= last else None) for p in periods]  # type: ignore[operator]
