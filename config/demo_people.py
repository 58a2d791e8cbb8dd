"""The people of the demonstration company. None has a password: each signs in by a link that works once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from core.audit import record
from core.models import Role, SignInLink, Team, User
from revenue.models import Rep
from revenue.people import link_users

_DOMAIN = "larkmoor.example"
_LEADERS = (
    ("Henrike Aldermoor", Role.CEO),
    ("Dele Okonjo-Hart", Role.SALES_LEADER),
    ("Liesbeth Brandtner", Role.MARKETING_LEADER),
    ("Omar Tessaly", Role.OPERATOR),
)


@transaction.atomic
def add_people(base_url: str) -> list[tuple[str, str]]:
    """Adds whoever is missing and returns (who, link) for each: leaders, the managers and one of their reps."""
    people = [_person(name, _address(name), role) for name, role in _LEADERS]
    for team in Team.objects.all():
        reps = Rep.objects.filter(team=team.name).exclude(email=None)
        for rep in reps.filter(role="Sales Manager").order_by("key")[:1]:
            people.append(_person(str(rep.name), str(rep.email), Role.SALES_MANAGER, team))
    for rep in Rep.objects.filter(manager__isnull=False).exclude(email=None).order_by("key")[:1]:
        people.append(_person(str(rep.name), str(rep.email), Role.REP, Team.objects.filter(name=rep.team).first()))
    link_users()
    return [(_who(p), base_url.rstrip("/") + reverse("core:sign_in_link", args=[_token(p)])) for p in people]


def _person(name: str, email: str, role: Role, team: Team | None = None) -> User:
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        return known
    user = User.objects.create_user(email, name=name, role=role)
    if team is not None:
        user.teams.add(team)
    record(verb="added a person", by="demonstration", target=user, role=role)
    return user


def _token(person: User) -> str:
    return SignInLink.issue(user=person, valid_for=timedelta(days=7))


def _who(person: User) -> str:
    teams = ", ".join(person.team_names())
    return f"{person.name}, {person.get_role_display()}" + (f" ({teams})" if teams else "")


def _address(name: str) -> str:
    return name.lower().replace(" ", ".").replace("-", "") + "@" + _DOMAIN
