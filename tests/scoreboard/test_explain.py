"""What is behind a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.models import User
from metrics.models import MetricRun, MetricValue
from revenue.models import Deal, ImportBatch, LedgerChange, RevenueLine
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

D = Decimal


def test_a_rate_shows_its_parts_and_its_formula(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/win_rate/?period=2026Q2").content)
    assert "27.0 %" in page
    assert "Numerator 27 Denominator 100 n 40" in page
    assert "Deals won divided by deals won and lost" in page


def test_a_running_period_is_not_held_against_a_whole_one(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    page = text_of(client.get("/metric/win_rate/").content)
    assert "Win rate to date stands at 27.0" in page
    assert "on a year ago" not in page
    assert "by quarter, Q3 2023" not in page
    assert " – Q3 2026 ·" in page  # the last quarter drawn, not the first day behind it
    assert "is where it was a year ago" in text_of(client.get("/metric/win_rate/?period=2026Q2").content)


def test_members_are_laid_side_by_side_largest_first(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/net_revenue/?period=2026Q2&by=segment").content)
    assert "Enterprise has the largest net revenue" in page
    assert page.index("Enterprise $") < page.index("Mid-market $")


def test_a_restatement_is_a_second_line(people: dict[str, User], run: MetricRun) -> None:
    old = MetricValue.objects.get(metric="net_revenue", grain="quarter", period=date(2026, 4, 1), dim="")
    newer = MetricRun.objects.create(as_of=world.AS_OF, published_at=run.published_at)
    MetricValue.objects.filter(pk=old.pk).update(run_to=newer.pk)
    MetricValue.objects.create(
        metric="net_revenue", grain="quarter", period=date(2026, 4, 1), value=Decimal(1_500_000),
        numerator=Decimal(1_500_000), n=41, run_from=newer.pk,
    )  # fmt: skip
    page = text_of(signed_in(people["ceo"]).get("/metric/net_revenue/?period=2026Q2").content)
    assert "Published 2 times with different values" in page
    assert "$1,500,000.00" in page


def test_a_period_without_a_value_says_so(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/net_revenue/?period=2020Q1").content)
    assert "No number here" in page


def publish(run: MetricRun, metric: str, **fields: object) -> None:
    MetricValue.objects.create(metric=metric, run_from=run.pk, **fields)


def test_a_metric_of_several_values_lists_them_with_their_parts(people: dict[str, User], run: MetricRun) -> None:
    quarter = {"grain": "quarter", "period": date(2026, 4, 1), "dim": "reason"}
    for reason, amount in (("route", 300), ("margin", 900)):
        publish(run, "quality_split", **quarter, member=reason, value=D(amount), numerator=D(amount), n=7)
    response = signed_in(people["ceo"]).get("/metric/quality_split/?period=2026Q2")
    page = text_of(response.content)
    assert "No number here" not in page
    assert "2 values" in page
    assert "Revenue by quality: Margin leads with $900" in page
    assert page.index("Margin $900 7") < page.index("Route $300 7")
    file = signed_in(people["ceo"]).get("/metric/quality_split/?period=2026Q2&csv=values").content.decode("utf-8-sig")
    assert [line.split(".")[0] for line in file.splitlines()] == ["Reason,Value,n", "Margin,900", "Route,300"]


def test_a_part_of_the_company_lists_its_own_values(people: dict[str, User], run: MetricRun) -> None:
    place = {"grain": "quarter", "period": date(2026, 4, 1), "dim": "segment,reason"}
    for segment, amount in (("Enterprise", 5), ("Mid-market", 8)):
        publish(run, "quality_split", **place, member=f"{segment}\x1fmargin", value=D(amount), numerator=D(amount), n=1)
    page = text_of(signed_in(people["ceo"]).get("/metric/quality_split/?period=2026Q2&of=segment:Enterprise").content)
    assert "Margin $5 1" in page
    assert "$8" not in page


def test_a_course_is_listed_in_its_own_order_whatever_the_period(people: dict[str, User], run: MetricRun) -> None:
    for month, share in (("10", "0.8"), ("2", "0.95")):
        publish(run, "survival", grain="all", period=None, dim="months", member=month, value=D(share), n=40)
    page = text_of(signed_in(people["ceo"]).get("/metric/survival/?period=2026Q2").content)
    assert page.index("2 95.0") < page.index("10 80.0")


def test_what_has_no_period_is_shown_in_each(people: dict[str, User], run: MetricRun) -> None:
    publish(run, "stuck_deals", grain="all", period=None, value=D(120), numerator=D(120), n=120)
    page = text_of(signed_in(people["ceo"]).get("/metric/stuck_deals/?period=2026Q2").content)
    assert "No number here" not in page
    assert "120 Exactly 120" in page
    assert "Period All that is known up to" in page
    assert "Why it changed" not in page


def test_without_a_number_the_newest_before_is_offered(people: dict[str, User], run: MetricRun) -> None:
    publish(run, "early_churn", grain="quarter", period=date(2025, 10, 1), value=D("0.455"), n=40)
    response = signed_in(people["ceo"]).get("/metric/early_churn/?period=2026Q2")
    assert "The newest there is: 45.5 % in Q4 2025" in text_of(response.content).replace("\u202f", " ")
    assert 'href="?period=2025Q4"' in response.content.decode()


def test_rows_are_those_of_the_period_and_the_search(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine]
) -> None:
    client = signed_in(people["ceo"])
    assert "3 revenue lines behind net revenue" in text_of(client.get("/metric/net_revenue/rows/").content)
    assert "0 revenue lines" in text_of(client.get("/metric/net_revenue/rows/?period=2026Q1").content)
    assert "1 revenue line" in text_of(client.get("/metric/net_revenue/rows/?q=Bob").content)
    assert "3 revenue lines" in text_of(client.get("/metric/net_revenue/rows/?of=segment:Enterprise").content)


def test_rows_of_a_motion_are_those_whose_deal_was_sold_in_it(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine]
) -> None:
    for line, motion in zip(lines, ("field", None), strict=False):
        more = {"key": f"D-{line.pk}", "is_won": True, "is_closed": True, "implied": False, "amount": 1_0000}
        line.deal = Deal.objects.create(source=line.source, motion=motion, stage="Won", close_on=line.booked_on, **more)
        line.save()
    client = signed_in(people["ceo"])

    def counted(metric: str, of: str) -> str:
        return text_of(client.get(f"/metric/{metric}/rows/", {"of": of}).content)

    assert "1 revenue line behind net revenue" in counted("net_revenue", "motion:field")
    assert "2 revenue lines behind net revenue" in counted("net_revenue", "motion:")  # no deal, or none named there
    assert "1 deal behind bookings" in counted("bookings", "motion:field")
    assert "1 deal behind bookings" in counted("bookings", "motion:")


def test_a_row_opens_down_to_import_and_line(people: dict[str, User], run: MetricRun, lines: list[RevenueLine]) -> None:
    batch = ImportBatch.objects.get()
    LedgerChange.objects.create(
        batch=batch, object="revenue_lines", row_id=lines[0].pk, before={"net_amount": 5_0000, "line": 9}
    )
    page = text_of(signed_in(people["ceo"]).get(f"/rows/revenue_lines/{lines[0].pk}/").content)
    assert "file lines.csv , line 2" in page or "file lines.csv, line 2" in page
    assert "net amount: 5" in page


def test_an_export_carries_no_formula(people: dict[str, User], run: MetricRun, lines: list[RevenueLine]) -> None:
    RevenueLine.objects.filter(pk=lines[0].pk).update(route="=cmd|' /C calc'!A0")
    response = signed_in(people["ceo"]).get("/metric/net_revenue/rows/?format=csv")
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert ",'=cmd|' /C calc'!A0," in body
