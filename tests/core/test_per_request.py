"""What a page reads once: kept within a request that writes nothing, and no longer."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from core.models import Company
from core.per_request import once, per_request


def asked(method: str) -> list[int]:
    """What three readings under one name gave within a request, and the readings there were."""
    readings = iter(range(10))
    got: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        got.extend(once("number", lambda: next(readings)) for _ in range(3))
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    answer = per_request(view)
    answer(request)
    answer(request)
    return got


def test_a_page_reads_once_and_the_next_page_again() -> None:
    assert asked("GET") == [0, 0, 0, 1, 1, 1]


def test_what_writes_reads_each_time() -> None:
    assert asked("POST") == [0, 1, 2, 3, 4, 5]


def test_outside_of_a_request_nothing_is_kept() -> None:
    readings = iter(range(2))
    assert [once("number", lambda: next(readings)) for _ in range(2)] == [0, 1]


def test_a_view_that_fails_leaves_nothing() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        once("number", lambda: 1)
        raise KeyError("broken")

    request = HttpRequest()
    request.method = "GET"
    with pytest.raises(KeyError):
        per_request(view)(request)
    assert once("number", lambda: 2) == 2


@pytest.mark.django_db
def test_the_company_is_what_was_saved_outside_of_a_request() -> None:
    company = Company.current()
    company.name = "Larkmoor"
    company.save()
    assert Company.current().name == "Larkmoor"
