"""Who is signed in, with their teams, and the company: nearly every page asks for all three."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from core.models import Company, Team, User
from core.unchanged import state, while_unchanged


class WithTeams(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """allauth's backend; the person of a session comes with their teams' names and the company, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, if they may still sign in. Read again when anything at all has been committed since."""
        user = while_unchanged(("person", user_id), lambda: _read(user_id))
        if user is not None:
            user.read_at = state()
        return user if user is not None and self.user_can_authenticate(user) else None


def _read(user_id: Any) -> User | None:
    teams = Team.objects.filter(people=OuterRef("pk")).order_by("name").values("name")
    people = User.objects.annotate(names=ArraySubquery(teams), company=Subquery(Company.as_json()))
    user = people.filter(pk=user_id).first()
    if user is not None:
        Company.remember(user.__dict__.pop("company"))
        user.remember_teams(user.__dict__.pop("names"))
    return user
