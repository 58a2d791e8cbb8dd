"""The pages of one question: what they say, at what cost, for whom, and as files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from metrics.compute.store import JOINT
from metrics.models import MetricRun, MetricValue
from metrics.published import Number, Values
from revenue.models import Account, Subscription
from scoreboard.focus import focus
from scoreboard.pages.productivity import judge
from scoreboard.sentences import deepest_discount, value_change
from scoreboard.signals import change_is_noise
from scoreboard.views.story import PAGES
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

D = Decimal


@pytest.mark.parametrize("slug", sorted(PAGES))
def test_each_page_answers_in_at_most_twelve_queries(people: dict[str, User], run: MetricRun, slug: str) -> None:
    for role in ("ceo", "operator", "sales_manager", "rep"):
        client = signed_in(people[role])
        client.get(f"/{slug}/")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/{slug}/")
        assert response.status_code == 200
        assert PAGES[slug].question in text_of(response.content).replace("&#x27;", "'")
        assert len(queries) <= 12, role + "\n".join(q["sql"][:150] for q in queries)


def test_the_three_ways_of_sourcing_stand_side_by_side_with_the_locked_one_marked(
    people: dict[str, User], run: MetricRun
) -> None:
    for key, amounts in (
        ("sourced_by_field", {"marketing": 20, "sales": 80}),
        ("sourced_first_touch", {"marketing": 50, "sales": 50}),
        ("sourced_before_sales", {"marketing": 40, "sales": 60}),
    ):
        for source, amount in amounts.items():
            MetricValue.objects.create(
                metric=key, grain="quarter", period="2026-07-01", dim="source", member=source, numerator=amount,
                value=amount, n=9, run_from=run.pk,
            )  # fmt: skip
    page = text_of(signed_in(people["ceo"]).get("/sales-marketing/").content)
    assert "lies between 20 % and 50 %, depending on how sourcing is defined" in page
    assert "By lead-source field (locked)" in page
    lines = signed_in(people["ceo"]).get("/sales-marketing/?csv=sourced-three-ways").content.decode("utf-8-sig")
    assert lines.splitlines()[1].startswith("Marketing,20.")


def test_a_part_of_the_company_hides_the_rest(run: MetricRun) -> None:
    def number(dim: str, member: str, value: int) -> tuple[tuple[str, str, date | None, str, str], Number]:
        made = Number("quality_split", "all", None, dim, member, D(value), None, 1, D(value), "ok")
        return (made.metric, made.grain, None, dim, member), made

    numbers = dict(
        [
            number("reason", "route", 9), number("segment,reason", f"A{JOINT}route", 4),
            number("segment,reason", f"AB{JOINT}route", 5), number("segment", "A", 7),
        ]
    )  # fmt: skip
    seen = focus(Values(run, ("", ""), numbers), ("segment", "A"))
    assert {key[3:]: n.value for key, n in seen.numbers.items()} == {("reason", "route"): D(4), ("segment", "A"): D(7)}


def test_a_manager_may_ask_for_a_rep_of_the_team_and_for_nobody_else(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["sales_manager"])
    assert "Rep: Alice Rep" in text_of(client.get("/?of=rep:Alice Rep").content)
    for path in ("/?of=rep:Charlie Rep", "/quality/?of=team:South", "/pipeline/?of=segment:Enterprise"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("now", "bar", "direction", "signal", "verdict"),
    [
        ("0.95", "0.90", "up", 0, "pass"),
        ("0.90", "0.95", "up", 0, "watch"),
        ("0.90", "0.95", "up", -1, "fail"),
        ("0.80", "0.95", "up", 0, "fail"),
        ("0.18", "0.20", "down", 0, "pass"),
        ("0.21", "0.20", "down", 0, "watch"),
        ("0.21", "0.20", "down", 1, "fail"),
        (None, "0.20", "down", 0, ""),
    ],
)
def test_an_answer_is_held_against_its_bar(
    now: str | None, bar: str, direction: str, signal: int, verdict: str
) -> None:
    assert judge(None if now is None else D(now), D(bar), direction, signal) == verdict


def test_a_change_smaller_than_the_ups_and_downs_is_noise() -> None:
    usual = [D(10), D(13)] * 8
    assert change_is_noise([D(10), D(14), D(9), D(13)], [D(11), D(9), D(13), D(10)], usual)
    assert not change_is_noise([D(20), D(21), D(20), D(21)], [D(10), D(11), D(10), D(11)], usual)
    assert not change_is_noise([D(20)], [D(10)], usual)
    assert not change_is_noise([D(10)] * 4, [D(10)] * 4, usual[:11])


def test_a_spike_does_not_widen_the_limits_it_is_judged_by() -> None:
    """Weeks of 100 with a moving range of 4 before; now weeks of 110 and one of 210 among them: growth, not noise."""
    usual = [D(98), D(102)] * 12
    now, before = [D(110)] * 6 + [D(210)] + [D(110)] * 5, [D(98), D(102)] * 6
    assert not change_is_noise(now, before, usual)


def test_sentences_of_the_pages_say_what_their_values_say() -> None:
    said = value_change("New customers", D(14), D(9), unit="count", currency="USD", signal=True, judged=True)
    assert said == "New customers rose from 9 a year ago to 14"
    said = deepest_discount("route", [("direct", D("0.1"), D("0.6")), ("broker", D("0.34"), D("0.36"))])
    assert (
        said.replace("\u202f", " ")
        == "Broker takes 34 % discount and leaves 36 % margin; direct takes 10 % and leaves 60 %"
    )


def _publish(
    run: MetricRun, metric: str, dim: str, members: Mapping[str, tuple[float, float | None, int]], **more: object
) -> None:
    """Publishes (value, denominator, n) by member; a rate's numerator follows from its parts."""
    for member, (value, below, n) in members.items():
        above = value if below is None else value * below
        MetricValue.objects.create(
            **{"grain": "all", "period": None, **more}, metric=metric, dim=dim, member=member, value=D(str(value)),
            numerator=D(str(above)), denominator=None if below is None else D(str(below)), n=n, run_from=run.pk,
        )  # fmt: skip


def test_the_pipeline_says_what_moved_it_and_how_soon_deals_are_won(people: dict[str, User], run: MetricRun) -> None:
    moved = {"opening": 900.0, "new": 300.0, "won": -150.0, "lost": -250.0, "closing": 800.0}
    _publish(run, "pipeline_movement", "movement", {k: (v, None, 3) for k, v in moved.items()}, grain="quarter",
             period=date(2026, 7, 1))  # fmt: skip
    for start, late in ((date(2026, 1, 1), 0.4), (date(2025, 1, 1), 0.3)):
        curve = {"030": (0.1, None, 50), "060": (0.2, None, 50), "090": (0.25, None, 50), "120": (late, None, 50)}
        _publish(run, "win_curve", "days", curve, grain="quarter", period=start)
    page = text_of(signed_in(people["ceo"]).get("/pipeline/").content).replace("\u202f", " ")
    assert "The quarter’s pipeline fell from $900 to $800: $300 came in, $150 was won, $250 was lost" in page
    assert "Of the deals opened in Q1 2026, 40.0 % were won within 120 days; a year before it was 30.0 %" in page


def test_how_it_is_sold(people: dict[str, User], run: MetricRun) -> None:
    funnel = {"lead → MQL": (0.5, 100.0, 100), "MQL → SQL": (0.2, 50.0, 50), "SQL → opportunity": (0.0, 10.0, 10)}
    _publish(run, "funnel_conversion", "step,channel", {f"{k}{JOINT}Search": v for k, v in funnel.items()})
    steps = ("dial → connect", "connect → meeting", "meeting → opportunity", "opportunity → won")
    _publish(
        run,
        "cold_call_yield",
        "step",
        dict(zip(steps, [(0.5, 200.0, 200), (0.1, 100.0, 100), (0.5, 10.0, 10), (0.2, 5.0, 5)], strict=True)),
    )
    _publish(run, "motion_mix", "motion", {"field": (75.0, None, 3), "no-touch": (25.0, None, 2)}, grain="quarter",
             period=date(2026, 7, 1))  # fmt: skip
    quarter = {"grain": "quarter", "period": date(2026, 7, 1)}
    _publish(run, "motion_cost_of_sales", "motion", {"field": (30.0, None, 3)}, **quarter)
    _publish(run, "motion_cost_ratio", "motion", {"field": (0.4, None, 3)}, **quarter)
    page = text_of(signed_in(people["ceo"]).get("/sales-marketing/").content).replace("\u202f", " ")
    assert re.search(r"Field \$75 · 75 % – – \$30 · 40.0 %", page)
    assert re.search(r"No-touch \$25 · 25 % – – n/a", page), "not 0: nothing could be allocated"
    assert "Most is lost from MQL to SQL: 20 % go on" in page
    assert "no lead is linked to a known deal" in page
    assert "visitors: n/a, no website visit is on record" in page
    assert "visitor → lead" not in page
    assert "200 cold calls led to 1 won deal" in page
    assert "75 % of what was won was sold in the field" in page


def test_the_funnel_begins_with_visitors_where_visits_are_on_record(people: dict[str, User], run: MetricRun) -> None:
    steps = {"visitor → lead": (0.1, 1000.0, 1000), "lead → MQL": (0.5, 100.0, 100), "MQL → SQL": (0.2, 50.0, 50)}
    _publish(run, "funnel_conversion", "step,channel", {f"{k}{JOINT}Search": v for k, v in steps.items()})
    page = text_of(signed_in(people["ceo"]).get("/sales-marketing/").content).replace("\u202f", " ")
    assert "Most is lost from visitor to lead: 10 % go on" in page
    assert "10 % of 1,000" in page
    assert "no website visit" not in page


def test_a_page_about_one_motion_has_its_numbers_and_no_table_of_motions(
    people: dict[str, User], run: MetricRun
) -> None:
    quarter = {"grain": "quarter", "period": date(2026, 7, 1)}
    _publish(run, "motion_mix", "motion", {"field": (75.0, None, 3), "no-touch": (25.0, None, 2)}, **quarter)
    _publish(run, "bookings", "motion", {"field": (75.0, None, 3), "no-touch": (25.0, None, 2)}, **quarter)
    _publish(run, "net_revenue", "motion", {"field": (300.0, None, 3), "no-touch": (100.0, None, 2)}, **quarter)
    _publish(run, "net_revenue", "motion", {"field": (300.0, None, 3), "no-touch": (100.0, None, 2)})
    client = signed_in(people["ceo"])
    whole = text_of(client.get("/sales-marketing/").content).replace("\u202f", " ")
    assert "75 % of what was won was sold in the field" in whole
    part = text_of(client.get("/sales-marketing/", {"of": "motion:no-touch"}).content).replace("\u202f", " ")
    assert "Motion: no-touch" in part
    assert "Bookings $25" in part
    assert "of what was won was sold" not in part
    page = text_of(client.get("/revenue/", {"by": "motion"}).content).replace("\u202f", " ")
    assert "Field has the largest net revenue: $300" in page
    manager = signed_in(people["sales_manager"])
    assert [manager.get("/revenue/", cut).status_code for cut in ({"by": "motion"}, {"of": "motion:field"})] == [
        404
    ] * 2


def test_who_sells_how(people: dict[str, User], run: MetricRun) -> None:
    quarter = {"grain": "quarter", "period": date(2026, 7, 1)}
    reps = {"Ann": (400.0, 0.3), "Ben": (300.0, 0.6), "Cid": (200.0, 0.5), "Dot": (100.0, 0.7)}
    MetricValue.objects.filter(metric__in=["net_revenue", "gross_margin"], dim="rep").delete()
    _publish(run, "net_revenue", "rep", {name: (net, None, 9) for name, (net, _) in reps.items()}, **quarter)
    _publish(run, "gross_margin", "rep", {name: (margin, 1.0, 9) for name, (_, margin) in reps.items()}, **quarter)
    _publish(run, "rep_quality", "rep,measure", {f"{name}{JOINT}margin": (m, None, 9) for name, (_, m) in reps.items()})
    _publish(run, "rogue_superstar", "rep", {name: (float(name == "Ann"), None, 1) for name in reps})
    accounts = {f"account: McFirm {i}": (float(i), None, 9) for i in range(1, 13)}
    calls = {"kind: call": (50.0, None, 9), "kind: demo": (90.0, None, 9)}
    _publish(run, "return_on_effort", "use", {**calls, **accounts})
    client = signed_in(people["ceo"])
    page = text_of(client.get("/productivity/").content).replace("\u202f", " ")
    assert "1 of the 2 reps who sell most do so below the middle margin" in page
    assert "1 top seller fails two or more tests of quality" in page
    assert "An hour of demo earns most ($90), one of call least ($50)" in page
    assert "Of the accounts that take most hours, McFirm 12 earns most an hour ($12), McFirm 1 least ($1)" in page
    rows = client.get("/productivity/?csv=effort-by-account").content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [f"McFirm {i}" for i in (12, 11, 10, 9, 8, 5, 4, 3, 2, 1)]
    rows = client.get("/productivity/?csv=rep-quadrants").content.decode("utf-8-sig").splitlines()
    assert rows == ["Margin,Sell more,Sell less", "Higher,Ben,Dot", "Lower,Ann,Cid"]


def test_contracts_that_end_with_none_to_follow_are_listed_in_the_readers_scope(
    people: dict[str, User], run: MetricRun
) -> None:
    line = world.ledger()[0]  # Alice's
    account = Account.objects.create(source=line.source, key="A-9", name="Leaving Ltd", owner=line.owner)

    def contract(key: str, days: int | None, per: str = "month") -> None:
        Subscription.objects.create(
            source=line.source, key=key, account=account, owner=line.owner, currency="USD", interval=per,
            starts_on=run.as_of - timedelta(200), ends_on=None if days is None else run.as_of + timedelta(days),
            amount=1_000_0000,
        )  # fmt: skip

    def page(role: str) -> str:
        return text_of(signed_in(people[role]).get("/retention/").content)

    contract("late", 91)
    assert "Who is about to leave" not in page("ceo")
    Subscription.objects.all().delete()
    contract("soon", 90)
    contract("over", 0)
    assert "1 contract worth $12.0 K a year ends within 90 days with none to follow" in page("ceo").replace(
        "\u202f", " "
    )
    assert [who for who in ("rep", "sales_manager", "charlie") if "Leaving Ltd" in page(who)] == [
        "rep",
        "sales_manager",
    ]
    contract("next", None)
    assert "Leaving Ltd" not in page("ceo")


def test_contracts_that_end_keep_to_the_pages_filter(people: dict[str, User], run: MetricRun) -> None:
    line = world.ledger()[0]
    for name, segment in (("Big Ltd", "Enterprise"), ("Small Ltd", "SMB")):
        account = Account.objects.create(
            source=line.source, key=name, name=name, segment=segment, owner=line.owner, implied=False
        )
        Subscription.objects.create(
            source=line.source, key=name, account=account, owner=line.owner, currency="USD", interval="year",
            starts_on=run.as_of - timedelta(200), ends_on=run.as_of + timedelta(30), amount=1_000_0000,
        )  # fmt: skip
    client = signed_in(people["ceo"])

    def seen(of: str) -> list[str]:
        page = text_of(client.get("/retention/", {"of": of} if of else {}).content)
        return [name for name in ("Big Ltd", "Small Ltd") if name in page]

    assert seen("") == ["Big Ltd", "Small Ltd"]
    assert seen("segment:Enterprise") == ["Big Ltd"]
    assert seen("rep:Charlie Rep") == []
    assert seen("route:direct") == []  # contracts have no route: a list that ignores the filter would mislead
