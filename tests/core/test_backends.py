"""Whoever is signed in comes with their teams."""

from __future__ import annotations

from typing import Any

from core.backends import WithTeams
from core.models import Team, User


def test_the_person_of_a_session_brings_their_teams(db: None, django_assert_num_queries: Any) -> None:
    alice = User.objects.create_user("alice@example.com", name="Alice", role="sales_manager")
    alice.teams.add(*(Team.objects.create(name=name) for name in ("West", "East")))
    with django_assert_num_queries(1):
        found = WithTeams().get_user(alice.pk)
        assert found == alice
        assert found.team_names() == ("East", "West")


def test_who_may_no_longer_sign_in_is_nobody(db: None) -> None:
    bob = User.objects.create_user("bob@example.com", name="Bob", role="rep", is_active=False)
    assert WithTeams().get_user(bob.pk) is None
    assert WithTeams().get_user(bob.pk + 1) is None
