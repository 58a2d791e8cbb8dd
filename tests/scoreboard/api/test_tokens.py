"""Tokens: shown once, kept as a digest, scoped, expiring, taken back, and never more than their person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core import people as core_people
from core.models import AuditEvent, Role, User
from metrics.models import MetricRun
from scoreboard.api import auth, keys, scopes
from scoreboard.models import ApiToken, Feed
from tests.scoreboard.api.conftest import Call, Caller
from tests.scoreboard.conftest import signed_in

FORM = {"make": "token", "name": "Power BI", "scopes": ["read:metrics", "read:rows"], "days": "90"}


def test_a_token_is_made_on_the_page_and_shown_once(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    page = client.post("/account/tokens/", FORM)
    secret = page.context["secret"]
    assert page.status_code == 200
    assert secret in page.content.decode()
    assert secret not in client.get("/account/tokens/").content.decode()
    token = ApiToken.objects.get()
    assert secret not in str(token.__dict__)
    assert (token.scopes, token.state) == (["read:metrics", "read:rows"], "in use")
    assert Caller(secret).get("/metrics/net_revenue").status_code == 200
    event = AuditEvent.objects.get(verb="made a token")
    assert event.actor_id == people["ceo"].pk
    assert secret not in str(event.detail)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["write:imports"]}, "scopes"),
        ({"days": "100000"}, "days"),
        ({"days": "soon"}, "days"),
    ],
)
def test_what_cannot_be_made_is_said(people: dict[str, User], change: dict[str, object], field: str) -> None:
    page = signed_in(people["ceo"]).post("/account/tokens/", {**FORM, **change})
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert not ApiToken.objects.exists()


def test_each_role_is_offered_what_is_of_use_to_it(people: dict[str, User]) -> None:
    assert set(scopes.offered(people["operator"])) == set(scopes.LABELS) - {scopes.COACH}
    assert set(scopes.offered(people["rep"])) == {scopes.METRICS, scopes.ROWS, scopes.COACHING}
    assert scopes.COACH in scopes.offered(people["sales_manager"])
    assert scopes.IMPORT not in scopes.offered(people["ceo"])


def test_taken_back_it_is_refused_at_once(people: dict[str, User], run: MetricRun, call: Call) -> None:
    caller = call("ceo")
    token = ApiToken.objects.get()
    assert signed_in(people["rep"]).post(f"/account/tokens/token/{token.pk}/revoke/").status_code == 404
    assert caller.get("/metrics").status_code == 200
    assert signed_in(people["ceo"]).post(f"/account/tokens/token/{token.pk}/revoke/").status_code == 302
    answer = caller.get("/metrics")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert AuditEvent.objects.filter(verb="took a token back", actor_id=people["ceo"].pk).count() == 1
    assert not keys.revoke(key=token, actor=people["ceo"])


def test_it_expires(run: MetricRun, call: Call) -> None:
    caller = call("ceo")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert caller.get("/metrics").status_code == 401


def test_of_somebody_who_is_switched_off_it_is_refused(people: dict[str, User], run: MetricRun, call: Call) -> None:
    caller = call("ceo")
    core_people.switch_off(person=people["ceo"], actor=people["operator"])
    assert caller.get("/metrics").status_code == 401


def test_it_has_the_role_of_the_moment(people: dict[str, User], run: MetricRun, call: Call) -> None:
    caller = call("ceo")
    assert caller.get("/metrics/net_revenue?grain=quarter&by=segment").status_code == 200
    User.objects.filter(pk=people["ceo"].pk).update(role=Role.REP)
    assert caller.get("/metrics/net_revenue?grain=quarter&by=segment").status_code == 404


def test_last_used_is_known_to_the_minute(run: MetricRun, call: Call) -> None:
    caller = call("ceo")
    assert ApiToken.objects.get().last_used_at is None
    caller.get("/metrics")
    first = ApiToken.objects.get().last_used_at
    caller.get("/metrics")
    assert ApiToken.objects.get().last_used_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        caller.get("/metrics")
    later = ApiToken.objects.get().last_used_at
    assert first is not None
    assert later is not None
    assert later > first


def test_without_the_scope_it_may_not(run: MetricRun, call: Call) -> None:
    answer = call("ceo", scopes.ROWS).get("/metrics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert "read:metrics" in answer.json()["detail"]


def test_a_session_is_no_token(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    for path in ("/api/v1/metrics", "/api/v1/metrics/net_revenue", "/api/v1/imports"):
        assert client.get(path).status_code == 401
        assert Client(headers={"Authorization": "Basic abc"}).get(path).status_code == 401
        assert Client(headers={"Authorization": "Bearer " + "x" * 500}).get(path).status_code == 401


def test_too_many_requests_are_told_when_to_come_back(
    run: MetricRun, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "A_MINUTE", 3)
    with time_machine.travel("2026-11-21T12:00:20Z", tick=False):
        caller, other = call("ceo"), call("ceo")
        assert [caller.get("/metrics").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = caller.get("/metrics")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert other.get("/metrics").status_code == 200, "each token has its own minute"
    with time_machine.travel("2026-11-21T12:01:01Z", tick=False):
        assert caller.get("/metrics").status_code == 200


def test_a_feed_is_one_table_and_nothing_else(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["sales_manager"])
    form = {"make": "feed", "name": "Sheet", "metric": "net_revenue", "grain": "quarter", "by": "rep", "days": "30"}
    page = client.post("/account/tokens/", form)
    address = page.context["secret"]
    assert page.context["formula"] == f'=IMPORTDATA("{address}")'
    path = address.removeprefix("http://testserver")
    body = Client().get(path).content.decode()
    assert body.splitlines()[0] == "period,rep,numerator,denominator,n,value,status"
    assert "Alice Rep" in body
    assert "Charlie" not in body
    secret = path.removeprefix("/api/feeds/").removesuffix(".csv")
    assert Caller(secret).get("/metrics").status_code == 401, "a feed is no token"
    feed = Feed.objects.get()
    client.post(f"/account/tokens/feed/{feed.pk}/revoke/")
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "nothing"}, "metric"),
        ({"grain": "day"}, "grain"),
        ({"by": "segment"}, "metric"),
        ({"from": "soon"}, "from"),
    ],
)
def test_a_feed_is_tried_before_it_is_kept(
    people: dict[str, User], run: MetricRun, change: dict[str, str], field: str
) -> None:
    form = {"make": "feed", "name": "Sheet", "metric": "net_revenue", "grain": "quarter", "by": "", "days": "30"}
    page = signed_in(people["rep"]).post("/account/tokens/", {**form, **change})
    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert not Feed.objects.exists()
