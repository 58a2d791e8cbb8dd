"""The page of targets: what is listed for whom, set, laid out, changed and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, User
from metrics.models import MetricRun, Target
from revenue.models import Rep, Source
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_policy_pages import text_of

pytestmark = pytest.mark.django_db
SET = {"metric": "net_revenue", "period": "2026Q4", "amount": "1,400,000", "how": "whole", "do": "save"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-09-20 12:00Z", tick=False):
        yield


@pytest.fixture
def imported(people: dict[str, User]) -> dict[str, Target]:
    """One target of the company, of both teams, of Alice and of Charlie."""
    source = Source.objects.create(name="plan")
    scopes: dict[str, dict[str, object]] = {"company": {}, "north": {"team": "North"}, "south": {"team": "South"}}
    scopes |= {name: {"rep": Rep.objects.get(name=f"{name.title()} Rep")} for name in ("alice", "charlie")}
    return {
        name: Target.objects.create(
            source=source, key=name, metric="net_revenue", amount=(place + 1) * 100_0000, currency="USD",
            period_start=date(2026, 7, 1), period_end=date(2026, 10, 1), **scope,
        )
        for place, (name, scope) in enumerate(scopes.items())
    }  # fmt: skip


def test_each_sees_the_targets_in_scope(people: dict[str, User], imported: dict[str, Target]) -> None:
    seen = {
        name: {row.amount for row in signed_in(people[name]).get("/targets/").context["rows"]}
        for name in ("ceo", "sales_manager", "rep", "charlie")
    }
    assert seen == {
        "ceo": {"$100.00", "$200.00", "$300.00", "$400.00", "$500.00"},
        "sales_manager": {"$100.00", "$200.00", "$400.00"},
        "rep": {"$100.00", "$400.00"},
        "charlie": {"$100.00", "$500.00"},
    }


def test_filters_stand_in_the_address(people: dict[str, User], imported: dict[str, Target]) -> None:
    client = signed_in(people["ceo"])
    counts = {
        query: len(client.get(f"/targets/?{query}").context["rows"])
        for query in ("kind=team", "kind=rep", "kind=company", "kind=segment", "year=2026", "year=2025", "metric=nrr")
    }
    assert counts == {
        "kind=team": 2, "kind=rep": 2, "kind=company": 1, "kind=segment": 0, "year=2026": 5, "year=2025": 0,
        "metric=nrr": 0,
    }  # fmt: skip
    assert client.get("/targets/?kind=%00&year=20x6").status_code == 200


def test_a_target_is_set_and_named(people: dict[str, User], run: MetricRun) -> None:
    response = signed_in(people["marketing_leader"]).post("/targets/", SET, follow=True)
    target = Target.objects.get()
    assert (target.amount, target.period_start, target.period_end) == (
        1_400_000_0000, date(2026, 10, 1), date(2027, 1, 1),
    )  # fmt: skip
    (row,) = response.context["rows"]
    assert (row.period, row.scope, row.amount, row.origin) == ("Q4 2026", "Company", "$1,400,000.00", "set here")


def test_a_rate_is_typed_in_percent(people: dict[str, User], run: MetricRun) -> None:
    given = SET | {"metric": "quality_share", "period": "2026", "amount": "75 %"}
    (row,) = signed_in(people["ceo"]).post("/targets/", given, follow=True).context["rows"]
    assert Target.objects.get().amount == 7_500
    assert (row.typed, row.unit, row.period) == ("75", "%", "2026")


def test_a_year_shows_its_months_before_it_is_kept(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    given = SET | {"period": "2026", "amount": "1000", "how": "evenly"}
    response = client.post("/targets/", given | {"do": "preview"})
    assert response.context["months"][:2] == [("January 2026", "$83.33"), ("February 2026", "$83.33")]
    assert not Target.objects.exists()
    assert "Kept as 12 months" in text_of(client.post("/targets/", given, follow=True).content)
    assert sum(Target.objects.values_list("amount", flat=True)) == 1000_0000


def test_a_year_goes_as_last_year_went(people: dict[str, User], run: MetricRun) -> None:
    """The published company sold from 31 March 2025 on: the first two months of the plan are empty."""
    given = SET | {"period": "2026", "amount": "1200", "how": "seasonal", "do": "preview"}
    months = dict(signed_in(people["ceo"]).post("/targets/", given).context["months"])
    assert months["January 2026"] == months["February 2026"] == "$0.00"
    assert (months["March 2026"], months["May 2026"]) == ("$4.35", "$134.78")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": "soon"}, "period"),
        ({"period": ""}, "period"),
        ({"amount": "much"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"metric": "nothing"}, "metric"),
        ({"rep": "999999"}, "rep"),
        ({"rep": "x"}, "rep"),
        ({"function": "magic"}, "function"),
        ({"how": "evenly", "period": "2026-07"}, "period"),
        ({"how": "whole", "do": "preview"}, "how"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    change: dict[str, str], field: str, people: dict[str, User], run: MetricRun
) -> None:
    response = signed_in(people["ceo"]).post("/targets/", SET | change)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Target.objects.exists()


def test_an_imported_target_is_changed_beside_it_and_taken_back(
    people: dict[str, User], run: MetricRun, imported: dict[str, Target]
) -> None:
    client, path = signed_in(people["ceo"]), f"/targets/{imported['alice'].pk}/"
    client.post(path, {"amount": "450.50", "back": "kind=rep"})
    rows = {row.amount: row for row in client.get("/targets/?kind=rep").context["rows"]}
    assert rows["$400.00"].overridden
    assert (rows["$450.50"].origin, rows["$450.50"].scope) == ("set here", "Alice Rep")
    response = client.post(f"/targets/{rows['$450.50'].pk}/", {"do": "drop"})
    assert (response.status_code, response.headers["Location"]) == (302, "/targets/")
    assert set(Target.objects.values_list("pk", flat=True)) == {target.pk for target in imported.values()}
    assert AuditEvent.objects.filter(verb__in=["set a target", "took a target back"]).count() == 2
    page = text_of(client.post(path, {"do": "drop"}, follow=True).content)
    assert "undoing its import" in page


@pytest.mark.parametrize("role", ["sales_manager", "rep"])
def test_others_change_nothing(role: str, people: dict[str, User], imported: dict[str, Target]) -> None:
    path = f"/targets/{imported['alice'].pk}/"
    assert signed_in(people[role]).post(path, {"amount": "1"}).status_code == 404
    assert "Set a target" not in text_of(signed_in(people[role]).get("/targets/").content)
    assert Target.objects.count() == len(imported)


def test_it_rejects_get(people: dict[str, User], imported: dict[str, Target]) -> None:
    assert signed_in(people["ceo"]).get(f"/targets/{imported['alice'].pk}/").status_code == 405


def test_a_page_asks_as_often_for_many_as_for_few(people: dict[str, User], imported: dict[str, Target]) -> None:
    client = signed_in(people["ceo"])
    client.get("/targets/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/targets/").status_code == 200
        return len(queries)

    few = asked()
    source = Source.objects.get(name="plan")
    Target.objects.bulk_create(
        Target(
            source=source, key=f"k{i}", metric="net_revenue", amount=i, currency="USD", team=f"T{i}",
            period_start=date(2026, 1, 1), period_end=date(2026, 2, 1),
        )
        for i in range(60)
    )  # fmt: skip
    assert asked() == few


def test_the_list_is_had_as_a_file_that_could_be_imported(people: dict[str, User], imported: dict[str, Target]) -> None:
    def amounts(name: str, query: str = "") -> list[str]:
        text = signed_in(people[name]).get(f"/targets/?csv=targets{query}").content.decode("utf-8-sig")
        head, *rows = text.splitlines()
        assert head == "metric,period_start,period_end,amount,currency,team,rep,segment,function"
        return [row.split(",")[3] for row in rows]

    assert sorted(amounts("ceo")) == ["100", "200", "300", "400", "500"]
    assert amounts("ceo", "&kind=company") == ["100"]
    assert sorted(amounts("charlie")) == ["100", "500"]
