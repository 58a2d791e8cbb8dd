"""Decks without a database: what renderers are tested with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from scoreboard.charts.shape import Chart, Limits, Role, Series, Tone
from scoreboard.charts.shape import Kind as ChartKind
from scoreboard.deck.shape import Annotation, Cell, Deck, Definition, Figure, Kind, Presenter, Signature, Slide, Table

D = Decimal
MONTHS = ("Jul 2026", "Aug 2026", "Sep 2026")


def chart(key: str, kind: ChartKind, *series: Series, unit: str = "money", names: tuple[str, ...] = MONTHS) -> Chart:
    """A chart of a few values."""
    return Chart(
        key=key, title=f"The finding of {key}", kind=kind, unit=unit, currency="USD", period="Q3 2026", source="lines",
        categories=names, series=series, metric="net_revenue",
    )  # fmt: skip


COLUMNS = chart(
    "revenue", ChartKind.COLUMNS,
    Series("Net revenue", Role.ACTUAL, (D(4_100_000), D(4_300_000), None)),
    Series("To date", Role.TO_DATE, (None, None, D(2_700_000))),
    Series("Last year", Role.PRIOR, (D(3_900_000), D(3_800_000), D(4_000_000))),
    Series("Plan", Role.PLAN, (D(4_000_000), D(4_200_000), D(4_400_000))),
)  # fmt: skip
LINE = replace(
    chart(
        "margin", ChartKind.LINE,
        Series("Gross margin", Role.ACTUAL, (D("0.58"), None, D("0.41")), (Tone.NONE, Tone.NONE, Tone.BAD)),
        Series("Last year", Role.PRIOR, (D("0.60"), D("0.59"), D("0.61"))), unit="rate",
    ),
    limits=Limits(D("0.57"), D("0.50"), D("0.64")),
)  # fmt: skip
BARS = chart(
    "reasons", ChartKind.BARS,
    Series("Revenue that fails", Role.ACTUAL, (D(900_000), D(300_000)), (Tone.BAD, Tone.BAD)),
    names=("Below the margin floor", "Grey routes"),
)  # fmt: skip
BRIDGE = chart(
    "bridge", ChartKind.BRIDGE, Series("MRR", Role.ACTUAL, (D(1_000), D(300), D(-100), D(1_200))),
    names=("Opening", "New", "Churned", "Closing"),
)  # fmt: skip
FORECAST = chart(
    "forecast", ChartKind.COLUMNS, Series("Bookings", Role.ACTUAL, (D(10), D(12), None)),
    Series("Forecast", Role.FORECAST, (None, None, D(15))),
)  # fmt: skip
FIGURES = (
    Figure("net_revenue", "Net revenue", D("14234567.5000"), "money", D("14234567.5000"), None, 812),
    Figure("gross_margin", "Gross margin", D("0.583"), "rate", D(583), D(1000), 40, change="−3.1 pt",
           against="last year", tone="bad"),
    Figure("ltv_cac", "Lifetime value over acquisition cost", None, "ratio", status="no customers were acquired"),
    Figure("sales_cycle_days", "Sales cycle, median", D("41.5"), "days", D(83), D(3), 3, status="too few: n = 3"),
)  # fmt: skip
TABLE = Table(
    "falls-short", "Q3 2026", ("What falls short", "Now", "Gap"),
    (
        (Cell("Quality share"), Cell("56.2 %", D("0.562"), "rate"), Cell("−13.8 pt", tone="bad")),
        (Cell("Retention"), Cell("n/a"), Cell("Watch", tone="warn", badge=True)),
    ),
)  # fmt: skip


def deck(*slides: Slide, company: str = "Larkmoor Instruments", title: str = "Board review Q3 2026") -> Deck:
    """A deck of these slides, or of one slide of each sort."""
    every = slides or (
        Slide("headline", "The number", "Winning. Revenue is growing", lede="But 29 % fails.", figures=FIGURES,
              chart=COLUMNS, presenter=Presenter.BOTH, sales_part="Sales sourced $4 M.",
              marketing_part="Marketing sourced $2 M.", notes="Both say the same number."),
        Slide("bad-news", "Bad news first", "Two numbers fall short", table=TABLE),
        Slide("quality", "Quality", "$1.2 M fails the policy", chart=BARS),
        Slide("margin", "Quality", "Margin fell", chart=LINE, beside=FORECAST,
              annotations=(Annotation("Ask finance", "Alice", "Bob", "Check the costs", date(2026, 10, 1)),)),
        Slide("bridge", "Retention", "Recurring revenue rose", chart=BRIDGE),
    )  # fmt: skip
    return Deck(
        kind=Kind.BOARD, title=title, company=company, currency="USD", period="2026Q3", period_name="Q3 2026",
        as_of=date(2026, 9, 20), run=7, computed_at=datetime(2026, 9, 21, 6, 5, tzinfo=UTC),
        policy_version="version 3", slides=every,
        definitions=(Definition("net_revenue", "Net revenue", "money", "Σ net amount of lines", "up", 1),),
        signatures=(Signature("Ada Lovelace", "Sales leader", datetime(2026, 9, 21, 9, 0, tzinfo=UTC)),),
    )  # fmt: skip
