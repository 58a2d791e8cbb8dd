"""What every action checks before it writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from coaching import policy
from coaching.people import coachable_by
from core.models import Company, User
from revenue.models import Deal, Rep

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


class Refused(Exception):
    """The act is not possible; the message is a sentence for the person, `field` the input it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotYours(Refused):
    """The thing is outside the person's scope; to them it does not exist."""


def kind(value: str) -> str:
    """A kind of session; Refused if unknown."""
    if value not in policy.KIND_LABELS:
        raise Refused("Choose what kind of session it was.", "kind")
    return value


def minutes(value: int) -> int:
    """A session's length in whole minutes; Refused outside 1–600."""
    if not 1 <= value <= policy.MAX_MINUTES:
        raise Refused(f"{value} minutes cannot be right: give 1 to {policy.MAX_MINUTES}.", "minutes")
    return value


def past_day(value: date, field: str = "held_on") -> date:
    """A day that has begun somewhere on earth; Refused if it lies further ahead, or before 2000."""
    if value > Company.current().today() + timedelta(days=1):
        raise Refused(f"{value} is still to come. What lies ahead is planned, not logged.", field)
    if value.year < 2000:
        raise Refused(f"{value} is too long ago: is the year right?", field)
    return value


def future_day(value: date, field: str) -> date:
    """Today or a day of the next two years; Refused otherwise."""
    today = Company.current().today()
    if not today - timedelta(days=1) <= value <= today + timedelta(days=731):
        raise Refused(f"{value} is not a day in the next two years.", field)
    return value


def short(value: str, field: str, limit: int = policy.LONGEST_TEXT) -> str:
    """Text with its blanks trimmed; Refused if it is too long or holds a NUL, which the database cannot keep."""
    value = value.strip()
    if "\x00" in value:
        raise Refused("The text holds a character that cannot be kept.", field)
    if len(value) > limit:
        raise Refused(f"That is {len(value)} characters; at most {limit} are kept.", field)
    return value


def client_key(value: str) -> str:
    """The phone's own key of a session; Refused unless it is long enough that nobody guesses it."""
    if not _KEY.match(value):
        raise Refused("The page is out of date. Reload it; what you typed is kept.", "client_key")
    return value


def coach(actor: User) -> User:
    """Somebody who coaches; NotYours otherwise."""
    if not actor.may_coach:
        raise NotYours("Sessions are logged by those who coach.")
    return actor


def coached(actor: User, reps: Sequence[Rep]) -> list[Rep]:
    """The reps, each once; Refused if there is none, NotYours if one is outside the actor's scope."""
    wanted = {rep.pk: rep for rep in reps}
    if not wanted:
        raise Refused("Choose whom you coached.", "rep")
    if set(coachable_by(actor).filter(pk__in=wanted).values_list("pk", flat=True)) != set(wanted):
        raise NotYours("That person is not in your team.", "rep")
    return list(wanted.values())


def linked(actor: User, deal: Deal | None) -> Deal | None:
    """The deal, if the actor may see it; NotYours otherwise."""
    if deal is not None and not Deal.objects.visible_to(actor).filter(pk=deal.pk).exists():
        raise NotYours("That deal is not in your scope.", "deal")
    return deal
