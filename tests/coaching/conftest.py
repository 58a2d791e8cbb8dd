"""Three people and their teams.

Alice manages North, where Ann and Art sell. Bob manages South, where Beth sells. Charlie sells in South and must see
nothing of Alice's. Clara is the CEO, Lou leads sales, Mia marketing, Otto runs the installation.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from coaching import actions
from coaching.models import CoachingSession
from core.models import Company, Role, Team, User
from revenue.models import Account, Deal, Rep, Source

SENTINEL = "SENTINEL-what-was-said-7f3a"


@dataclass(frozen=True)
class World:
    """Everybody, with the reps that an import brought."""

    crm: Source
    alice: User
    bob: User
    charlie: User
    ann: User
    clara: User
    lou: User
    mia: User
    otto: User
    ann_rep: Rep
    art_rep: Rep
    beth_rep: Rep
    charlie_rep: Rep
    deal: Deal

    @property
    def people(self) -> dict[str, User]:
        """Users by name."""
        names = ("alice", "bob", "charlie", "ann", "clara", "lou", "mia", "otto")
        return {name: getattr(self, name) for name in names}


def _user(name: str, role: Role, team: Team | None = None) -> User:
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name, role=role)
    if team:
        user.teams.add(team)
    return user


@pytest.fixture
def world(db: None) -> World:
    """The company."""
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    crm = Source.objects.create(name="salesforce")

    def rep(key: str, name: str, team: str, user: User | None = None) -> Rep:
        return Rep.objects.create(
            source=crm, key=key, name=name, email=f"{name.lower()}@example.org", team=team, user=user
        )

    charlie, ann = _user("Charlie", Role.REP, south), _user("Ann", Role.REP, north)
    alice, bob = _user("Alice", Role.SALES_MANAGER, north), _user("Bob", Role.SALES_MANAGER, south)
    rep("005A", "Alice", "North", alice)
    ann_rep = rep("0051", "Ann", "North", ann)
    account = Account.objects.create(source=crm, key="001", name="Acme")
    return World(
        crm=crm,
        alice=alice,
        bob=bob,
        charlie=charlie,
        ann=ann,
        clara=_user("Clara", Role.CEO),
        lou=_user("Lou", Role.SALES_LEADER),
        mia=_user("Mia", Role.MARKETING_LEADER),
        otto=_user("Otto", Role.OPERATOR),
        ann_rep=ann_rep,
        art_rep=rep("0052", "Art", "North"),
        beth_rep=rep("0053", "Beth", "South"),
        charlie_rep=rep("0054", "Charlie", "South", charlie),
        deal=Deal.objects.create(
            source=crm, key="006", name="Acme roll-out", account=account, owner=ann_rep, stage="Proposal",
            amount=1_000_000_0000, is_closed=False,
        ),
    )  # fmt: skip


@pytest.fixture
def today(world: World) -> date:
    """Today where the company is."""
    return Company.current().today()


@pytest.fixture
def log(world: World, today: date) -> Callable[..., CoachingSession]:
    """Logs a session of Alice with Ann, unless told otherwise."""

    def do(**given: Any) -> CoachingSession:
        usual: dict[str, Any] = {
            "actor": world.alice,
            "reps": [world.ann_rep],
            "kind": "one_on_one",
            "minutes": 30,
            "held_on": today,
            "client_key": secrets.token_urlsafe(24),
        }
        session = actions.log_session(**{**usual, **given}).session
        assert session is not None
        return session

    return do


@pytest.fixture
def signed_in(world: World) -> Callable[[User], Client]:
    """A client with that person signed in."""

    def do(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return do
