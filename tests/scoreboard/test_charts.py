"""Chart descriptions and the figures made of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoreboard.charts import ticks
from scoreboard.charts.plotly import figure, label_foot
from scoreboard.charts.shape import Chart, Kind, Limits, Role, Series
from scoreboard.charts.svg import bullet, segments, spark

D = Decimal


def chart(**changes: object) -> Chart:
    fields: dict[str, object] = {
        "key": "k", "title": "Sales rose", "kind": Kind.COLUMNS, "unit": "money", "currency": "USD",
        "period": "2026", "source": "revenue lines", "categories": ("January 2026", "February 2026"),
        "series": (Series("Actual", Role.ACTUAL, (D(1_000_000), None)), Series("Plan", Role.PLAN, (D(900_000), D(5)))),
    }  # fmt: skip
    return Chart(**(fields | changes))  # type: ignore[arg-type]


def test_a_chart_says_unit_period_and_source() -> None:
    assert chart().caption == "USD M · 2026 · solid: actual · gold: plan · source: revenue lines"


def test_the_table_has_exact_values_and_gaps_stay_gaps() -> None:
    assert chart().table() == [["January 2026", "$1,000,000.00", "$900,000.00"], ["February 2026", "n/a", "$5.00"]]
    assert chart().plain() == [["January 2026", "1000000", "900000"], ["February 2026", "", "5"]]


def test_two_categories_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two categories of one name"):
        chart(categories=("Feb", "Feb"))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_draws_every_value(kind: Kind) -> None:
    drawn = figure(chart(kind=kind, series=(Series("A", Role.ACTUAL, (D(3), D(4))),)))
    values = drawn["data"][0]["x" if kind in (Kind.BARS, Kind.WATERFALL) else "y"]
    assert values == [3.0, 4.0]


def test_a_bridge_floats_and_ends_on_the_ground() -> None:
    steps = (D(100), D(30), D(-10), D(120))
    drawn = figure(
        chart(kind=Kind.BRIDGE, categories=("Opening", "New", "Churned", "Closing"),
              series=(Series("MRR", Role.ACTUAL, steps),))
    )  # fmt: skip
    assert drawn["data"][0]["base"] == [0.0, 100.0, 130.0, 0.0]
    assert drawn["data"][0]["marker"]["color"] == ["--prior", "--good", "--bad", "--actual"]


def test_limits_are_a_band_behind() -> None:
    drawn = figure(chart(kind=Kind.LINE, limits=Limits(D(5), D(1), D(9))))
    assert (drawn["layout"]["shapes"][0]["y0"], drawn["layout"]["shapes"][0]["y1"]) == (1.0, 9.0)


def test_a_line_that_is_projected_is_dashed_and_its_caption_says_so() -> None:
    both = (Series("Seen", Role.ACTUAL, (D(3), None)), Series("Ahead", Role.FORECAST, (D(2), D(1))))
    made = chart(kind=Kind.LINE, series=both)
    assert [trace["line"]["dash"] for trace in figure(made)["data"]] == ["solid", "dash"]
    assert "solid: seen · dashed: ahead" in made.caption


def test_the_quality_bar_is_laid_end_to_end() -> None:
    parts = segments([("good", "quality", D("0.7")), ("1", "route", D(0)), ("2", "price", D("0.3"))])
    assert [(p.x, p.width) for p in parts] == [("0.00%", "70.00%"), ("70.00%", "30.00%")]


def test_a_bullet_has_one_scale_and_never_a_negative_width() -> None:
    assert bullet(D("59.5"), target=None, prior=None, text="", top=D(100)).actual.startswith("59.5")
    drawn = bullet(D(-5), target=D(10), prior=None, text="")
    assert (drawn.actual, drawn.target, drawn.prior) == ("0.00%", "92.59%", "")


def test_a_running_week_is_an_open_point_beside_the_line() -> None:
    drawn = spark(
        [D(1), D(2), D(1)], [None, None, None], within=None, sides=[0, 0, 0], texts=["a", "b", "c"],
        names=["w1", "w2", "w3"], running=True,
    )  # fmt: skip
    assert len(drawn.actual.split()) == 2
    assert [dot.look for dot in drawn.dots] == ["", "", "s-open"]


def test_a_plan_lies_across_its_own_column_and_touches_no_other() -> None:
    for prior in ((), (Series("Last year", Role.PRIOR, (D(1), D(2))),)):
        drawn = figure(chart(series=(*chart().series, *prior)))
        places = [(shape["x0"], shape["x1"], shape["y0"]) for shape in drawn["layout"]["shapes"]]
        assert [y for _, _, y in places] == [900_000.0, 5.0]
        assert all(i - 0.5 < left < i < right < i + 0.5 for i, (left, right, _) in enumerate(places))


def test_bars_that_carry_their_values_have_no_scale_beside() -> None:
    bars = figure(chart(kind=Kind.BARS, series=(Series("A", Role.ACTUAL, (D(3), D(4))),)))
    assert (bars["layout"]["xaxis"]["showticklabels"], bars["layout"]["xaxis"]["showgrid"]) == (False, False)


def test_a_label_stands_clear_of_a_pale_column_that_ends_just_above() -> None:
    pale = chart(series=(Series("A", Role.ACTUAL, (D(100), D(100))), Series("B", Role.PRIOR, (D(105), D(180)))))
    assert [label_foot(pale, i) for i in range(2)] == [105.0, 100.0]


@pytest.mark.parametrize(
    ("low", "high", "unit", "step", "written"),
    [
        ("0", "189000", "money", "K", ["0", "50", "100", "150"]),
        ("6790000", "14100000", "money", None, ["8 M", "10 M", "12 M", "14 M"]),
        ("-1200000000", "900000000", "money", None, ["−1.0 B", "−0.5 B", "0", "0.5 B"]),
        ("0.531", "0.62", "rate", None, ["54 %", "56 %", "58 %", "60 %", "62 %"]),
        ("0.001", "0.0049", "rate", None, ["0.1 %", "0.2 %", "0.3 %", "0.4 %"]),
        ("0", "2", "count", None, ["0", "1", "2"]),
        ("0", "0.66", "hours", None, ["0.0", "0.2", "0.4", "0.6"]),
        ("7", "7", "days", None, ["7"]),
    ],
)
def test_a_scale_has_round_steps_in_the_signs_of_the_numbers(
    low: str, high: str, unit: str, step: str | None, written: list[str]
) -> None:
    places = ticks.ticks(D(low), D(high), whole=unit == "count")
    texts = [text.replace("\u202f", " ") for text in ticks.texts(places, unit, step=step)]
    assert texts == written


@pytest.mark.parametrize("scale", [D("0.003"), D(1), D(777), D("31e8")])
def test_no_scale_is_crowded_or_bare(scale: Decimal) -> None:
    for low in range(-3, 4):
        for reach in range(1, 40):
            places = ticks.ticks(low * scale, (low + D(reach) / 7) * scale)
            assert 2 <= len(places) <= 6
            assert all(low * scale <= place <= (low + D(reach) / 7) * scale for place in places)
