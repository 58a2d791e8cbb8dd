"""People for the imports pages, and files that a worker has read."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Role, User


@pytest.fixture
def operator(db: None) -> User:
    """Otto runs the installation."""
    return User.objects.create_user("otto@example.org", name="Otto", role=Role.OPERATOR)


@pytest.fixture
def people(operator: User) -> dict[str, User]:
    """One person per role."""
    others = {
        r.value: User.objects.create_user(f"{r.value}@example.org", name=r.label, role=r)
        for r in Role
        if r != Role.OPERATOR
    }
    return {"operator": operator, **others}


def signed_in(user: User) -> Client:
    """A client signed in as `user`."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client(operator: User) -> Client:
    """Otto's client."""
    return signed_in(operator)
