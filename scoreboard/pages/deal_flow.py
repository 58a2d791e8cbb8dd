"""How the pipeline moves: what came in and went out since the period's start, and how soon a cohort of deals is won."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone, bounds_of
from scoreboard.pages.build import source_of
from scoreboard.reading import Setting
from scoreboard.views_of_time import name_of

STEPS = ("new", "reopened", "pulled in", "increased", "decreased", "pushed out", "lost", "won")
TONES = {"won": Tone.GOOD, "lost": Tone.BAD, "pushed out": Tone.BAD, "decreased": Tone.BAD}
CURVE = 4  # points that make a curve


def movement(values: Values, setting: Setting) -> Chart | None:
    """From the open pipeline at the period's start to that at its end; None for a week or a year, which have none."""
    period = setting.view.period
    found = {
        n.member: n.value
        for n in values.members("pipeline_movement", period.grain, period.start, "movement")
        if n.value is not None
    }
    opening, closing = found.get("opening"), found.get("closing")
    if opening is None or closing is None:
        return None
    currency = setting.company.currency
    steps = [(name, found[name]) for name in STEPS if found.get(name)]
    if not steps:
        return None
    return Chart(
        key="pipeline-movement", kind=Kind.WATERFALL, unit="money", currency=currency, metric="pipeline_movement",
        title=_moved(opening, closing, dict(steps), currency), period=setting.view.label, low=True,
        source=source_of("pipeline_movement"), first_heading="Movement", bounds=bounds_of([period]),
        categories=("At the start", *(name.capitalize() for name, _ in steps), "Now" if setting.view.to_date else
                    "At the end"),
        series=(Series("Open pipeline of the quarter", Role.ACTUAL, (opening, *(v for _, v in steps), closing),
                       (Tone.NONE, *(TONES.get(name, Tone.GOOD) for name, _ in steps), Tone.NONE)),),
    )  # fmt: skip


def _moved(opening: Decimal, closing: Decimal, steps: dict[str, Decimal], currency: str) -> str:
    """ "The quarter's pipeline went from $23.8 M to $23.1 M: $16.6 M came in, $4.25 M was won and $11.3 M lost"."""
    before, now = show.money(opening, currency), show.money(closing, currency)
    said = f"stayed at {now}" if before == now else f"{'grew' if closing > opening else 'fell'} from {before} to {now}"
    came = sum((v for v in steps.values() if v > 0), Decimal(0))
    parts = [f"{show.money(came, currency)} came in"] if came else []
    parts += [f"{show.money(-steps[k], currency)} was {k}" for k in ("won", "lost") if steps.get(k)]
    return f"The quarter’s pipeline {said}" + (f": {', '.join(parts)}" if parts else "")


def win_curve(values: Values, setting: Setting) -> Chart | None:
    """The newest cohort of a quarter that has been seen long enough, with the cohort of a year before behind it."""
    curves: dict[date, dict[int, tuple[Decimal, bool]]] = {}
    for (metric, grain, period, dim, member), number in values.numbers.items():
        if (metric, grain, dim) == ("win_curve", Grain.QUARTER, "days") and period and number.value is not None:
            curves.setdefault(period, {})[int(member)] = (number.value, number.too_few)
    seen = [start for start, curve in curves.items() if len(curve) >= CURVE and start < setting.view.period.end]
    seen = [start for start in seen if not any(few for _, few in curves[start].values())]
    if not seen:
        return None
    quarter = setting.calendar.period(Grain.QUARTER, max(seen))
    before = setting.calendar.year_before(quarter).start
    days = sorted(curves[quarter.start])
    now = tuple(curves[quarter.start][day][0] for day in days)
    then = tuple(curves[before][day][0] if day in curves.get(before, {}) else None for day in days)
    name = name_of(quarter, setting.calendar)
    title = f"Of the deals opened in {name}, {show.rate(now[-1])} were won within {days[-1]} days"
    if then[-1] is not None:
        title += f"; a year before it was {show.rate(then[-1])}"
    series = [Series(f"Deals of {name}", Role.ACTUAL, now)]
    if any(v is not None for v in then):
        series.append(Series("Those of a year before", Role.PRIOR, then))
    return Chart(
        key="win-curve", kind=Kind.LINE, unit="rate", currency=setting.company.currency, metric="win_curve", low=True,
        title=title, period=f"share won by days since opened, deals opened in {name}", source=source_of("win_curve"),
        first_heading="Days", categories=tuple(str(day) for day in days), series=tuple(series),
    )  # fmt: skip
