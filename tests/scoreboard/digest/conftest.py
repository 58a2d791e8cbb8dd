"""A published company and its people; a real mail server on this machine."""

from __future__ import annotations

import pytest

from core.models import User
from metrics.models import MetricRun
from tests.scoreboard import world


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One person per role."""
    return world.people()


@pytest.fixture
def run(people: dict[str, User]) -> MetricRun:
    """The published run."""
    return world.publish()
