"""Any deck, as text and back, is the same deck; any other text is refused with the place that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.charts.shape import Chart, Limits, Role, Series, Tone
from scoreboard.charts.shape import Kind as ChartKind
from scoreboard.deck import shape
from scoreboard.deck.shape import Deck, from_json, sha256, to_json

texts = st.text(max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
cells = st.builds(shape.Cell, text=texts, value=maybe, unit=texts, heat=texts, tone=texts, badge=st.booleans())
tables = st.builds(
    shape.Table, key=texts, caption=texts, head=st.lists(texts, max_size=3).map(tuple),
    rows=st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple), metric=texts, words=st.booleans(),
)  # fmt: skip
figures = st.builds(
    shape.Figure, metric=texts, label=texts, value=maybe, unit=texts, numerator=maybe, denominator=maybe,
    n=st.integers(), status=texts, change=texts, against=texts, tone=texts,
)  # fmt: skip
series = st.builds(
    Series, name=texts, role=st.sampled_from(Role), values=st.lists(maybe, max_size=4).map(tuple),
    tones=st.lists(st.sampled_from(Tone), max_size=4).map(tuple),
)  # fmt: skip
charts = st.builds(
    Chart, key=texts, title=texts, kind=st.sampled_from(ChartKind), unit=texts, currency=texts, period=texts,
    source=texts, categories=st.lists(texts, max_size=4, unique=True).map(tuple),
    series=st.lists(series, max_size=3).map(tuple),
    limits=st.none() | st.builds(Limits, mean=numbers, low=numbers, high=numbers), cut=st.booleans(),
)  # fmt: skip
remarks = st.builds(shape.Annotation, text=texts, author=texts, owner=texts, action=texts, due=st.none() | st.dates())
slides = st.builds(
    shape.Slide, key=texts, section=texts, title=texts, lede=texts, figures=st.lists(figures, max_size=3).map(tuple),
    chart=st.none() | charts, beside=st.none() | charts, table=st.none() | tables,
    presenter=st.sampled_from(shape.Presenter), sales_part=texts, marketing_part=texts, notes=texts,
    annotations=st.lists(remarks, max_size=2).map(tuple),
)  # fmt: skip
signatures = st.builds(shape.Signature, name=texts, role=texts, at=st.datetimes(timezones=st.just(UTC)), differs=texts)
decks = st.builds(
    Deck, kind=st.sampled_from(shape.Kind), title=texts, company=texts, currency=texts, period=texts, period_name=texts,
    as_of=st.dates(), run=st.integers(), computed_at=st.datetimes(timezones=st.just(UTC)), policy_version=texts,
    slides=st.lists(slides, max_size=3).map(tuple), signatures=st.lists(signatures, max_size=2).map(tuple), home=texts,
)  # fmt: skip

PLAIN = Deck(
    kind=shape.Kind.BOARD, title="Board review Q3 2026", company="Larkmoor", currency="USD", period="2026Q3",
    period_name="Q3 2026", as_of=date(2026, 9, 20), run=7, computed_at=datetime(2026, 9, 21, 6, 0, tzinfo=UTC),
    policy_version="version 3", slides=(shape.Slide("a", "The number", "Revenue grew"),),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(decks)
def test_a_deck_is_the_same_after_text(deck: Deck) -> None:
    text = to_json(deck)
    back = from_json(text)
    assert back == deck
    assert to_json(back) == text


def test_digits_after_the_point_are_kept() -> None:
    figure = shape.Figure("net_revenue", "Net revenue", Decimal("14234567.5000"), "money")
    deck = replace(PLAIN, slides=(replace(PLAIN.slides[0], figures=(figure,)),))
    assert '"14234567.5000"' in to_json(deck)
    assert str(from_json(to_json(deck)).slides[0].figures[0].value) == "14234567.5000"


def test_what_holds_its_default_is_not_written_so_that_later_fields_change_no_checksum() -> None:
    assert json.loads(to_json(PLAIN))["slides"] == [{"key": "a", "section": "The number", "title": "Revenue grew"}]
    assert sha256(PLAIN) != sha256(replace(PLAIN, run=8))


def test_a_number_that_is_none_is_refused() -> None:
    figure = shape.Figure("net_revenue", "Net revenue", Decimal("NaN"), "money")
    with pytest.raises(ValueError, match="NaN is no number"):
        to_json(replace(PLAIN, slides=(replace(PLAIN.slides[0], figures=(figure,)),)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, r"unknown fields \['surprise'\]"),
        ({"run": "7"}, "Deck.run: expected int, found str"),
        ({"run": True}, "Deck.run: expected int, found bool"),
        ({"as_of": "yesterday"}, "'yesterday' is no date"),
        ({"kind": "party"}, "'party' is no Kind"),
        ({"slides": {}}, "Deck.slides: expected a list"),
        ({"slides": [{"key": "a"}]}, r"Deck.slides\[0\]"),
    ],
)
def test_a_text_that_is_no_deck_is_refused_by_its_place(change: dict[str, object], message: str) -> None:
    data = json.loads(to_json(PLAIN)) | change
    with pytest.raises(ValueError, match=message):
        from_json(json.dumps(data))
