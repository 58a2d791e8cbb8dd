"""Every address by every role; what is not yours is not there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from core.models import AuditEvent, User
from metrics.models import MetricRun
from revenue.models import ImportBatch, RevenueLine
from scoreboard.views.story import PAGES as STORIES
from tests.scoreboard.conftest import signed_in

ALL = frozenset({"operator", "ceo", "sales_leader", "marketing_leader", "sales_manager", "rep"})
PEOPLE = {"account", "rep", "rep_by_name", "search", "shortcuts", "saved", "saved_drop", "wall", "failing", "monday"}
TITLES = {"title"}  # see test_titles
LEADERS = frozenset({"operator", "ceo", "sales_leader", "marketing_leader"})
OPERATOR = frozenset({"operator"})
PAGES = {
    "/": ALL,
    "/?period=2026Q2": ALL,
    "/revenue/": ALL,
    "/revenue/?by=team&grain=quarter": ALL,
    "/revenue/?by=segment": LEADERS,
    "/quality/": ALL,
    "/quality/?of=segment:Enterprise": LEADERS,
    "/retention/": ALL,
    "/pipeline/": ALL,
    "/sales-marketing/": ALL,
    "/productivity/": ALL,
    "/glossary/": ALL,
    "/glossary/win_rate/": ALL,
    "/glossary/no_such_metric/": frozenset(),
    "/metric/net_revenue/": ALL,
    "/metric/net_revenue/?by=segment": LEADERS,
    "/metric/net_revenue/?of=segment:Enterprise": LEADERS,
    "/metric/net_revenue/?of=team:North": LEADERS | {"sales_manager"},
    "/metric/net_revenue/?of=team:South": LEADERS,
    "/metric/net_revenue/?of=rep:Alice Rep": ALL,
    "/metric/net_revenue/?of=rep:Charlie Rep": LEADERS,
    "/metric/net_revenue/rows/": ALL,
    "/metric/net_revenue/rows/?of=rep:Charlie Rep": LEADERS,
    "/metric/no_such_metric/": frozenset(),
    "/rows/no_such_table/1/": frozenset(),
    "/wall/": ALL,
    "/quality/lines/": ALL,
    "/quality/lines/?of=segment:Enterprise": LEADERS,
    "/search/?q=alice": ALL,
    "/keys/": ALL,
    "/saved/": ALL,
    "/reps/?name=Nobody": frozenset(),
    "/reps/99999/": frozenset(),
    "/customers/99999/": frozenset(),
    "/imports/": LEADERS,
    "/imports/?show=rejected": LEADERS,
    "/imports/quality/": LEADERS,
    "/imports/quality/missing_amount/": LEADERS,
    "/imports/quality/no_such_item/": frozenset(),
    "/imports/merges/": LEADERS,
    "/imports/merges/?object=reps": LEADERS,
    "/imports/files/99999/map/": frozenset(),
    "/imports/mappings/99999.toml": frozenset(),
}


def test_every_page_by_every_role(people: dict[str, User], run: MetricRun, lines: list[RevenueLine]) -> None:
    clients = {role: signed_in(people[role]) for role in ALL}
    found = {path: {role: clients[role].get(path).status_code for role in ALL} for path in PAGES}
    assert found == {path: {role: 200 if role in allowed else 404 for role in ALL} for path, allowed in PAGES.items()}


def test_nobody_sees_anything_without_signing_in(db: None) -> None:
    for path in PAGES:
        response = Client().get(path)
        assert (response.status_code, response.headers["Location"][:16]) == (302, "/accounts/login/"), path


def test_import_pages_by_every_role(people: dict[str, User], run: MetricRun, lines: list[RevenueLine]) -> None:
    batch = ImportBatch.objects.get()
    for path, allowed in {
        f"/imports/{batch.pk}/": LEADERS,
        f"/imports/files/{batch.file_id}/": LEADERS,
        f"/imports/{batch.pk}/rejected.csv": OPERATOR,
        f"/imports/{batch.pk}/missing/": LEADERS,
        "/imports/99999/missing/": frozenset(),
        "/imports/99999/": frozenset(),
    }.items():
        found = {role: signed_in(people[role]).get(path).status_code for role in ALL}
        assert found == {role: 200 if role in allowed else 404 for role in ALL}, path


CHANGES = (
    "upload/", "1/answer/", "1/undo/", "merges/decide/", "merges/1/take-back/", "1/missing/decide/",
    "missing/1/take-back/", "different-money/", "different-money/1/take-back/",
)  # fmt: skip


@pytest.mark.parametrize("action", CHANGES)
def test_only_operators_change_imports(action: str, people: dict[str, User]) -> None:
    for role in ALL - OPERATOR:
        assert signed_in(people[role]).post(f"/imports/{action}").status_code == 404


@pytest.mark.parametrize("action", CHANGES)
def test_it_rejects_get(action: str, people: dict[str, User]) -> None:
    assert signed_in(people["operator"]).get(f"/imports/{action}").status_code == 405


def test_a_row_is_seen_by_whoever_may_see_its_rep(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine]
) -> None:
    alice, bob, charlie = (f"/rows/revenue_lines/{line.pk}/" for line in lines)
    seen = {
        name: [signed_in(people[name]).get(path).status_code for path in (alice, bob, charlie)]
        for name in ("ceo", "sales_manager", "rep", "charlie")
    }
    assert seen == {
        "ceo": [200, 200, 200],
        "sales_manager": [200, 200, 404],
        "rep": [200, 404, 404],
        "charlie": [404, 404, 200],
    }


def test_lists_and_exports_keep_to_the_scope(people: dict[str, User], run: MetricRun, lines: list[RevenueLine]) -> None:
    path = "/metric/net_revenue/rows/?format=csv"
    for name, keys in {"ceo": {"L-1", "L-2", "L-3"}, "sales_manager": {"L-1", "L-2"}, "rep": {"L-1"}}.items():
        body = b"".join(signed_in(people[name]).get(path).streaming_content).decode()  # type: ignore[attr-defined]
        assert {line.split(",")[0] for line in body.splitlines()[1:]} == keys
    assert AuditEvent.objects.filter(verb="exported rows").count() == 3


def test_every_address_of_the_pages_is_in_this_matrix() -> None:
    """A new page must be added here, or this fails."""
    known = {
        "scoreboard": {
            "home", "revenue", "glossary", "entry", "explain", "metric_rows", "row", *STORIES, *PEOPLE, *TITLES,
        },
        "revenue": {
            "imports", "upload", "file", "batch", "answer", "undo", "rejects",
            "map", "mapping", "quality", "quality_item", "merges", "decide", "take_back",
            "missing", "missing_decide", "missing_take_back", "different_money", "same_money",
        },
    }  # fmt: skip
    for namespace, names in known.items():
        resolver = get_resolver().namespace_dict[namespace][1]
        assert {key for key in resolver.reverse_dict if isinstance(key, str)} == names
