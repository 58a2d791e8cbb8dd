"""The pages of reps and accounts, and the wall."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import User
from core.periods import Grain
from metrics.models import MetricRun, MetricValue
from metrics.published import Number, Values
from revenue.models import Account, Rep, RevenueLine, Source, Subscription
from scoreboard.people.account import Standing, stays
from scoreboard.people.peers import LEAST, beside
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

D = Decimal


def test_a_rep_is_seen_by_whoever_may_see_them(people: dict[str, User], run: MetricRun) -> None:
    ids = {str(rep.name): rep.pk for rep in Rep.objects.all()}
    seen = {
        who: [signed_in(people[who]).get(f"/reps/{ids[name]}/").status_code for name in sorted(ids)]
        for who in ("ceo", "sales_manager", "rep", "charlie")
    }
    assert seen == {
        "ceo": [200, 200, 200], "sales_manager": [200, 200, 404], "rep": [200, 404, 404], "charlie": [404, 404, 200],
    }  # fmt: skip


def test_a_name_leads_to_the_page_within_the_scope(people: dict[str, User], run: MetricRun) -> None:
    charlie = Rep.objects.get(name="Charlie Rep")
    address = "/reps/?name=Charlie%20Rep&period=2026Q2"
    assert signed_in(people["ceo"]).get(address).headers["Location"] == f"/reps/{charlie.pk}/?period=2026Q2"
    assert signed_in(people["rep"]).get(address).status_code == 404


def test_both_sets_of_numbers_stand_together(people: dict[str, User], run: MetricRun) -> None:
    alice = Rep.objects.get(name="Alice Rep")
    page = text_of(signed_in(people["ceo"]).get(f"/reps/{alice.pk}/?period=2026Q2").content)
    assert "What was won" in page
    assert "The coaching behind it" in page
    assert "Coaching hours per rep and week" in page


def number(member: str, value: int | None, status: str = "ok") -> Number:
    given = None if value is None else D(value)
    return Number("win_rate", "quarter", date(2026, 4, 1), "rep", member, given, None, 9, given, status)


def values(numbers: list[Number]) -> Values:
    return Values(None, ("", ""), {(n.metric, n.grain, n.period, n.dim, n.member): n for n in numbers})


def test_the_median_is_that_of_the_others_and_needs_four() -> None:
    mates = ["a", "b", "c", "d", "e"]
    known = values([number(name, i) for i, name in enumerate(mates)])
    found = beside(known, "win_rate", Grain.QUARTER, date(2026, 4, 1), "e", mates)
    assert (found.usual, found.others) == (D("1.5"), LEAST)
    few = values(
        [number("a", 1), number("b", 2, "too few: 2 of 10"), number("c", None), number("d", 4), number("e", 5)]
    )
    assert beside(few, "win_rate", Grain.QUARTER, date(2026, 4, 1), "e", mates).usual is None


@pytest.mark.parametrize(
    ("standing", "running", "said", "tone"),
    [
        (Standing(None, None, date(2026, 1, 1), date(2026, 9, 1), 20, 10), 0, "It counts as active.", "good"),
        (Standing(None, None, date(2026, 1, 1), date(2026, 1, 1), 91, None), 0, "longer than the 90 days", "bad"),
        (Standing(None, None, date(2025, 1, 1), date(2026, 1, 1), 200, 70), 0, "It counts as active.", "good"),
        (Standing(None, None, None, None, None, None), 0, "not bought anything", ""),
        (Standing(None, None, None, None, None, None), 2, "2 running subscriptions", "good"),
    ],
)
def test_whether_it_stays(standing: Standing, running: int, said: str, tone: str) -> None:
    words, colour = stays(standing, window=(90, 3), running=running)
    assert said in words
    assert colour == tone


@pytest.fixture
def account(people: dict[str, User], lines: list[RevenueLine]) -> Account:
    """Alice's account with her line and a subscription."""
    source, alice = Source.objects.get(name="crm"), Rep.objects.get(name="Alice Rep")
    made = Account.objects.create(source=source, key="A-1", name="Quarry Works", segment="Enterprise", owner=alice)
    RevenueLine.objects.filter(owner=alice).update(account=made)
    Subscription.objects.create(
        source=source, key="S-1", account=made, starts_on=date(2026, 1, 1), amount=100_0000, interval="month",
        currency="USD", owner=alice,
    )  # fmt: skip
    return made


def test_an_accounts_numbers_are_those_of_its_own_lines(
    people: dict[str, User], run: MetricRun, account: Account
) -> None:
    response = signed_in(people["ceo"]).get(f"/customers/{account.pk}/")
    tiles = {tile.key: tile.value.replace("\u202f", " ") for tile in response.context["tiles"]}
    assert tiles["net_revenue"] == "$1.00 K"
    page = text_of(response.content)
    assert "1 of 1 subscription running" in page
    assert "L-1" in page
    assert "Is it good revenue?" in page
    assert [signed_in(people[who]).get(f"/customers/{account.pk}/").status_code for who in ("rep", "charlie")] == [
        200,
        404,
    ]


def test_a_list_leads_to_the_account_and_the_owner(people: dict[str, User], run: MetricRun, account: Account) -> None:
    page = signed_in(people["ceo"]).get("/metric/net_revenue/rows/").content.decode()
    assert f'href="/customers/{account.pk}/"' in page
    assert f'href="/reps/{account.owner_id}/"' in page


def test_the_wall_changes_only_with_a_new_run(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    assert "Plan to date" in text_of(client.get("/wall/").content)
    assert client.get(f"/wall/?run={run.pk}").status_code == 204
    newer = MetricRun.objects.create(as_of=run.as_of, published_at=run.published_at)
    MetricValue.objects.filter(metric="net_revenue", dim="").update(run_from=newer.pk)
    part = client.get(f"/wall/?run={run.pk}", headers={"HX-Request": "true"}).content.decode()
    assert f"run={newer.pk}" in part
    assert "<html" not in part


def test_the_small_tables_can_be_had_as_files(people: dict[str, User], run: MetricRun) -> None:
    lines = signed_in(people["ceo"]).get("/glossary/?csv=glossary").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("metric,key,family,unit,formula")
    assert any(line.startswith("Net revenue,net_revenue,") for line in lines)
    reps = signed_in(people["sales_manager"]).get("/?csv=reps").content.decode("utf-8-sig").splitlines()
    assert reps[0].startswith("Rep,Net revenue,")
    assert [line.split(",")[0] for line in reps[1:]] == ["Alice Rep", "Bob Rep"]
    assert signed_in(people["ceo"]).get("/?csv=reps").status_code == 404


def test_a_credit_note_is_no_purchase(people: dict[str, User], run: MetricRun, account: Account) -> None:
    line = RevenueLine.objects.get(account=account)
    RevenueLine.objects.filter(pk=line.pk).update(booked_on=date(2026, 5, 1))
    for day, net in ((31, 50_0000), (2, -10_0000), (3, -10_0000)):
        line.pk, line.key, line.booked_on, line.net_amount = None, f"May-{day}", date(2026, 5, day), net
        line.save()
    page = text_of(signed_in(people["ceo"]).get(f"/customers/{account.pk}/").content)
    assert "Usual gap 30 days, median" in page
