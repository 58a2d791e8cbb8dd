"""Meetings by role and address: a deck is the whole company's, and who may not see all of it sees none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from core.models import User
from scoreboard.meetings.following import resolve
from scoreboard.models import Meeting, Resolution
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import signed_by

ALL = frozenset({"operator", "ceo", "sales_leader", "marketing_leader", "sales_manager", "rep"})
LEADERS = frozenset({"operator", "ceo", "sales_leader", "marketing_leader"})
SENDS = ("prepare/", "{pk}/refresh/", "{pk}/slides/", "{pk}/slides/headline/", "{pk}/sign/", "{pk}/differ/",
         "{pk}/withdraw/", "{pk}/freeze/", "{pk}/resolutions/", "resolutions/{resolution}/")  # fmt: skip


@pytest.fixture
def resolution(people: dict[str, User], meeting: Meeting) -> Resolution:
    return resolve(
        actor=people["ceo"], meeting=meeting, kind="decision", text="Close the broker route", owner=people["ceo"]
    )


def test_every_page_by_every_role(people: dict[str, User], meeting: Meeting) -> None:
    pages = {"": LEADERS, "?kind=board": LEADERS, "prepare/": LEADERS, f"{meeting.pk}/": LEADERS,
             f"{meeting.pk}/present/": LEADERS, f"{meeting.pk}/deck.json": frozenset(), "99999/": frozenset(),
             "99999/present/": frozenset()}  # fmt: skip
    clients = {role: signed_in(people[role]) for role in ALL}
    found = {path: {role: clients[role].get(f"/meetings/{path}").status_code for role in ALL} for path in pages}
    assert found == {path: {role: 200 if role in allowed else 404 for role in ALL} for path, allowed in pages.items()}


def test_a_frozen_one_by_every_role(people: dict[str, User], meeting: Meeting) -> None:
    signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    for path in ("", "present/", "deck.json"):
        found = {role: signed_in(people[role]).get(f"/meetings/{meeting.pk}/{path}").status_code for role in ALL}
        assert found == {role: 200 if role in LEADERS else 404 for role in ALL}, path


def test_who_may_send(people: dict[str, User], meeting: Meeting, resolution: Resolution) -> None:
    paths = [f"/meetings/{path.format(pk=meeting.pk, resolution=resolution.pk)}" for path in SENDS]
    for role in ("sales_manager", "rep"):
        assert {path: signed_in(people[role]).post(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    reader = signed_in(people["ceo"])
    assert {path: reader.get(path).status_code for path in paths[1:]} == dict.fromkeys(paths[1:], 405)


def test_nobody_sees_anything_without_signing_in(meeting: Meeting) -> None:
    for path in ("", "prepare/", f"{meeting.pk}/", f"{meeting.pk}/present/", f"{meeting.pk}/deck.json"):
        assert Client().get(f"/meetings/{path}").headers["Location"].startswith("/accounts/login/"), path


def test_pages_are_not_kept_by_caches(people: dict[str, User], meeting: Meeting) -> None:
    assert "no-store" in signed_in(people["ceo"]).get(f"/meetings/{meeting.pk}/").headers["Cache-Control"]


def test_every_address_is_in_this_matrix() -> None:
    resolver = get_resolver().namespace_dict["scoreboard"][1].namespace_dict["meetings"][1]
    assert {key for key in resolver.reverse_dict if isinstance(key, str)} == {
        "list", "prepare", "one", "present", "deck", "refresh", "order", "words", "sign", "differ", "withdraw",
        "freeze", "resolve", "settle",
    }  # fmt: skip
