"""The decks of the three meetings: their order, their numbers, and what they say where there are none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from core.periods import Grain
from metrics.models import MetricRun, MetricValue
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Deck, Kind, Presenter, from_json, sha256, to_json
from tests.scoreboard import world

SECTIONS = [
    "The number", "Bad news first", "Quality", "Sales and marketing", "Retention", "Pipeline and coaching",
    "Productivity", "Decisions", "Appendix",
]  # fmt: skip


@pytest.fixture
def board(run: MetricRun) -> Deck:
    """The board's deck of the running quarter."""
    return build_deck(kind=Kind.BOARD)


@pytest.mark.parametrize(
    ("kind", "least", "most"), [(Kind.BOARD, 12, 18), (Kind.WEEKLY, 6, 12), (Kind.ALL_HANDS, 6, 12)]
)
def test_a_meeting_has_its_order_and_its_length(run: MetricRun, kind: Kind, least: int, most: int) -> None:
    deck = build_deck(kind=kind)
    assert least <= len(deck.slides) <= most
    assert list(dict.fromkeys(slide.section for slide in deck.slides)) == SECTIONS
    assert len({slide.key for slide in deck.slides}) == len(deck.slides)
    assert all(slide.title and slide.notes for slide in deck.slides)


def test_each_figure_is_the_published_value(board: Deck, run: MetricRun) -> None:
    shown = [f for slide in board.slides for f in slide.figures if f.value is not None and "next" not in f.label]
    assert {"net_revenue", "attainment", "growth_yoy", "gross_margin", "nrr", "win_rate"} <= {f.metric for f in shown}
    for figure in shown:
        parts = ["", "sales", "marketing"]
        rows = MetricValue.objects.filter(
            metric=figure.metric, grain="quarter", period="2026-07-01", member__in=parts, value=figure.value
        )
        row = rows.get() if rows.count() == 1 else rows.filter(member="").get()
        assert (figure.numerator, figure.denominator, figure.n) == (row.numerator, row.denominator, row.n)


def test_what_is_not_there_is_not_a_number_and_says_why(board: Deck) -> None:
    missing = [f for slide in board.slides for f in slide.figures if f.value is None]
    assert missing
    assert all(f.written("USD") == "n/a" and f.reason for f in missing)


def test_coaching_and_pipeline_stand_on_one_slide(board: Deck) -> None:
    slide = next(slide for slide in board.slides if slide.key == "pipeline")
    assert {"pipeline_coverage", "coaching_hours_per_rep_week"} <= {f.metric for f in slide.figures}


def test_both_leaders_have_a_part_on_each_revenue_slide(board: Deck) -> None:
    speak = {slide.key: slide.presenter for slide in board.slides}
    assert (speak["headline"], speak["sales"], speak["marketing"]) == (
        Presenter.BOTH, Presenter.SALES, Presenter.MARKETING,
    )  # fmt: skip
    headline = board.slides[0]
    assert headline.sales_part
    assert speak["definitions-1"] is Presenter.NONE


def test_bad_news_names_what_falls_short_and_a_decision_answers_it(run: MetricRun) -> None:
    MetricValue.objects.filter(metric="attainment", grain="quarter", period="2026-07-01", dim="").update(
        numerator=Decimal(900_000), denominator=Decimal(1_000_000), value=Decimal("0.9")
    )
    deck = build_deck(kind=Kind.BOARD)
    news, asked = (next(s for s in deck.slides if s.key == key) for key in ("bad-news", "decisions"))
    assert news.table is not None
    assert asked.table is not None
    assert news.table.rows[0][0].text == "Net revenue"
    assert news.table.rows[0][3].text == "\u2212$100\u202fK"
    assert "falls short" in news.title or "fall short" in news.title
    assert asked.table.rows[0][0].text == "Agree how the gap to plan is closed, and by when"


def test_the_deck_names_its_run_and_freezes_as_text(board: Deck, run: MetricRun) -> None:
    assert board.stamp.startswith("As of 20 Sep 2026 · computed ")
    assert f"run {run.pk} · quality policy built-in" in board.stamp
    text = to_json(board)
    assert from_json(text) == board
    assert to_json(from_json(text)) == text
    assert sha256(from_json(text)) == sha256(board)


def test_an_earlier_run_gives_the_deck_it_gave_then(run: MetricRun) -> None:
    before = to_json(build_deck(kind=Kind.BOARD, run=run))
    later = MetricRun.objects.create(as_of=run.as_of, published_at=run.published_at)
    MetricValue.objects.filter(metric="gross_margin").update(run_to=later.pk)
    assert to_json(build_deck(kind=Kind.BOARD, run=run)) == before
    assert to_json(build_deck(kind=Kind.BOARD)) != before


def test_a_manager_gets_the_teams_numbers_alone(people: dict[str, User], run: MetricRun) -> None:
    deck = build_deck(kind=Kind.WEEKLY, user=people["sales_manager"])
    assert deck.home == "North"
    net = deck.slides[0].figures[0]
    whole = world.revenue(world.CALENDAR.period(Grain.QUARTER, world.AS_OF).start, world.AS_OF)
    assert net.value is not None
    assert net.value < whole
    assert "South" not in to_json(deck)
    assert "Charlie" not in to_json(deck)


def test_a_deck_needs_no_more_than_forty_queries(run: MetricRun) -> None:
    with CaptureQueriesContext(connection) as queries:
        build_deck(kind=Kind.BOARD)
    assert len(queries) <= 40, "\n".join(q["sql"][:120] for q in queries)


def test_it_says_what_is_missing_before_anything_is_published(db: None) -> None:
    with pytest.raises(LookupError, match="import files first"):
        build_deck(kind=Kind.BOARD)


def test_it_refuses_what_is_no_period(run: MetricRun) -> None:
    with pytest.raises(ValueError, match="not a period"):
        build_deck(kind=Kind.BOARD, period="soon")


def test_a_functions_win_rate_says_that_it_is_of_the_deals_it_sourced(board: Deck) -> None:
    """The slide's chart is the whole company's win rate, and one name for both would be read as one number."""
    for name in ("sales", "marketing"):
        slide = next(slide for slide in board.slides if slide.key == name)
        labels = {f.metric: f.label for f in slide.figures}
        assert labels["win_rate"] == f"Win rate, {name}-sourced"


def test_what_has_no_numbers_is_one_slide_that_says_what_to_import(run: MetricRun) -> None:
    MetricValue.objects.exclude(metric="net_revenue").delete()
    MetricValue.objects.exclude(dim="").delete()
    MetricValue.objects.filter(period__lt=date(2026, 6, 1)).delete()
    deck = build_deck(kind=Kind.BOARD)
    sections = list(dict.fromkeys(slide.section for slide in deck.slides))
    # Neither "nothing falls short" nor "no decision is asked for": there is nothing to judge by.
    assert sections == ["The number", "Productivity", "What is missing", "Appendix"]
    missing = next(slide for slide in deck.slides if slide.key == "missing")
    assert missing.table is not None
    assert [row[0].text for row in missing.table.rows] == SECTIONS[2:6]
    assert "Import deals" in missing.table.rows[3][2].text
    assert missing.title == "Four of the board\u2019s questions have no numbers yet"


def test_a_period_without_revenue_says_so(run: MetricRun) -> None:
    MetricValue.objects.filter(grain="quarter", period="2026-07-01").delete()
    deck = build_deck(kind=Kind.BOARD)
    assert deck.slides[0].title == "No revenue is known in Q3 2026"
    assert deck.slides[0].figures[0].written("USD") == "n/a"


def test_both_leaders_are_told_which_bad_numbers_they_answer_for(run: MetricRun) -> None:
    MetricValue.objects.filter(metric="attainment", grain="quarter", period="2026-07-01", dim="").update(
        numerator=Decimal(900_000), denominator=Decimal(1_000_000), value=Decimal("0.9")
    )
    news = next(s for s in build_deck(kind=Kind.BOARD).slides if s.key == "bad-news")
    assert news.title.endswith("against a plan to date of $1.00\u202fM")
    assert news.sales_part.startswith("Answers for net revenue, ")
    assert "coaching" not in news.marketing_part, "managers coach"


def test_a_forecast_names_its_quarters(board: Deck) -> None:
    labels = [f.label for s in board.slides if s.key == "forecast" for f in s.figures]
    assert not labels or labels[:2] == ["Forecast, Q3 2026", "Forecast, Q4 2026"]
    assert "Forecast, this quarter" not in to_json(board)
