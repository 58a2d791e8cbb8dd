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


def test_a_rate_shows_its_parts_and_its_formula(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/win_rate/?period=2026Q2").content)
    assert "27.0 %" in page
    assert "Numerator 27 Denominator 100 n 40" in page
    assert "Deals won divided by deals won and lost" in page


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


def test_rows_are_those_of_the_period_and_the_search(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine]
) -> None:
    client = signed_in(people["ceo"])
    assert "3 revenue lines behind net revenue" in text_of(client.get("/metric/net_revenue/rows/").content)
    assert "0 revenue lines" in text_of(client.get("/metric/net_revenue/rows/?period=2026Q1").content)
    assert "1 revenue lines" in text_of(client.get("/metric/net_revenue/rows/?q=Bob").content)
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

    assert "1 revenue lines behind net revenue" in counted("net_revenue", "motion:field")
    assert "2 revenue lines behind net revenue" in counted("net_revenue", "motion:")  # no deal, or none named there
    assert "1 deals behind bookings" in counted("bookings", "motion:field")
    assert "1 deals behind bookings" in counted("bookings", "motion:")


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
