"""Does it stay? Retention, churn, the bridge of recurring revenue, cohorts and survival."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.charts.shape import Chart, Kind, Role, Series
from scoreboard.pages.build import bars, group, label_of, source_of, tiles, trend
from scoreboard.pages.leaving import leaving
from scoreboard.pages.quiet import gone_quiet
from scoreboard.pages.shape import Cell, Content, Page, Table, plain
from scoreboard.reading import METRICS, Setting
from scoreboard.revenue_charts import MOVEMENTS, bridge

TILES = ("grr", "nrr", "logo_churn", "quick_ratio", "a_list_retention", "mrr")
COHORTS, AGES = 18, (1, 2, 3, 6, 9, 12, 18, 24)
HALF = 6
EARLY_BY = ("segment", "industry", "region")
EARLY_BY_SALE = (
    ("early_churn_by_route", "first_route", "route of the first sale"),
    ("early_churn_by_discount", "discount_band", "discount of the first sale"),
)
EARLY = ("early_churn", *(key for key, _, _ in EARLY_BY_SALE))


def build(values: Values, setting: Setting) -> Content:
    """The page's content."""
    early = [bars(values, setting, "early_churn", dim, noun=dim, grain=Grain.ALL) for dim in EARLY_BY]
    won = [bars(values, setting, key, dim, noun=noun, grain=Grain.ALL) for key, dim, noun in EARLY_BY_SALE]
    return Content(
        tiles(values, setting, TILES),
        (
            group(
                trend(values, setting, "grr", grain=Grain.QUARTER), trend(values, setting, "nrr", grain=Grain.QUARTER)
            ),
            group(bridge(values, setting, setting.company.currency), trend(values, setting, "logo_churn")),
            group(leaving(setting, values.home), gone_quiet(setting, values.home), title="Who is about to leave"),
            group(cohorts(values, setting)),
            group(
                trend(values, setting, "early_churn", grain=Grain.QUARTER),
                survival(values, setting),
                title="Those who leave early",
            ),
            group(*won),
            group(*early),
        ),
    )


def cohorts(values: Values, setting: Setting) -> Table | None:
    """A heat map: months of first revenue down, months since across; what cannot have been seen yet stays blank."""
    found: dict[date, dict[int, tuple[Decimal, int, bool]]] = {}
    for (metric, _, period, dim, member), number in values.numbers.items():
        if metric == "cohort_retention" and dim == "months" and number.value is not None and period:
            found.setdefault(period, {})[int(member)] = (number.value, number.n, number.too_few)
    months = sorted(found)[-COHORTS:]
    if len(months) < 3:
        return None
    rows = []
    for month in months:
        ages = found[month]
        cells = [
            Cell(label_of(setting.calendar.period(Grain.MONTH, month), setting)),
            Cell(str(max(n for _, n, _ in ages.values()))),
        ]
        for age in AGES:
            cells.append(_cell(*ages[age]) if age in ages else Cell(""))
        rows.append(tuple(cells))
    sure = [found[month][HALF] for month in months if HALF in found[month] and not found[month][HALF][2]]
    return Table(
        "cohorts", _cohort_title([value for value, _, _ in sure]),
        "Share of customers still active, by month of first revenue and months since · grey: too few customers · "
        f"source: {source_of('cohort_retention')}",
        ("First revenue", "Customers", *(f"{age} months" if age > 1 else "1 month" for age in AGES)), tuple(rows),
        metric="cohort_retention", wide=True,
    )  # fmt: skip


def _cell(value: Decimal, n: int, few: bool) -> Cell:
    heat = "few" if few else str(min(9, max(1, int(value * 10))))
    return Cell(show.rate(value, 0), plain(value), heat=heat)


def _cohort_title(shares: list[Decimal]) -> str:
    """What the cohorts large enough to judge kept after half a year."""
    if len(shares) < 2:
        return "How many customers of each month are still there"
    low, high = show.rate(min(shares), 0), show.rate(max(shares), 0)
    kept = f"kept {low}" if low == high else f"kept between {low} and {high}"
    return f"After {HALF} months, the {len(shares)} cohorts large enough to judge had {kept} of their customers"


def survival(values: Values, setting: Setting) -> Chart | None:
    """Kaplan–Meier over all customer lifetimes by month; None with fewer than three points.

    Behind what has been seen, what the contracts are projected to do, up to five years.
    """
    found = _by_month(values, "survival")
    if len(found) < 3:
        return None
    at, ahead = dict(found), dict(_by_month(values, "survival_projected"))
    months = sorted({*at, *ahead})
    half = next((month for month, share in found if share <= Decimal("0.5")), None)
    year = f"{show.rate(at[12], 0)} of customers are expected to stay a year" if 12 in at else "How long customers stay"
    tail = f"; half are gone after {half} months" if half else ""
    told = f"by months since the first revenue, all customers up to {show.day(setting.run.as_of)}, Kaplan–Meier"
    told += "; projected: shifted-beta-geometric over customers with a contract" if ahead else ""
    return Chart(
        key="survival", kind=Kind.LINE, unit="rate", currency=setting.company.currency, metric="survival", low=True,
        title=f"{year}{tail}", period=told,
        source=source_of("survival"), first_heading="Months since first revenue",
        categories=tuple(str(month) for month in months),
        series=tuple(
            Series(name, role, tuple(curve.get(month) for month in months))
            for name, role, curve in (
                (METRICS["survival"].label, Role.ACTUAL, at), ("Contracts, projected", Role.FORECAST, ahead)
            )
            if curve
        ),
    )  # fmt: skip


def _by_month(values: Values, key: str) -> list[tuple[int, Decimal]]:
    """The months since the first revenue for which a curve has a value that rests on enough customers."""
    numbers = values.members(key, Grain.ALL, None, "months")
    return sorted(
        (int(n.member), n.value) for n in numbers if n.value is not None and (key == "survival" or not n.too_few)
    )


PAGE = Page(
    "retention", "Retention", "Do customers stay, and does their revenue?",
    tuple(dict.fromkeys((*TILES, *MOVEMENTS, *EARLY, "cohort_retention", "survival", "survival_projected"))), build,
    "Import subscriptions, or at least a year of revenue lines. This page then shows who stays, who leaves early, and "
    "what that does to recurring revenue.",
    dims=EARLY_BY, own=("months", "first_route", "discount_band"),
    grains=frozenset({Grain.MONTH, Grain.QUARTER, Grain.ALL}),
)  # fmt: skip
