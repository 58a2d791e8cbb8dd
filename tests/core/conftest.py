"""What the tests of what is kept have in common: two people, and a state that they set themselves."""

from __future__ import annotations

import pytest

from core import kept_pages, unchanged
from core.models import Role, User
from core.unchanged import THINGS


@pytest.fixture
def nothing_kept() -> None:
    """Each test begins with nothing kept."""
    THINGS.clear()
    kept_pages.PAGES.clear()


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The state as the number of what this test has put in: other tests on this server commit when they like."""
    made: list[str] = []
    monkeypatch.setattr(unchanged, "_read_state", lambda: f"{len(made)} commits")
    return made


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.com", name="Alice", role=Role.CEO)


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob@example.com", name="Bob", role=Role.CEO)
