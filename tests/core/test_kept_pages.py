"""Pages that are kept while nothing in the database has changed."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import CSRF_SECRET_LENGTH, get_token
from django.template import engines
from django.test import RequestFactory

from core import kept_pages
from core.backends import WithTeams
from core.kept_pages import Page, kept_page
from core.models import User
from core.per_request import per_request

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_kept")]
View = Callable[[HttpRequest], HttpResponseBase]


def asked(view: View, user: User, address: str = "/", **extra: Any) -> HttpResponseBase:
    """The view's answer to `user`, as it comes through the middleware."""
    request = RequestFactory().get(address, **extra)
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined] # as its middleware sets it
    return per_request(read_first(view, user))(request)


def read_first(view: View, user: User) -> View:
    """The view, for `user` as the backend reads them."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.user = WithTeams().get_user(user.pk)  # type: ignore[assignment]
        return view(request)

    return answer


def text(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def counting(make: Callable[[HttpRequest, int], HttpResponseBase]) -> View:
    """A kept view that tells `make` how often it was called."""
    calls = iter(range(1, 100))
    return kept_page(lambda request: make(request, next(calls)))


def numbered(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"made {number}")


def test_a_page_is_made_once_until_something_is_committed(alice: User, commits: list[str]) -> None:
    view = counting(numbered)
    assert [text(asked(view, alice)) for _ in range(3)] == ["made 1"] * 3
    commits.append("something")
    assert [text(asked(view, alice)) for _ in range(2)] == ["made 2"] * 2


@pytest.mark.parametrize(
    ("address", "extra"),
    [
        ("/?of=team:North", {}),
        ("/elsewhere/", {}),
        ("/", {"HTTP_HOST": "localhost"}),
        ("/", {"HTTP_COOKIE": "theme=dark"}),
        ("/", {"secure": True}),
    ],
)
def test_another_address_host_or_theme_is_another_page(
    alice: User, commits: list[str], address: str, extra: dict[str, Any]
) -> None:
    view = counting(numbered)
    assert text(asked(view, alice)) == "made 1"
    assert text(asked(view, alice, address, **extra)) == "made 2"
    assert text(asked(view, alice)) == "made 1"


def test_nobody_gets_the_page_of_another_of_the_same_role(alice: User, bob: User, commits: list[str]) -> None:
    view = kept_page(lambda request: HttpResponse(str(request.user)))
    assert [text(asked(view, who)) for who in (alice, bob, alice, bob)] == ["Alice", "Bob", "Alice", "Bob"]


def test_a_page_is_made_again_when_a_quarter_of_an_hour_is_over(alice: User, commits: list[str]) -> None:
    view = counting(numbered)
    with time_machine.travel("2026-09-20 23:59:59Z", tick=False) as clock:
        assert [text(asked(view, alice)) for _ in range(2)] == ["made 1"] * 2
        clock.shift(timedelta(seconds=1))
        assert text(asked(view, alice)) == "made 2"


def test_each_answer_has_a_token_of_its_own(alice: User, commits: list[str]) -> None:
    made: list[int] = []

    def form(request: HttpRequest, number: int) -> HttpResponseBase:
        made.append(number)
        return _form(request)

    view = counting(form)
    answers = [text(asked(view, alice)) for _ in range(2)]
    assert made == [1]
    tokens = [answer.split('value="')[1].split('"')[0] for answer in answers]
    assert len(set(tokens)) == 2  # masked anew each time
    assert all(len(token) == 2 * CSRF_SECRET_LENGTH for token in tokens)
    assert answers[0].replace(tokens[0], "") == answers[1].replace(tokens[1], "")


def _form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("<form>{% csrf_token %}</form>").render({}, request))


def _with_cookie(request: HttpRequest, number: int) -> HttpResponse:
    answer = numbered(request, number)
    answer.set_cookie("seen", "yes")
    return answer


def _with_session(request: HttpRequest, number: int) -> HttpResponse:
    request.session["seen"] = number
    return numbered(request, number)


def _with_token(request: HttpRequest, number: int) -> HttpResponse:
    get_token(request)
    return numbered(request, number)


def _with_nonce(request: HttpRequest, number: int) -> HttpResponse:
    request._csp_nonce = "nonce"  # type: ignore[attr-defined] # as django-csp does
    return numbered(request, number)


def _with_message(request: HttpRequest, number: int) -> HttpResponse:
    messages.info(request, "Saved.")
    return numbered(request, number)


def _missing(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"made {number}", status=404)


def _file(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"made {number}", content_type="text/csv")


@pytest.mark.parametrize(
    "make", [_with_cookie, _with_session, _with_token, _with_nonce, _with_message, _missing, _file]
)
def test_what_tells_of_more_than_the_database_is_not_kept(
    alice: User, commits: list[str], make: Callable[[HttpRequest, int], HttpResponseBase]
) -> None:
    view = counting(make)
    assert [text(asked(view, alice)) for _ in range(2)] == ["made 1", "made 2"]


def test_who_has_a_message_waiting_gets_a_page_with_it_and_nobody_else_does(alice: User, commits: list[str]) -> None:
    def told(request: HttpRequest) -> HttpResponse:
        return HttpResponse(" ".join(str(each) for each in messages.get_messages(request)) or "nothing")

    view = kept_page(told)
    assert text(asked(view, alice)) == "nothing"
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    messages.info(request, "Saved.")
    assert text(per_request(read_first(view, alice))(request)) == "Saved."
    assert text(asked(view, alice)) == "nothing"


def test_what_htmx_asks_for_and_what_writes_are_made_each_time(alice: User, commits: list[str]) -> None:
    view = counting(numbered)
    assert [text(asked(view, alice, headers={"HX-Request": "true"})) for _ in range(2)] == ["made 1", "made 2"]
    request = RequestFactory().post("/")
    assert text(per_request(read_first(view, alice))(request)) == "made 3"


def test_a_redirect_and_an_error_go_through(alice: User) -> None:
    view = kept_page(lambda request: HttpResponseRedirect("/elsewhere/"))
    assert asked(view, alice).status_code == 302

    def broken(request: HttpRequest) -> HttpResponse:
        raise KeyError("broken")

    with pytest.raises(KeyError):
        asked(kept_page(broken), alice)


def test_a_page_that_is_not_kept_has_its_token_too(alice: User, commits: list[str]) -> None:
    def form(request: HttpRequest) -> HttpResponse:
        answer = _form(request)
        answer.set_cookie("seen", "yes")
        return answer

    value = text(asked(kept_page(form), alice)).split('value="')[1].split('"')[0]
    assert len(value) == 2 * CSRF_SECRET_LENGTH
    assert value != kept_pages._HOLE


def test_who_was_read_before_the_state_gets_a_page_of_their_own(alice: User, commits: list[str]) -> None:
    """Their role may be another by now: what was made for the old one must not be found under the new state."""
    view = counting(numbered)

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.user = alice  # as a session of another backend brings them
        return view(request)

    for number in (1, 2):
        request = RequestFactory().get("/")
        request.session = SessionStore()
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        assert text(per_request(answer)(request)) == f"made {number}"


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip, deflate, br", True), ("br;q=1.0, gzip;q=0.8", True), ("gzip;q=0", False), ("deflate", False),
        ("gzip;q=0.0, br", False), ("br, gzip", True), ("", False),
    ],
)  # fmt: skip
def test_whoever_can_read_it_gets_the_page_compressed(
    alice: User, commits: list[str], accepted: str, compressed: bool
) -> None:
    view = counting(lambda request, number: _form(request))
    for _ in range(2):
        answer = asked(view, alice, headers={"Accept-Encoding": accepted})
        assert isinstance(answer, HttpResponse)
        assert (answer.headers.get("Content-Encoding") == "gzip") is compressed
        assert "Accept-Encoding" in answer.headers["Vary"]
        plain = (gzip.decompress(answer.content) if compressed else answer.content).decode()
        assert len(plain.split('value="')[1].split('"')[0]) == 2 * CSRF_SECRET_LENGTH


def test_headers_of_the_view_are_kept(alice: User, commits: list[str]) -> None:
    view = kept_page(lambda request: HttpResponse("page", headers={"X-Robots-Tag": "noindex"}))
    assert [asked(view, alice)["X-Robots-Tag"] for _ in range(2)] == ["noindex"] * 2


def test_a_page_without_holes_asks_for_no_token(alice: User) -> None:
    request = RequestFactory().get("/")
    assert Page((b"page",), (), (b"",)).answer(request).content == b"page"
    assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
