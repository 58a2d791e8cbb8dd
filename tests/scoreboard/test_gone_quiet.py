"""Good customers without a contract who went quiet: who is listed, for whom, and at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from metrics import quiet
from metrics.models import MetricRun
from revenue.models import Account, Rep, RevenueLine, Source, Subscription
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

NAMES = ("Steady Ltd", "Quiet Ltd", "Bob’s Ltd", "Lost Ltd", "Small Ltd")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def bought(
    run: MetricRun, name: str, days: Sequence[int], *, owner: str = "Alice Rep", net: int = 500, segment: str = "SMB"
) -> Account:
    """An account with one line on each of these days before the run's."""
    source, rep = Source.objects.get(name="crm"), Rep.objects.get(name=owner)
    account = Account.objects.create(source=source, key=name, name=name, owner=rep, segment=segment)
    for ago in days:
        RevenueLine.objects.create(
            source=source, key=f"{name} {ago}", account=account, booked_on=run.as_of - timedelta(ago),
            net_amount=net * 10_000, currency="USD", owner=rep,
        )  # fmt: skip
    return account


@pytest.fixture
def company(people: dict[str, User], run: MetricRun) -> dict[str, Account]:
    """Monthly buyers: one came yesterday, two did not for seventy days, one not for a hundred, and a small one."""
    late = range(70, 310, 30)
    return {
        "steady": bought(run, "Steady Ltd", range(1, 300, 30)),
        "quiet": bought(run, "Quiet Ltd", late, segment="Enterprise"),
        "bob": bought(run, "Bob’s Ltd", late, owner="Bob Rep"),
        "lost": bought(run, "Lost Ltd", range(100, 340, 30)),
        "small": bought(run, "Small Ltd", late, net=1),
    }


def listed(user: User, **query: str) -> list[str]:
    page = text_of(signed_in(user).get("/retention/", query).content)
    return [name for name in NAMES if name in page]


def test_good_customers_beyond_their_rhythm_are_listed_and_neither_the_lost_nor_the_small(
    people: dict[str, User], company: dict[str, Account]
) -> None:
    page = text_of(signed_in(people["ceo"]).get("/retention/").content).replace("\u202f", " ")
    assert "2 good customers without a contract have gone quiet: $8.00 K a year is at stake" in page
    assert listed(people["ceo"]) == ["Quiet Ltd", "Bob’s Ltd"]
    lines = signed_in(people["ceo"]).get("/retention/?csv=gone-quiet").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Customer,")
    assert lines[1] == "Quiet Ltd,4000.0000,2026-07-12,70,30,,Alice Rep"


def test_each_reader_sees_their_own_and_the_filter_holds(people: dict[str, User], company: dict[str, Account]) -> None:
    assert listed(people["sales_manager"]) == ["Quiet Ltd", "Bob’s Ltd"]
    assert listed(people["rep"]) == ["Quiet Ltd"]
    assert listed(people["charlie"]) == []
    assert listed(people["ceo"], of="segment:Enterprise") == ["Quiet Ltd"]
    assert listed(people["ceo"], of="rep:Bob Rep") == ["Bob’s Ltd"]
    assert listed(people["ceo"], of="team:South") == []
    assert listed(people["ceo"], of="route:direct") == []  # customers have no route


def test_a_contract_is_no_silence(people: dict[str, User], company: dict[str, Account], run: MetricRun) -> None:
    quiet_one = company["quiet"]
    Subscription.objects.create(
        source=quiet_one.source, key="S", account=quiet_one, currency="USD", interval="month", amount=1_0000,
        starts_on=run.as_of - timedelta(400),
    )  # fmt: skip
    assert listed(people["ceo"]) == ["Bob’s Ltd"]


def test_the_list_is_worked_out_when_a_run_is_published_and_read_without_the_lines(
    people: dict[str, User], company: dict[str, Account], run: MetricRun
) -> None:
    quiet.follow(run)
    client = signed_in(people["ceo"])
    client.get("/retention/")  # what any first page of a day reads
    with CaptureQueriesContext(connection) as queries:
        page = text_of(client.get("/retention/").content)
    assert "Quiet Ltd" in page
    assert len(queries) <= 12
    assert not [q["sql"] for q in queries if "revenue_revenueline" in q["sql"]]


def test_another_run_over_the_same_rows_does_not_work_it_out_again(company: dict[str, Account], run: MetricRun) -> None:
    run.inputs = {"frames": {"lines": "a", "subscriptions": "b"}, "setting": "c"}
    found = quiet.quiet_buyers(run)
    assert len(found) == 2
    other = MetricRun(pk=run.pk + 1, as_of=run.as_of, inputs={**run.inputs, "import": 9})
    RevenueLine.objects.all().delete()
    assert quiet.quiet_buyers(other) == found
    other.inputs = {**other.inputs, "frames": {"lines": "other", "subscriptions": "b"}}
    assert quiet.quiet_buyers(other) == []
