"""Quality and retention: is it good revenue, and does it stay?"""

from __future__ import annotations

from core.periods import Grain
from scoreboard.charts.shape import Chart
from scoreboard.deck.figures import figures, say, table
from scoreboard.deck.material import Material
from scoreboard.deck.shape import Presenter, Slide, Table
from scoreboard.pages import quality, retention
from scoreboard.pages.build import bars, trend
from scoreboard.pages.shape import Page
from scoreboard.quality import quality as bar
from scoreboard.revenue_charts import bridge

QUALITY, RETENTION = "Quality", "Retention"
SALES_SAY, MARKETING_SAY = ("gross_margin", "discount_depth", "broker_share"), ("icp_fit", "strategic_share")
KEPT_SAY, FIT_SAY = ("nrr", "a_list_retention"), ("early_churn", "icp_fit")


def parts_of_quality(m: Material) -> Slide:
    """What fails the quality policy, by reason."""
    chart, drawn = quality.reasons(m.values, m.setting), bar(m.values, m.setting, m.floor, m.currency)
    return made(
        m, quality.PAGE, "quality", QUALITY, chart, lede=drawn.title if drawn else "",
        keys=("quality_share", "quality_coverage", "gross_margin", "discount_depth"), says=(SALES_SAY, MARKETING_SAY),
    )  # fmt: skip


def quality_trend(m: Material) -> Slide | None:
    """The quality share by quarter against its floor."""
    chart = trend(m.values, m.setting, "quality_share", grain=Grain.QUARTER, goal=m.floor, goal_name="Floor")
    if chart is None:
        return None
    return made(m, quality.PAGE, "quality-trend", QUALITY, chart, says=(SALES_SAY, MARKETING_SAY))


def margin(m: Material) -> Slide:
    """Margin, and the discount that goes with it."""
    chart, other = trend(m.values, m.setting, "gross_margin"), trend(m.values, m.setting, "discount_depth")
    return made(
        m, quality.PAGE, "margin", QUALITY, chart or other, beside=other if chart else None,
        keys=("gross_margin", "discount_depth", "broker_share", "strategic_share"), says=(SALES_SAY, MARKETING_SAY),
    )  # fmt: skip


def who_discounts(m: Material) -> Slide | None:
    """Margin against discount by segment, or else by route."""
    tables = ((dim, quality.beside(m.values, m.setting, dim)) for dim in ("segment", "route"))
    dim, found = next(((dim, each) for dim, each in tables if each is not None), ("", None))
    if found is None:
        return None
    return made(
        m, quality.PAGE, "margin-against-discount", QUALITY,
        bars(m.values, m.setting, "discount_depth", dim, noun=dim), table=table(found), title=found.title,
        keys=("net_revenue", "discount_depth", "gross_margin", "quality_share"), says=(SALES_SAY, MARKETING_SAY),
    )  # fmt: skip


def kept(m: Material) -> Slide:
    """Net and gross revenue retention."""
    net, gross = (trend(m.values, m.setting, key, grain=Grain.QUARTER) for key in ("nrr", "grr"))
    return made(
        m, retention.PAGE, "retention", RETENTION, net or gross, beside=gross if net else None,
        keys=("nrr", "grr", "logo_churn", "a_list_retention"), says=(KEPT_SAY, FIT_SAY),
    )  # fmt: skip


def movements(m: Material) -> Slide | None:
    """From opening to closing recurring revenue."""
    chart = bridge(m.values, m.setting, m.currency)
    return None if chart is None else made(m, retention.PAGE, "mrr-bridge", RETENTION, chart, says=(KEPT_SAY, FIT_SAY))


def cohorts(m: Material) -> Slide | None:
    """The heat map of customers by month of first revenue."""
    found = retention.cohorts(m.values, m.setting)
    if found is None:
        return None
    return made(
        m, retention.PAGE, "cohorts", RETENTION, None, table=table(found), title=found.title, says=(KEPT_SAY, FIT_SAY)
    )


def made(
    m: Material, page: Page, key: str, section: str, chart: Chart | None, *, beside: Chart | None = None,
    lede: str = "", table: Table | None = None, title: str = "", keys: tuple[str, ...] = (),
    says: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()), presenter: Presenter = Presenter.BOTH,
) -> Slide:  # fmt: skip
    """A slide about a page's question; without a drawing it says so, and what to import."""
    known = chart is not None or table is not None
    return Slide(
        key, section, title or (chart.title if chart else f"{section}: there are no numbers yet"),
        lede=lede if known else page.teach, figures=figures(m, keys), chart=chart, beside=beside, table=table,
        presenter=presenter, sales_part=say(m, says[0]), marketing_part=say(m, says[1]),
        notes=f"The question: {page.question}",
    )  # fmt: skip
