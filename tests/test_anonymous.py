"""Every address there is, asked by somebody who is not signed in: the way to the sign-in, or nothing.

A new address is covered by being there. One that is meant for everybody is added to OPEN, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.models import Role, User

LOGIN = "/accounts/login/"
# What answers strangers, by name of the address, and why it may.
OPEN = {
    "account_login": "the door",
    "account_logout": "sends somebody who is not signed in to the door",
    "account_inactive": "says that an account is switched off, whoever asks",
    "coaching:manifest": "name and icons of the phone's page, the same for everybody",
    "coaching:service_worker": "a script without data, the same for everybody",
    "core:health": "the proxy and the container ask it; it says yes or no",
    "core:sign_in_link": "the token is the key; looking does not use it up, a wrong one says nothing",
    "core:theme": "light or dark is a cookie",
}
SAMPLES = {
    "IntConverter": "1",
    "StringConverter": "x",
    "SlugConverter": "x",
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "PathConverter": "x/y",
}


def patterns(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Name and a sample path of every address."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        for name, converter in entry.pattern.converters.items():
            kind = type(converter).__name__
            route = route.replace(f"<{_short(kind)}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or route}", "/" + route


def _short(kind: str) -> str:
    return {"StringConverter": "str", "UUIDConverter": "uuid"}.get(kind, kind.removesuffix("Converter").lower())


ADDRESSES = sorted(set(patterns(get_resolver())))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "path"), [a for a in ADDRESSES if a[0] not in OPEN])
def test_a_stranger_is_sent_to_the_door_or_told_there_is_nothing(name: str, path: str, method: str) -> None:
    response = getattr(Client(), method)(path)
    if response.status_code == 302:
        assert response.headers["Location"].startswith(LOGIN)
    else:
        assert response.status_code in (404, 405, 401), f"{name} answers {response.status_code} to strangers"
        assert response.status_code != 405 or method != "post" or _refuses_get_too(path)


def _refuses_get_too(path: str) -> bool:
    """A page that takes GET only sends strangers to the door on GET."""
    return Client().get(path).status_code in (302, 401, 404)


@pytest.mark.django_db
def test_the_list_of_open_addresses_is_no_longer_than_it_must_be() -> None:
    assert set(OPEN) <= {name for name, _ in ADDRESSES}
    assert len(ADDRESSES) > 50
    paths = [path for _, path in ADDRESSES]
    assert not [p for p in paths if "<" in p], "a converter has no sample"


@pytest.mark.django_db
def test_open_addresses_tell_a_stranger_nothing() -> None:
    client = Client()
    assert client.get(LOGIN).status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] in ("/", LOGIN)
    assert client.get("/accounts/inactive/").status_code == 200
    assert set(client.get("/health/").json()) == {"status", "database", "redis"}
    assert client.post("/sign-in/x/").status_code == 410
    assert client.post("/theme/", {"theme": "dark"}).status_code == 302


@pytest.mark.django_db
def test_signing_in_leads_nowhere_else() -> None:
    User.objects.create_user("alice@example.com", name="Alice", role=Role.CEO, password="a long enough pass phrase")
    form = {"login": "alice@example.com", "password": "a long enough pass phrase", "next": "https://evil.example/"}
    assert Client().post(LOGIN, form).headers["Location"] == "/"
