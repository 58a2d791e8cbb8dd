"""Clients that carry a token, for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.models import User
from metrics.models import MetricRun
from revenue.models import RevenueLine
from scoreboard.api import keys, scopes
from tests.scoreboard import world


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One person per role."""
    return world.people()


@pytest.fixture
def run(people: dict[str, User]) -> MetricRun:
    """The published run."""
    return world.publish()


@pytest.fixture
def lines(people: dict[str, User]) -> list[RevenueLine]:
    """Revenue lines of Alice, Bob and Charlie."""
    return world.ledger()


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """No request of another test counts against a token of this one."""
    cache.clear()
    yield
    cache.clear()


class Caller:
    """Asks the API with a token, and with nothing else."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)

    def get(self, path: str, **kwargs: Any) -> Any:
        """GET below /api/v1."""
        return self.client.get(f"/api/v1{path}", **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        """POST below /api/v1; JSON unless a file is among it."""
        kwargs.setdefault("content_type", "application/json")
        return self.client.post(f"/api/v1{path}", data, **kwargs)


Call = Callable[..., Caller]


@pytest.fixture
def call(people: dict[str, User]) -> Call:
    """A caller with a new token of one person; by default with every scope of their role."""

    def make(who: str, *wanted: str) -> Caller:
        user = people[who]
        _, secret = keys.make_token(user=user, name="test", wanted=wanted or tuple(scopes.offered(user)), days=30)
        return Caller(secret)

    return make
