"""A published company and its people."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import User
from metrics.models import MetricRun
from revenue.models import RevenueLine
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


def signed_in(user: User) -> Client:
    """A client signed in as `user`."""
    client = Client()
    client.force_login(user, backend="core.backends.WithTeams")
    return client
