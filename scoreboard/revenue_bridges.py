"""Why revenue is what it is, and what comes next: bridges, growth by member, forecasts and how far they were off."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from core import show
from core.periods import Grain, Period
from metrics.published import Values
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone
from scoreboard.charts.svg import percent
from scoreboard.pages.build import source_of
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import Setting, value_of, written
from scoreboard.views.cuts import DIM_NAMES, member_name, plural
from scoreboard.views_of_time import name_of

MOVEMENT = "revenue_bridge"
STEPS = ("new", "reactivation", "expansion", "contraction", "churned")
PVM = {"pvm_volume": "Volume", "pvm_mix": "Mix", "pvm_price": "Price", "pvm_new": "New products", "pvm_lost": "Lost"}
FORECAST = ("forecast", "forecast_low", "forecast_high", "target")
ERRORS = ("forecast_wape", "forecast_bias")
KEYS = (MOVEMENT, *PVM, *FORECAST, *ERRORS)
OWN = ("movement", "ahead")
AHEAD, MEMBERS = 6, 14


def trailing(values: Values, setting: Setting) -> Chart | None:
    """What customers' revenue of twelve months did over the period; None where it was not published."""
    grain, start = setting.view.period.grain, setting.view.period.start
    found = {n.member: n.value for n in values.members(MOVEMENT, grain, start, "movement") if n.value is not None}
    if "opening" not in found or "closing" not in found:
        return None
    steps = [(name.capitalize(), found[name]) for name in STEPS if found.get(name)]
    title = sentences.carried(
        "Revenue of twelve months", before=found["opening"], now=found["closing"], against="the period's start",
        unit="money", currency=setting.company.currency, steps=[(name.lower(), value) for name, value in steps],
    )  # fmt: skip
    return _bridge("revenue-bridge", title, MOVEMENT, found["opening"], steps, found["closing"], setting,
                   ("At the start", "At the end"), setting.view.label)  # fmt: skip


def price_volume_mix(values: Values, setting: Setting) -> Chart | None:
    """From last year's revenue to this year's by pieces, mix, price and products; None where it does not add up."""
    grain, start = setting.view.period.grain, setting.view.period.start
    growth = values.get("growth_yoy", grain, start)
    parts = {key: value_of(values.get(key, grain, start)) for key in PVM}
    known = {key: value for key, value in parts.items() if value is not None}
    if growth is None or growth.numerator is None or growth.denominator is None or not known:
        return None
    if sum(known.values(), Decimal(0)) != growth.numerator:
        return None
    steps = [(PVM[key], value) for key, value in known.items() if value]
    base = name_of(setting.year_before, setting.calendar)
    against = f"the same days of {base}" if setting.view.to_date else base
    now = growth.denominator + growth.numerator
    title = sentences.carried(
        "Net revenue", before=growth.denominator, now=now, against=against, unit="money",
        currency=setting.company.currency, steps=[(name.lower(), value) for name, value in steps],
    )  # fmt: skip
    return _bridge("price-volume-mix", title, "pvm_price", growth.denominator, steps, now, setting,
                   ("Last year", "This year"), f"{setting.view.label}, against {against}")  # fmt: skip


def _bridge(
    key: str, title: str, metric: str, before: Decimal, steps: list[tuple[str, Decimal]], now: Decimal,
    setting: Setting, ends: tuple[str, str], period: str,
) -> Chart:  # fmt: skip
    tones = tuple(Tone.GOOD if value > 0 else Tone.BAD for _, value in steps)
    return Chart(
        key=key, kind=Kind.WATERFALL, unit="money", currency=setting.company.currency, metric=metric, title=title,
        period=period, source=source_of(metric), first_heading="Step",
        categories=(ends[0], *(name for name, _ in steps), ends[1]),
        series=(Series("Net revenue", Role.ACTUAL, (before, *(value for _, value in steps), now),
                       (Tone.NONE, *tones, Tone.NONE)),),
        cut=before > 0 and all(abs(value) * 5 < before for _, value in steps),
    )  # fmt: skip


def growth_by(values: Values, setting: Setting, dim: str) -> Table | None:
    """Each member now and a year before, over the same days; None with fewer than two."""
    grain, start, currency = setting.view.period.grain, setting.view.period.start, setting.company.currency
    found = [n for n in values.members("growth_yoy", grain, start, dim) if n.numerator is not None]
    if len(found) < 2:
        return None
    rows, said = [], []
    for n in found:
        change, before = n.numerator or Decimal(0), n.denominator or Decimal(0)
        said.append((change + before, change, n.member, n.value, before))
    said.sort(key=lambda each: -each[0])
    for now, change, member, rate, before in said[:MEMBERS]:
        part = {"period": setting.view.code, "of": f"{dim}:{member}"}
        href = f"/reps/?{urlencode({'name': member})}" if dim == "rep" and member else f"?{urlencode(part)}"
        rows.append(
            (
                Cell(member_name(member), href=href), Cell(show.money(now, currency), plain(now)),
                Cell(show.money(before, currency), plain(before)),
                Cell(show.difference(change, "money", currency), plain(change), tone="good" if change > 0 else "bad"),
                Cell(show.change(rate) if rate is not None else show.NONE, plain(rate)),
            )
        )  # fmt: skip
    up = sum(1 for each in said if each[1] > 0)
    name = DIM_NAMES[dim]
    return Table(
        f"growth-by-{dim.replace('_', '-')}", f"{up} of {len(said)} {plural(dim)} grew on last year",
        f"{name}, {setting.view.label}, against the same days of the year before · source: {source_of('growth_yoy')}",
        (name, "Now", "Last year", "Change", "Growth"), tuple(rows), metric="growth_yoy",
    )  # fmt: skip


def forecast(values: Values, setting: Setting) -> Table | None:
    """The forecast of this and the next months with the interval that past ones earned, beside the target."""
    calendar, currency = setting.calendar, setting.company.currency
    periods = [calendar.period(Grain.MONTH, setting.run.as_of)]
    while len(periods) < AHEAD:
        periods.append(calendar.next(periods[-1]))
    found = [(p, [value_of(values.get(key, Grain.MONTH, p.start)) for key in FORECAST]) for p in periods]
    known = [(p, parts) for p, parts in found if parts[0] is not None]
    if not known:
        return None
    most = max(value for _, parts in known for value in parts if value is not None) or Decimal(1)
    rows = [_month(period, parts, most, setting) for period, parts in known]
    period, (said, low, high, goal) = known[0]
    name = name_of(period, calendar)
    title = f"{name} is forecast at {show.money(said, currency)}"
    if low is not None and high is not None:
        told = "going by past forecasts,"
        if said is not None and not low <= said <= high:
            told = f"past forecasts came in {'lower' if said > high else 'higher'}:"
        title += (
            f"; {told} four times in five it ends between {show.money(low, currency)} and {show.money(high, currency)}"
        )
    elif goal and said is not None:
        title += f", {show.rate(said / goal, 0)} of its target"
    return Table(
        "forecast", title,
        f"Bookings by expected close, {currency} · bar: the earned interval: what is won, and the open rest as four of "
        f"five past forecasts came in; far ahead these knew but few of the deals · source: {source_of('forecast')}",
        ("Month", "Forecast", "Low", "High", "Earned interval", "Target"), tuple(rows), metric="forecast", wide=True,
    )  # fmt: skip


def _month(period: Period, parts: list[Decimal | None], most: Decimal, setting: Setting) -> tuple[Cell, ...]:
    said, low, high, goal = parts
    bar = Cell("not earned yet")
    if low is not None and high is not None:
        x, width = max(Decimal(0), low / most * 100), max(Decimal(1), (high - low) / most * 100)
        bar = Cell("", plain(high - low), x=percent(x), width=percent(width))
    money = [Cell(written("forecast", value), plain(value)) for value in (said, low, high)]
    target = Cell(written("target", goal) if goal is not None else "–", plain(goal))
    return Cell(name_of(period, setting.calendar)), *money, bar, target


def accuracy(values: Values) -> Table | None:
    """How far past forecasts were off, by how many months ahead they were made; None before there are any."""
    found = {key: {n.member: n for n in values.members(key, Grain.ALL, None, "ahead")} for key in ERRORS}
    ahead = sorted(set(found[ERRORS[0]]) & set(found[ERRORS[1]]))
    rows, told = [], []
    for months in ahead:
        off, bias = found[ERRORS[0]][months], found[ERRORS[1]][months]
        if off.value is None:
            continue
        told.append((int(months), off.value, bias.value))
        leaning = show.change(bias.value) if bias.value is not None else show.NONE
        few = f"n = {off.n}" + (", too few" if off.too_few else "")
        label = "in the month itself" if int(months) == 0 else f"{int(months)} month{'s' if int(months) > 1 else ''}"
        rows.append(
            (Cell(label), Cell(show.rate(off.value), plain(off.value)), Cell(leaning, plain(bias.value)), Cell(few))
        )
    if not rows:
        return None
    soonest, off_by, lean = told[0]
    side = "" if not lean else ", mostly too high" if lean > 0 else ", mostly too low"
    when = "in the month itself" if soonest == 0 else f"{soonest} month{'s' if soonest > 1 else ''} ahead"
    return Table(
        "forecast-accuracy", f"Made {when}, forecasts were off by {show.rate(off_by, 0)}{side}",
        f"Periods that are over · error: Σ|actual − forecast| / Σ actual · bias: plus is too high · "
        f"source: {source_of(ERRORS[0])}",
        ("Made ahead", "Error", "Bias", "Rests on"), tuple(rows), metric=ERRORS[0],
    )  # fmt: skip
