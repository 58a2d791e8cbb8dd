"""The number: to date against plan and last year, and the verdict."""

from __future__ import annotations

from core import show
from core.periods import Grain, Period
from scoreboard import first_screen, sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone
from scoreboard.deck.figures import figure, figures, say
from scoreboard.deck.material import Material
from scoreboard.deck.shape import Presenter, Slide
from scoreboard.halves import halves
from scoreboard.reading import history
from scoreboard.recent import SHOWN
from scoreboard.signals import limits, side
from scoreboard.verdict import growth_is_noise, latest_signal
from scoreboard.views_of_time import name_of

SECTION = "The number"
KEYS = ("attainment", "growth_yoy", "quality_share", "gross_margin", "nrr")
BASELINE = 39  # further weeks behind the limits


def headline(m: Material) -> Slide:
    """Net revenue by month with plan and last year."""
    return _slide(m, "headline", first_screen.months(m.values, m.setting, m.currency))


def week(m: Material) -> Slide:
    """The same by week: what was unusual and what is noise."""
    return _slide(m, "headline", weeks(m) or first_screen.months(m.values, m.setting, m.currency))


def _slide(m: Material, key: str, chart: Chart) -> Slide:
    hero = first_screen.hero(
        m.values, m.setting, floor=m.floor, signal=latest_signal(m.values, m.setting), currency=m.currency,
        noise=growth_is_noise(m.values, m.setting),
    )  # fmt: skip
    said, _, rest = "".join(piece.text for piece in hero.say).partition(". ")
    sales, marketing = parts(m)
    net = figure(m, "net_revenue", label=_label(m))
    title = f"{f'{hero.verdict.word}. ' if hero.verdict.slug != 'unknown' else ''}{said.rstrip('.')}"
    lede = " ".join(filter(None, (rest.strip(), hero.verdict.rule)))
    if net.value is None:
        title, lede = (
            f"No revenue is known in {m.setting.view.name}",
            "Import revenue lines, or choose a period with some.",
        )
    return Slide(
        key, SECTION, title, lede=lede, figures=(net, *figures(m, KEYS)),
        chart=None if chart.empty else chart, presenter=Presenter.BOTH, sales_part=sales, marketing_part=marketing,
        notes="Both say the same number, then each says what their function brought.",
    )  # fmt: skip


def _label(m: Material) -> str:
    return "Net revenue to date" if m.setting.view.to_date else "Net revenue"


def parts(m: Material) -> tuple[str, str]:
    """What the two leaders say of the whole: what each sourced, and with what yield."""
    both = halves(m.values, m.setting, m.currency, m.policy.sourcing)
    if both is None:
        return say(m, ("bookings", "win_rate")), say(m, ("influenced",))
    sales, marketing = (
        f"Sourced {half.sourced} of {both.whole} won ({half.share}, {both.rule})"
        for half in (both.sales, both.marketing)
    )
    if both.influenced:
        marketing += f" and influenced {both.influenced}; the two overlap"
    return f"{sales}.", f"{marketing}."


def weeks(m: Material) -> Chart | None:
    """Thirteen full weeks with process limits and the year before; None without revenue by week."""
    setting, calendar = m.setting, m.setting.calendar
    edge = min(setting.run.as_of, setting.view.period.end)
    period = calendar.period(Grain.WEEK, edge)
    periods: list[Period] = []
    while len(periods) < SHOWN + BASELINE:
        period = calendar.previous(period)
        periods.append(period)
    periods.reverse()
    full = history(m.values, "net_revenue", Grain.WEEK, [p.start for p in periods])
    if sum(v is not None for v in full[-SHOWN:]) < 2:
        return None
    within = limits([v for v in full if v is not None])
    shown, actual = periods[-SHOWN:], tuple(full[-SHOWN:])
    sides = [side(v, within) for v in actual]
    names = [f"Week {p.start.isocalendar()[1]}" for p in shown]
    prior = history(m.values, "net_revenue", Grain.WEEK, [calendar.year_before(p).start for p in shown])
    tones = tuple(Tone.GOOD if s > 0 else Tone.BAD if s < 0 else Tone.NONE for s in sides)
    series = [Series("Net revenue", Role.ACTUAL, actual, tones)]
    if any(v is not None for v in prior):
        series.append(Series("Last year", Role.PRIOR, tuple(prior)))
    return Chart(
        key="revenue-by-week", kind=Kind.LINE, unit="money", currency=m.currency, metric="net_revenue",
        title=sentences.weeks(names, sides, judged=within is not None), source="revenue lines", limits=within,
        period=f"full weeks, {show.day(shown[0].start)} – {show.day(shown[-1].end)}", first_heading="Week",
        categories=tuple(name_of(p, calendar) for p in shown), series=tuple(series),
        short=tuple(f"w{p.start.isocalendar()[1]}" for p in shown),
    )  # fmt: skip
