"""Every address that takes an id, asked with real ids of others: the answer is that of an id that nothing has.

Two people of one team own something of each sort; a manager and a rep of another team ask for it, by session and by
token. An address that takes an id must say here which sort it takes, or why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from core.models import Role, Team, User
from scoreboard.api import keys, scopes
from scoreboard.models import SavedView
from scoreboard.models.packs import Pack, PackStatus
from scoreboard.packs import jobs, store
from tests.rows import MARK, one_of_each
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in

NOTHING = "987654"
# What differs between any two answers: a form's secret, a script's nonce, the address itself in a form's "next".
ONE_TIME = re.compile(r'(?<=csrfmiddlewaretoken" value=")[^"]*|(?<=nonce=")[^"]*|(?<=X-CSRFToken": ")[^"]*')
# What stands in an address without being the id of anybody's row, and why.
NO_ID = {
    "coaching:answer": "the token is the key", "coaching:calendar": "the token is the key",
    "core:sign_in_link": "the token is the key", "scoreboard:api:feed": "the secret is the key",
    "coaching:export": "the name of a table", "revenue:quality_item": "the name of a list",
    "scoreboard:entry": "a metric's key", "scoreboard:explain": "a metric's key",
    "scoreboard:metric_rows": "a metric's key", "scoreboard:api:v1:metric": "a metric's key",
    "scoreboard:api:v1:metric_table": "a metric's key", "scoreboard:api:v1:metric_rows": "a metric's key",
    "mfa_remove_webauthn": "allauth's, within one's own keys", "mfa_edit_webauthn": "allauth's, within one's own keys",
}  # fmt: skip
# The sorts of rows that each address takes, by its name; a space's name stands for all of its addresses.
TAKES = {
    "coaching:rep_details": ("rep",), "coaching:edit": ("session",), "coaching:delete": ("session",),
    "coaching:share": ("session",), "coaching:rate": ("session",), "coaching:ask": ("session",),
    "coaching:settle": ("commitment",), "coaching:cancel_plan": ("plan",), "revenue:file": ("file",),
    "revenue:map": ("file",), "revenue:mapping": ("batch",), "revenue:take_back": ("batch",),
    "revenue:batch": ("batch",), "revenue:answer": ("batch",), "revenue:undo": ("batch",),
    "revenue:rejects": ("batch",), "revenue:missing": ("batch",), "revenue:missing_decide": ("batch",),
    "revenue:missing_take_back": ("decision",), "revenue:same_money": ("word",),
    "core:person": ("person",), "core:switch_person": ("person",), "core:new_link": ("person",),
    "core:remove_factor": ("person",), "scoreboard:policy:line": ("line",),
    "scoreboard:policy:edit_target": ("target",),
    "scoreboard:api:revoke": ("token", "feed"), "scoreboard:api:v1:file": ("file",),
    "scoreboard:api:v1:one": ("batch",),
    "scoreboard:api:v1:rejected": ("batch",), "scoreboard:api:v1:answer": ("batch",),
    "scoreboard:api:v1:undo": ("batch",), "scoreboard:api:v1:deck": ("meeting",),
    "scoreboard:api:v1:pack_file": ("pack",), "scoreboard:alerts:take": ("alert",),
    "scoreboard:alerts:close": ("alert",), "scoreboard:alerts:rule": ("rule",), "scoreboard:alerts:delete": ("rule",),
    "scoreboard:annotations:one": ("annotation",), "scoreboard:annotations:settle": ("annotation",),
    "scoreboard:meetings:settle": ("resolution",), "scoreboard:meetings": ("meeting",), "scoreboard:packs": ("pack",),
    "scoreboard:rep": ("rep",), "scoreboard:account": ("account",), "scoreboard:saved_drop": ("view",),
    "scoreboard:row": ("line", "deal"),
}  # fmt: skip
WORDS = {"object": ("revenue_lines", "deals"), "format": ("html",), "key": ("headline",)}


@dataclass
class Owned:
    """What people of North own: ids by sort, and those who may see them."""

    ids: dict[str, int] = field(default_factory=dict)
    owners: list[Client] = field(default_factory=list)
    others: dict[str, Client] = field(default_factory=dict)


@pytest.fixture
def owned(db: None) -> Owned:
    """A company with a row of each sort that is not South's."""
    people = world.people()
    world.publish()
    lines = world.ledger()
    manager, rep, ceo = people["sales_manager"], people["rep"], people["ceo"]
    other = User.objects.create_user("other@example.com", name="Other Manager", role=Role.SALES_MANAGER)
    other.teams.add(Team.objects.get(name="South"))
    ids = one_of_each(people, lines) | {"pack": _pack(people["ceo"])}
    for user in (manager, rep):
        SavedView.objects.create(owner=user, name=f"{MARK} {user.pk}", address="/revenue/")
    ids["view"] = SavedView.objects.filter(owner=manager).values_list("pk", flat=True)[0]
    owners = [signed_in(user) for user in (people["operator"], ceo, manager, rep)]
    owners += [_with_token(people["operator"])]
    others = {"manager": signed_in(other), "rep": signed_in(people["charlie"])}
    tokens = {"manager's token": _with_token(other), "rep's token": _with_token(people["charlie"])}
    cache.clear()
    return Owned(ids, owners, {**others, **tokens})


def _with_token(user: User) -> Client:
    _, secret = keys.make_token(user=user, name="own", wanted=tuple(scopes.offered(user)), days=30)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _pack(ceo: User) -> int:
    pack = jobs.ask(actor=ceo, kind="board", period="2026Q3", formats=("html",))
    pack.files.create(format="html", name="pack.html", sha256=store.keep(b"<p>pack</p>"), size=11)
    Pack.objects.filter(pk=pack.pk).update(status=PackStatus.DONE, deck_sha256="d" * 64, finished_at=timezone.now())
    return pack.pk


def _addresses(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every address, its converters left in."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name or route}", route


EVERY = sorted(set(_addresses(get_resolver())))
WITH_ID = [(name, route) for name, route in EVERY if "<" in route and name not in NO_ID]
PLAIN = [route for name, route in EVERY if "<" not in route and "^" not in route and not name.startswith("account_")]


def _sorts(name: str) -> tuple[str, ...]:
    return TAKES.get(name) or TAKES.get(name.rpartition(":")[0], ())


def _paths(name: str, route: str, ids: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """Sort, the address of the real row, and the same address of a row that is not there."""
    for place, sort in enumerate(_sorts(name)):
        real, missing = f"/{route}", f"/{route}"
        for word in ("int:pk", "int:id", "id"):
            real, missing = real.replace(f"<{word}>", str(ids[sort])), missing.replace(f"<{word}>", NOTHING)
        for word, given in WORDS.items():
            for kind in (f"<slug:{word}>", f"<{word}>"):
                chosen = given[min(place, len(given) - 1)]
                real, missing = real.replace(kind, chosen), missing.replace(kind, chosen)
        yield sort, real.replace("<str:kind>", sort), missing.replace("<str:kind>", sort)


def _ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """Status and body, with whatever the request has changed undone."""
    with transaction.atomic():
        response: Any = getattr(client, method)(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, ONE_TIME.sub("", body.decode("utf-8", "replace"))


def test_each_address_with_an_id_says_whose_it_is() -> None:
    assert [name for name, _ in WITH_ID if not _sorts(name)] == []
    assert set(NO_ID) <= {name for name, _ in EVERY}
    assert len(WITH_ID) > 40


def test_an_id_of_others_is_answered_like_one_that_is_not_there(owned: Owned) -> None:
    told: list[str] = []
    for name, route in WITH_ID:
        for sort, real, missing in _paths(name, route, owned.ids):
            for who, client in owned.others.items():
                for method in ("get", "post"):
                    status, body = _ask(client, method, real)
                    wanted, said = _ask(client, method, missing)
                    if status != wanted or MARK in body or body.replace(real, "") != said.replace(missing, ""):
                        told.append(f"{who}: {method} {name} ({sort}) {status}, of nothing {wanted}")
    assert told == []


def test_those_who_may_are_answered_otherwise(owned: Owned) -> None:
    """So that the test above asks for rows that are really there."""
    blind = {
        name
        for name, route in WITH_ID
        for _, real, missing in _paths(name, route, owned.ids)
        if not any(
            _ask(client, method, real)[0] != _ask(client, method, missing)[0]
            for client in owned.owners
            for method in ("get", "post")
        )
    }
    # Nothing is remembered or merged here, and an import without a question takes no answer.
    assert blind == {"revenue:mapping", "revenue:take_back", "scoreboard:api:v1:answer"}


def test_no_list_page_or_download_shows_a_row_of_others(owned: Owned) -> None:
    """Every address without an id, and the tables behind the metrics."""
    tables = ["metric/net_revenue/rows/", "metric/net_revenue/rows/?format=csv", "metric/pipeline_open/rows/"]
    tables += [f"coaching/export/{name}.csv" for name in ("sessions", "trainings", "hours", "meetings")]
    tables += ["search/?q=Sentinel", "api/v1/metrics/net_revenue/rows", "api/v1/metrics/net_revenue/rows?format=csv"]
    shown = [
        (who, path)
        for who, client in owned.others.items()
        for path in [*PLAIN, *tables]
        if MARK in _ask(client, "get", f"/{path}")[1]
    ]
    assert shown == []
    seen = {path for path in [*PLAIN, *tables] for client in owned.owners if MARK in _ask(client, "get", f"/{path}")[1]}
    assert len(seen) >= 8, seen
