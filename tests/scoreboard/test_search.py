"""Search, keys and saved views."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from revenue.models import Account, Deal, Rep, Source
from scoreboard.models import SavedView
from scoreboard.saved.actions import local
from scoreboard.search.find import find
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of


@pytest.fixture
def records(people: dict[str, User]) -> None:
    """An account and a deal of Alice, in team North, and of Charlie, in South."""
    source = Source.objects.get(name="crm")
    for name in ("Alice", "Charlie"):
        rep = Rep.objects.get(name=f"{name} Rep")
        account = Account.objects.create(source=source, key=f"A-{name}", name=f"Quarry {name} Works", owner=rep)
        Deal.objects.create(
            source=source, key=f"D-{name}", name=f"Quarry {name} pump", owner=rep, account=account, stage="Proposal",
            amount=12_000_0000, currency="USD",
        )  # fmt: skip


def names(user: User, asked: str) -> dict[str, list[str]]:
    """What is found, by kind."""
    return {group.kind: [hit.name for hit in group.hits] for group in find(user, asked)}


def test_everything_with_that_name_is_found_within_the_scope(people: dict[str, User], records: None) -> None:
    both = {"Accounts": ["Quarry Alice Works", "Quarry Charlie Works"],
            "Deals": ["Quarry Alice pump", "Quarry Charlie pump"]}  # fmt: skip
    assert names(people["ceo"], "quarry") == both
    alice = {"Accounts": ["Quarry Alice Works"], "Deals": ["Quarry Alice pump"]}
    assert names(people["sales_manager"], "quarry") == alice
    assert names(people["rep"], "quarry") == alice
    assert names(people["rep"], "charl") == {}
    assert names(people["ceo"], "D-Alice") == {"Deals": ["Quarry Alice pump"]}


def test_metrics_pages_and_reps_have_names_too(people: dict[str, User]) -> None:
    assert names(people["ceo"], "gross mar")["Metrics"] == ["Gross margin"]
    assert "Retention" in names(people["ceo"], "reten")["Pages"]
    assert "Retention" not in names(people["rep"], "reten").get("Pages", [])
    assert names(people["sales_manager"], "rep bob") == {"Reps": ["Bob Rep"]}


@pytest.mark.parametrize("asked", ["", "q", "'", "a & b | !c:*", "%", "\\", "<b>", "x" * 300])
def test_no_text_breaks_the_search(people: dict[str, User], records: None, asked: str) -> None:
    assert signed_in(people["ceo"]).get("/search/", {"q": asked}).status_code == 200


def test_htmx_gets_the_results_alone(people: dict[str, User], run: MetricRun, records: None) -> None:
    client = signed_in(people["ceo"])
    whole, part = (client.get("/search/?q=quar", headers=h).content.decode() for h in ({}, {"HX-Request": "true"}))
    assert "<html" in whole
    assert "<html" not in part
    assert "Quarry Alice Works" in part


def test_the_index_is_asked(people: dict[str, User], records: None) -> None:
    """The condition is the index's own expression, or a million rows would be read."""
    with CaptureQueriesContext(connection) as queries:
        find(people["ceo"], "quar")
    asked = next(q["sql"] for q in queries if "revenue_account" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        assert "revenue_account_words" in str(cursor.fetchall())


def test_the_list_of_keys_is_of_the_persons_own_pages(people: dict[str, User]) -> None:
    assert "Retention" in text_of(signed_in(people["ceo"]).get("/keys/").content)
    assert "Retention" not in text_of(signed_in(people["rep"]).get("/keys/").content)


def test_a_view_is_kept_under_a_name_and_let_go_of(people: dict[str, User]) -> None:
    client, given = signed_in(people["ceo"]), {"name": " North  by month ", "address": "/revenue/?by=team"}
    assert client.post("/saved/", given).status_code == 302
    view = SavedView.objects.get()
    assert (view.name, view.address, view.shared) == ("North by month", "/revenue/?by=team", False)
    client.post("/saved/", given | {"name": "NORTH BY MONTH", "address": "/quality/", "shared": "on"})
    view.refresh_from_db()
    assert (view.address, view.shared) == ("/quality/", True)
    assert client.get(f"/saved/{view.pk}/drop/").status_code == 405
    client.post(f"/saved/{view.pk}/drop/")
    assert not SavedView.objects.exists()
    verbs = list(AuditEvent.objects.filter(verb__endswith="a view").order_by("id").values_list("verb", flat=True))
    assert verbs == ["saved a view", "saved a view", "dropped a view"]


def test_a_private_view_is_nobody_elses(people: dict[str, User]) -> None:
    for name, shared in (("Mine alone", False), ("For all of us", True)):
        SavedView.objects.create(owner=people["ceo"], name=name, address="/revenue/", shared=shared)
    client = signed_in(people["rep"])
    page = text_of(client.get("/saved/").content)
    assert "For all of us" in page
    assert "Mine alone" not in page
    assert client.post(f"/saved/{SavedView.objects.get(shared=True).pk}/drop/").status_code == 404


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "/nowhere/"]
)
def test_a_view_leads_nowhere_else(people: dict[str, User], address: str) -> None:
    with pytest.raises(Refused):
        local(address)
    given = {"name": "x", "address": address}
    assert signed_in(people["ceo"]).post("/saved/", given).status_code == 400
    assert not SavedView.objects.exists()
