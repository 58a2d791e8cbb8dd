"""Who is signed in, with their teams: nearly every page of a manager asks for both."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from core.models import Team, User


class WithTeams(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """allauth's backend; the person of a session comes with the names of their teams, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, if they may still sign in."""
        teams = Team.objects.filter(people=OuterRef("pk")).order_by("name").values("name")
        user = User.objects.annotate(names=ArraySubquery(teams)).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.remember_teams(user.__dict__.pop("names"))
        return user
