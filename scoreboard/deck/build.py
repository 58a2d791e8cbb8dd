"""Makes the deck of a meeting from published values. Nothing is computed here: pages and packs say one number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from core.models import User
from metrics.models import MetricRun
from scoreboard.deck.material import Material, company_reader, gather
from scoreboard.deck.shape import Deck, Kind, Slide
from scoreboard.deck.slides import ahead, functions, good, headline, news
from scoreboard.deck.slides.appendix import appendix, definitions, metrics_of
from scoreboard.deck.slides.missing import without_bare

Maker = Callable[[Material], Slide | None]
BOARD: tuple[Maker, ...] = (
    headline.headline, news.bad_news, good.parts_of_quality, good.quality_trend, good.margin, good.who_discounts,
    functions.sales, functions.marketing, functions.sourcing, good.kept, good.movements, good.cohorts,
    ahead.open_deals, ahead.forecast, ahead.productive, news.decisions,
)  # fmt: skip
WEEKLY: tuple[Maker, ...] = (
    headline.week, news.bad_news, good.parts_of_quality, functions.sales, functions.marketing, good.kept,
    ahead.open_deals, ahead.forecast, ahead.productive, news.decisions,
)  # fmt: skip
ALL_HANDS: tuple[Maker, ...] = (
    headline.headline, news.bad_news, good.parts_of_quality, functions.sales, functions.marketing, good.kept,
    ahead.open_deals, ahead.productive, news.decisions,
)  # fmt: skip
ORDER: dict[Kind, tuple[Maker, ...]] = {Kind.BOARD: BOARD, Kind.WEEKLY: WEEKLY, Kind.ALL_HANDS: ALL_HANDS}
NAMES = {Kind.BOARD: "Board review", Kind.WEEKLY: "Weekly review", Kind.ALL_HANDS: "All hands"}
DEFINED = {Kind.BOARD: 2, Kind.WEEKLY: 1, Kind.ALL_HANDS: 1}  # slides of definitions at the end


def build_deck(
    *, kind: Kind, period: str = "", user: User | None = None, run: MetricRun | None = None, title: str = ""
) -> Deck:
    """The deck of a meeting about `period` ("2026Q3", "2026-07"; empty: the running quarter), as `user` may see it.

    Without a user it is the company's, for commands. Slides without any data behind them are left out; where a whole
    section is, one slide says what to import for it.
    Raises LookupError while nothing has been published, and ValueError for a period that is none.
    """
    m = gather(user or company_reader(), period, run)
    slides = without_bare(tuple(slide for make in ORDER[kind] if (slide := make(m)) is not None))
    entries = definitions(metrics_of(slides))
    company = m.setting.company.name or "The company"
    published = m.setting.run.published_at or m.setting.run.started_at
    return Deck(
        kind=kind, title=title or f"{NAMES[kind]} {m.setting.view.name}", company=company, currency=m.currency,
        period=m.setting.view.code, period_name=m.setting.view.label, as_of=m.setting.run.as_of, run=m.setting.run.pk,
        computed_at=published.astimezone(UTC), policy_version=m.policy_version,
        slides=(*slides, *appendix(entries)[: DEFINED[kind]]), definitions=entries, home=m.part[1],
    )  # fmt: skip
