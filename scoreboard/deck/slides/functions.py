"""Sales and marketing: each its own slide and part, and one on which the two stand together."""

from __future__ import annotations

from core.periods import Grain
from scoreboard.charts.shape import Chart
from scoreboard.deck.figures import figure, say, table
from scoreboard.deck.material import Material
from scoreboard.deck.shape import Figure, Presenter, Slide
from scoreboard.deck.slides.good import made
from scoreboard.deck.slides.headline import parts
from scoreboard.halves import ROWS, SOURCE, SOURCED, halves
from scoreboard.pages import contribution
from scoreboard.pages.build import bars, trend
from scoreboard.reading import METRICS

SECTION = "Sales and marketing"


def sales(m: Material) -> Slide:
    """What sales sourced and how it wins."""
    chart = trend(m.values, m.setting, "win_rate", grain=Grain.QUARTER) or bars(
        m.values, m.setting, "win_rate", "team", noun="team"
    )
    return _half(m, "sales", Presenter.SALES, chart, ("bookings",))


def marketing(m: Material) -> Slide:
    """What marketing sourced and influenced, and what a customer costs."""
    chart = trend(m.values, m.setting, "influenced", grain=Grain.QUARTER) or trend(
        m.values, m.setting, "cac", grain=Grain.QUARTER
    )
    return _half(m, "marketing", Presenter.MARKETING, chart, ("influenced", "cac"))


def _half(m: Material, name: str, presenter: Presenter, chart: Chart | None, more: tuple[str, ...]) -> Slide:
    both, key = halves(m.values, m.setting, m.currency, m.policy.sourcing), SOURCED[m.policy.sourcing][0]
    found: list[Figure] = [figure(m, key, of=("source", name), label=f"Sourced by {name}")]
    found += [figure(m, metric, label="") for metric in more]
    found += [figure(m, metric, of=(SOURCE, name), label=f"{METRICS[metric].label}, {name}-sourced") for metric in ROWS]
    sold, marketed = parts(m)
    half = None if both is None else both.sales if name == "sales" else both.marketing
    if half is not None and both is not None:
        title = f"{half.name} sourced {half.sourced}, {half.share} of what was won"
        lede = f"{both.joint}. Sourced {both.rule}, the company's locked definition."
    else:
        title, lede = f"{name.capitalize()}: no deal won has a known source in this period", contribution.PAGE.teach
    return Slide(
        name, SECTION, title, lede=lede, figures=tuple(found[:5]), chart=chart, presenter=presenter,
        sales_part=sold if name == "sales" else say(m, ("win_rate",)),
        marketing_part=marketed if name == "marketing" else say(m, ("influenced",)),
        notes=f"{name.capitalize()} speaks to this slide, for the joint number: both halves stand on one scale.",
    )  # fmt: skip


def sourcing(m: Material) -> Slide | None:
    """Deals won by source under the three definitions; None where nothing was won that could be shared out."""
    key = SOURCED[m.policy.sourcing][0]
    found = contribution.three_ways(m.values, m.setting, key)
    if found is None:
        return None
    sold, marketed = parts(m)
    slide = made(
        m, contribution.PAGE, "sourcing", SECTION, bars(m.values, m.setting, key, "source", noun="source"),
        table=table(found),
        title=found.title,
        lede=_overlap(m),
    )  # fmt: skip
    return Slide(**{**slide.__dict__, "sales_part": sold, "marketing_part": marketed})


def _overlap(m: Material) -> str:
    both = halves(m.values, m.setting, m.currency, m.policy.sourcing)
    if both is None or not both.influenced:
        return ""
    return f"Marketing influenced {both.influenced}: a part of the same revenue, never added to what was sourced."


def models(m: Material) -> Slide | None:
    """How far attribution models disagree about each channel."""
    found = contribution.spread(m.values, m.setting)
    if found is None:
        return None
    return made(
        m, contribution.PAGE, "attribution", SECTION, None, table=table(found), title=found.title,
        presenter=Presenter.MARKETING, says=(("win_rate",), ("influenced", "cac")),
    )  # fmt: skip
