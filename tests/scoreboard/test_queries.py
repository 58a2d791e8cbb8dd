"""How often pages ask the database: no more than a dozen times on the ones that are opened every day.

That is so for the first page after a change, too, which reads the company, the person and the run again. A page that
has not changed at all asks once: see test_freshness.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from core import kept_pages, unchanged
from core.models import User
from core.periods import Grain
from metrics.models import MetricRun, MetricValue
from metrics.published import OF_THE_RUN, Wanted, read, read_each
from revenue.models import Account, Rep
from tests.core.test_unchanged import within_a_request
from tests.scoreboard.conftest import signed_in

PAGES = {
    "ceo": ("/", "/monday/", "/revenue/", "/quality/", "/retention/", "/pipeline/", "/sales-marketing/",
            "/productivity/", "/metric/net_revenue/", "/metric/net_revenue/rows/", "/reps/{rep}/",
            "/customers/{account}/", "/targets/", "/wall/", "/search/?q=alice", "/alerts/", "/policy/", "/bonus/",
            "/coaching/", "/coaching/training/", "/coaching/meetings-without/", "/coaching/cadence/",
            "/coaching/effect/", "/coaching/meetings/"),
    "operator": ("/imports/", "/imports/quality/", "/imports/merges/", "/people/", "/company/", "/audit/"),
    "sales_manager": ("/", "/revenue/", "/pipeline/", "/coaching/", "/coaching/log/", "/coaching/training/",
                      "/coaching/monday/", "/coaching/sessions/", "/reps/{rep}/"),
    "rep": ("/", "/revenue/", "/coaching/me/", "/reps/{rep}/"),
}  # fmt: skip
WANTED = [
    Wanted(metrics=["net_revenue"], grains=[Grain.QUARTER], dims=["team", "rep"], since=date(2026, 1, 1)),
    Wanted(metrics=["net_revenue", "attainment"], grains=[Grain.MONTH], until=date(2026, 4, 1)),
    Wanted(metrics=["win_rate"], grains=[Grain.QUARTER], dims=["rep"], member="Alice Rep"),
]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is committed: the state of the database stays one and the same, as it does between two changes."""
    monkeypatch.setattr(unchanged, "_read_state", lambda: "still")
    unchanged.THINGS.clear()
    yield
    unchanged.THINGS.clear()
    kept_pages.PAGES.clear()


@pytest.mark.parametrize("role", PAGES)
def test_a_daily_page_asks_twelve_times_at_most(
    role: str, people: dict[str, User], run: MetricRun, still: None, django_assert_max_num_queries: Any
) -> None:
    rep = Rep.objects.get(name="Alice Rep")
    account = Account.objects.create(source=rep.source, key="A-1", name="Larch Works", owner=rep)
    client = signed_in(people[role])
    for page in (each.format(rep=rep.pk, account=account.pk) for each in PAGES[role]):
        client.get(page)  # what is kept for the run is kept from now on
        kept_pages.PAGES.clear()
        with django_assert_max_num_queries(12, info=page):
            assert client.get(page).status_code == 200, page
        kept_pages.PAGES.clear()
        unchanged.THINGS.clear()
        with django_assert_max_num_queries(12, info=f"{page} after a change"):
            assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("role", ["ceo", "sales_manager", "rep", "charlie"])
def test_several_readings_in_one_query_are_those_of_each_alone(
    role: str, people: dict[str, User], run: MetricRun, django_assert_max_num_queries: Any
) -> None:
    person = people[role]
    alone = [
        read(
            person, w.metrics, grains=w.grains, dims=w.dims, since=w.since, until=w.until, member=w.member, run=run
        ).numbers
        for w in WANTED
    ]  # fmt: skip
    with django_assert_max_num_queries(1):
        assert [each.numbers for each in read_each(person, WANTED, run=run)] == alone
    if role != "charlie":
        assert alone[0]


@pytest.mark.parametrize("role", ["ceo", "operator", "sales_manager", "rep", "charlie"])
def test_values_that_were_read_before_are_those_that_one_may_see(
    role: str, people: dict[str, User], run: MetricRun, still: None
) -> None:
    """After everybody has read the same, each still gets their own: what is kept names the members, not the words."""

    def read_it(who: str) -> list[Any]:
        user = User.objects.get(pk=people[who].pk)
        found: list[Any] = within_a_request(lambda: [each.numbers for each in read_each(user, WANTED)])
        return found

    OF_THE_RUN.clear()
    own = read_it(role)
    for other in people:
        read_it(other)
    again = read_it(role)
    assert again == own == [each.numbers for each in read_each(people[role], WANTED, run=run)]
    assert all(a is b for a, b in zip(own, again, strict=True))


def test_another_run_is_read_anew_and_an_older_one_is_not_kept(
    people: dict[str, User], run: MetricRun, still: None
) -> None:
    ceo = people["ceo"]
    OF_THE_RUN.clear()
    first = within_a_request(lambda: read_each(ceo, WANTED)[0].numbers)
    newer = MetricRun.objects.create(as_of=run.as_of, published_at=timezone.now())
    MetricValue.objects.filter(metric="net_revenue", dim="team").update(run_to=newer.pk)
    unchanged.THINGS.clear()
    second = within_a_request(lambda: read_each(ceo, WANTED)[0].numbers)
    assert {key for key in first if key[3] != "team"} == set(second) < set(first)
    assert within_a_request(lambda: read_each(ceo, WANTED, run=run)[0].numbers) == first
    assert within_a_request(lambda: read_each(ceo, WANTED)[0].numbers) == second


def test_a_reading_of_the_whole_is_that_of_ones_own_alone(people: dict[str, User], run: MetricRun) -> None:
    seen = {
        role: {key[3:] for key in read(people[role], ["net_revenue"], run=run).numbers}
        for role in ("ceo", "sales_manager", "rep")
    }
    assert seen["ceo"] == {("", "")}
    assert seen["sales_manager"] == {("team", people["sales_manager"].team_names()[0])}
    assert seen["rep"] == {("rep", "Alice Rep")}
