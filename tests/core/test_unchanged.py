"""What is kept while nothing in the database has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from core.models import Company, User
from core.per_request import per_request
from core.unchanged import Kept, state, while_unchanged

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_kept")]


def within_a_request(ask: Callable[[], Any], method: str = "GET") -> Any:
    """What `ask` gives within a request of its own."""
    got: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        got.append(ask())
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    per_request(view)(request)
    return got[0]


def test_reading_leaves_the_state() -> None:
    """Unless others on this server, or its own housekeeping, commit in between: not each time of fifty."""

    def twice() -> bool:
        before = within_a_request(state)
        list(User.objects.all())
        return bool(before) and within_a_request(state) == before

    assert any(twice() for _ in range(50))


def test_a_commit_of_anything_makes_another_state(alice: User) -> None:
    before = within_a_request(state)
    Company.current()  # makes the row
    after = within_a_request(state)
    assert after != before
    User.objects.filter(pk=alice.pk).delete()
    assert within_a_request(state) not in (before, after)


def test_what_is_not_committed_leaves_it_and_what_was_taken_back_shows_nothing(alice: User) -> None:
    before = within_a_request(state)
    seen: list[str] = []
    name = "Alicia"

    def elsewhere() -> None:
        try:
            seen.append(within_a_request(state))
            seen.append(within_a_request(lambda: User.objects.get(pk=alice.pk).name))
        finally:
            connection.close()

    with transaction.atomic():
        User.objects.filter(pk=alice.pk).update(name=name)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert seen[1] == "Alice"
    assert within_a_request(state) != before
    assert within_a_request(lambda: User.objects.get(pk=alice.pk).name) == name


def test_within_a_transaction_and_in_what_writes_there_is_none() -> None:
    with transaction.atomic():
        assert within_a_request(state) == ""
    assert within_a_request(state, "POST") == ""
    assert state() == ""


def test_a_thing_is_read_again_after_a_commit_and_not_before(commits: list[str]) -> None:
    readings = iter(range(10))

    def ask() -> int:
        return while_unchanged("number", lambda: next(readings))

    assert [within_a_request(ask) for _ in range(3)] == [0, 0, 0]
    commits.append("something")
    assert [within_a_request(ask) for _ in range(2)] == [1, 1]
    assert within_a_request(ask, "POST") == 2
    assert ask() == 3


def test_a_thing_is_read_each_time_within_a_transaction() -> None:
    readings = iter(range(10))
    with transaction.atomic():
        assert [within_a_request(lambda: while_unchanged("number", lambda: next(readings))) for _ in range(2)] == [0, 1]


def test_that_there_is_nothing_is_kept_as_well(commits: list[str]) -> None:
    readings: list[None] = []
    for _ in range(2):
        assert within_a_request(lambda: while_unchanged("nobody", lambda: readings.append(None))) is None
    assert len(readings) == 1


def test_what_a_request_hangs_on_a_thing_stays_with_it(commits: list[str]) -> None:
    def spoil() -> None:
        Company.current().name = "Spoiled"

    Company.current()
    within_a_request(Company.current)
    within_a_request(spoil)
    assert within_a_request(Company.current).name == ""


def test_what_was_read_before_a_commit_is_never_given_after_it(alice: User) -> None:
    """The state is read first: what changes while a thing is being read is read again by the next request."""

    def slow() -> str:
        name = User.objects.get(pk=alice.pk).name
        User.objects.filter(pk=alice.pk).update(name="Alicia")  # somebody else commits in between
        return name

    assert within_a_request(lambda: while_unchanged("name", slow)) == "Alice"
    assert within_a_request(lambda: while_unchanged("name", lambda: User.objects.get(pk=alice.pk).name)) == "Alicia"


def test_the_longest_unused_goes_first_and_another_state_throws_all_out() -> None:
    kept = Kept(10)
    for key in "abc":
        kept.put("one", key, key, 3)
    assert kept.get("one", "a") == "a"
    kept.put("one", "d", "d", 3)
    assert [kept.get("one", key) for key in "abcd"] == ["a", None, "c", "d"]
    kept.put("one", "huge", "huge", 11)
    assert kept.get("one", "huge") is None
    assert kept.get("two", "a") is None
    kept.put("two", "a", "other", 3)
    assert [kept.get("one", key) for key in "acd"] == [None] * 3
    kept.put("", "a", "none", 1)
    assert kept.get("", "a") is None
