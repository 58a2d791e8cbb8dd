"""Who sells how: reps in quadrants of revenue and margin, quality beside revenue, and where an hour earns most."""

from __future__ import annotations

from decimal import Decimal
from statistics import median

from django.utils.text import capfirst

from core import show
from core.periods import Grain
from metrics.compute.store import JOINT
from metrics.published import Number, Values
from scoreboard.charts.shape import Chart, Kind, Role, Series
from scoreboard.pages.build import source_of
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import METRICS, Setting

LEAST = 4  # reps that can be split in halves
MEASURES = (
    ("margin", "Margin", "rate"), ("discount", "Discount", "rate"), ("early_churn", "Early churn", "rate"),
    ("retention", "Own accounts kept", "rate"), ("fit", "Fit of new accounts", "index"),
    ("win_rate", "Win rate", "rate"), ("cycle_days", "Cycle", "days"),
    ("selling_hours", "Selling hours a week", "hours"), ("hygiene", "Record hygiene", "rate"),
)  # fmt: skip
ENDS = 5  # of a long list, so many at either end
USES = {
    "kind": ("Kind of activity", "An hour of {} earns most ({}), one of {} least ({})"),
    "source": ("Source of the deal", "An hour on {} deals earns most ({}), one on {} deals least ({})"),
    "account": ("Account", "Of the accounts that take most hours, {} earns most an hour ({}), {} least ({})"),
}


def _sellers(values: Values, setting: Setting) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Revenue and margin of the page's period by rep who sold anything."""
    period = setting.view.period
    margins = {n.member: n.value for n in values.members("gross_margin", period.grain, period.start, "rep")}
    found = values.members("net_revenue", period.grain, period.start, "rep")
    return {n.member: (n.value, margins.get(n.member)) for n in found if n.member and n.value}


def quadrants(values: Values, setting: Setting) -> Table | None:
    """Reps above and below the median of revenue and of margin; None with fewer than four."""
    known = {rep: (net, margin) for rep, (net, margin) in _sellers(values, setting).items() if margin is not None}
    if len(known) < LEAST:
        return None
    nets, margins = [net for net, _ in known.values()], [margin for _, margin in known.values()]
    much, well = median(nets), median(margins)
    cells: dict[tuple[bool, bool], list[str]] = {}
    for rep, (net, margin) in sorted(known.items(), key=lambda pair: -pair[1][0]):
        cells.setdefault((margin >= well, net >= much), []).append(rep)
    at_a_price = len(cells.get((False, True), []))
    above = sum(1 for net in nets if net >= much)
    currency = setting.company.currency
    return Table(
        "rep-quadrants",
        f"{at_a_price} of the {above} reps who sell most do so below the middle margin",
        f"{setting.view.label} · split at the medians: {show.money(much, currency)} of revenue, {show.rate(well)} "
        f"gross margin · source: {source_of('gross_margin')}",
        ("Margin", "Sell more", "Sell less"),
        tuple(
            (
                Cell("Higher" if good else "Lower"),
                *(Cell(", ".join(cells.get((good, more), [])) or "nobody") for more in (True, False)),
            )
            for good in (True, False)
        ),
        metric="gross_margin", wide=True, words=True,
    )  # fmt: skip


def beside_revenue(values: Values, setting: Setting) -> Table | None:
    """The measures of quality of the trailing year beside the period's revenue, rogue superstars first."""
    told: dict[str, dict[str, Number]] = {}
    for number in values.members("rep_quality", Grain.ALL, None, "rep,measure"):
        rep, measure = number.member.split(JOINT)
        told.setdefault(rep, {})[measure] = number
    sellers = {rep: net for rep, (net, _) in _sellers(values, setting).items() if rep in told}
    if len(sellers) < 2:
        return None
    rogues = {n.member for n in values.members("rogue_superstar", Grain.ALL, None, "rep") if n.value}
    currency, rows = setting.company.currency, []
    for rep in sorted(sellers, key=lambda name: (name not in rogues, -sellers[name])):
        rows.append(
            (
                Cell(rep, href=f"/reps/?name={rep}"),
                Cell("Rogue superstar", badge="bad") if rep in rogues else Cell(""),
                Cell(show.money(sellers[rep], currency), plain(sellers[rep])),
                *(_measured(told[rep].get(measure), unit, currency) for measure, _, unit in MEASURES),
            )
        )  # fmt: skip
    count = len(rogues)
    title = (
        "No top seller fails two or more tests of quality"
        if not count
        else f"{count} top seller{' fails' if count == 1 else 's fail'} two or more tests of quality"
    )
    return Table(
        "rep-quality", title,
        f"Revenue: {setting.view.label}; the rest and the top sellers: trailing year up to "
        f"{show.day(setting.run.as_of)} · grey: too few · source: {source_of('rep_quality')}",
        ("Rep", "Standing", "Net revenue", *(label for _, label, _ in MEASURES)), tuple(rows), metric="rep_quality",
        wide=True,
    )  # fmt: skip


def _measured(number: Number | None, unit: str, currency: str) -> Cell:
    if number is None or number.value is None:
        return Cell("–")
    return Cell(show.value(number.value, unit, currency), plain(number.value), heat="few" if number.too_few else "")


def effort(values: Values, setting: Setting, kind: str) -> Chart | None:
    """Gross profit per hour by kind of activity ("kind"), source of the deal ("source") or account ("account").

    None without two. Of many accounts the ends alone: those that earn most and those that earn least.
    """
    found = [
        (n.member.removeprefix(f"{kind}: "), n.value)
        for n in values.members("return_on_effort", Grain.ALL, None, "use")
        if n.member.startswith(f"{kind}: ") and n.value is not None and not n.too_few
    ]
    if len(found) < 2:
        return None
    found.sort(key=lambda pair: -pair[1])
    (best, most), (worst, least) = found[0], found[-1]
    unit, currency = str(METRICS["return_on_effort"].unit), setting.company.currency
    heading, said = USES[kind]
    shown, of_all = found, "all that is known, gross profit an hour"
    if len(found) > 2 * ENDS:
        shown, of_all = [*found[:ENDS], *found[-ENDS:]], f"{of_all}, the {ENDS} best and {ENDS} worst of {len(found)}"
    return Chart(
        key=f"effort-by-{kind}", kind=Kind.BARS, unit=unit, currency=currency, metric="return_on_effort", low=True,
        title=said.format(best, show.money(most, currency), worst, show.money(least, currency)),
        period=of_all, source=source_of("return_on_effort"),
        first_heading=heading, categories=tuple(capfirst(name) for name, _ in shown),
        series=(Series("Gross profit an hour", Role.ACTUAL, tuple(value for _, value in shown)),),
    )  # fmt: skip
