"""Adding people, changing what they may do, and their one-time sign-in links.

Each function is atomic and writes its own audit row. The actor is a person, or with `by` the command that acted. A
change that cannot be made raises Refused, whose text is for the reader and whose `field` names the input it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core import hooks
from core.audit import record
from core.models import Role, SignInLink, Team, User
from core.sessions import end_sessions

LINK_HOURS = 24


class Refused(ValueError):
    """The change cannot be made; the text says why and what to do."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_person(
    *, email: str, name: str, role: str, teams: Collection[Team] = (), actor: User | None = None, by: str = ""
) -> User:
    """A new person without a password: the first sign-in is by a link. Raises Refused."""
    address = _free_address(email)
    person = User.objects.create_user(address, name=_name(name, address), role=_known_role(role))
    person.teams.set(teams)
    record(verb="added a person", actor=actor, by=by, target=person, email=address, role=role, teams=_names(teams))
    hooks.after_person_change(person)
    return person


@transaction.atomic
def change_role(*, person: User, role: str, teams: Collection[Team], actor: User | None = None, by: str = "") -> bool:
    """Gives the person another role or other teams; whether there was anything to change. Raises Refused."""
    _known_role(role)
    if role != Role.OPERATOR:
        _keep_an_operator(person)
    person = User.objects.select_for_update().get(pk=person.pk)
    before = {"role": person.role, "teams": _names(person.teams.all())}
    after = {"role": str(role), "teams": _names(teams)}
    if before == after:
        return False
    person.role = role
    person.save(update_fields=["role"])
    person.teams.set(teams)
    record(verb="changed a role", actor=actor, by=by, target=person, before=before, after=after)
    return True


@transaction.atomic
def change_address(*, person: User, email: str, name: str, actor: User | None = None, by: str = "") -> bool:
    """Gives the person another e-mail address or name; whether there was anything to change. Raises Refused."""
    person = User.objects.select_for_update().get(pk=person.pk)
    address = _free_address(email, but=person)
    before = {"email": person.email, "name": person.name}
    after = {"email": address, "name": _name(name, address)}
    if before == after:
        return False
    person.email, person.name = after["email"], after["name"]
    person.save(update_fields=["email", "name"])
    record(verb="changed an address", actor=actor, by=by, target=person, before=before, after=after)
    if before["email"] != after["email"]:
        # allauth remembers addresses on its own; the old one must not sign in any longer.
        EmailAddress.objects.filter(user=person).delete()
        SignInLink.objects.filter(user=person, used_at=None).delete()
        hooks.after_person_change(person)
    return True


@transaction.atomic
def switch_off(*, person: User, actor: User | None = None, by: str = "") -> None:
    """Ends the person's access at once: sessions end, unused links die, nobody signs in. Raises Refused."""
    _keep_an_operator(person)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False) != 1:
        raise Refused(f"{person} is switched off already.")
    SignInLink.objects.filter(user=person, used_at=None).delete()
    record(verb="switched a person off", actor=actor, by=by, target=person, sessions_ended=end_sessions(person))


@transaction.atomic
def switch_on(*, person: User, actor: User | None = None, by: str = "") -> None:
    """Lets a person who was switched off sign in again. Raises Refused."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True) != 1:
        raise Refused(f"{person} is not switched off.")
    record(verb="switched a person on", actor=actor, by=by, target=person)


@transaction.atomic
def issue_link(*, person: User, actor: User | None = None, by: str = "") -> str:
    """The token of a new one-time sign-in link; earlier unused links of the person stop working. Raises Refused."""
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise Refused(f"{person} is switched off: switch them on first.")
    token = SignInLink.issue(user=person, valid_for=timedelta(hours=LINK_HOURS))
    record(verb="issued a sign-in link", actor=actor, by=by, target=person, hours=LINK_HOURS)
    return token


@transaction.atomic
def remove_second_factor(*, person: User, actor: User | None = None, by: str = "") -> int:
    """Removes authenticator app, security keys and recovery codes, for a lost phone. Returns how many there were."""
    found: int = Authenticator.objects.filter(user=person).delete()[0]
    if found:
        record(verb="removed a second factor", actor=actor, by=by, target=person)
    return found


@transaction.atomic
def sign_out_elsewhere(*, person: User, keep: str | None) -> int:
    """Ends the person's own sessions but for `keep`. Returns how many ended."""
    ended = end_sessions(person, keep=keep)
    record(verb="signed out elsewhere", actor=person, target=person, sessions_ended=ended)
    return ended


def _keep_an_operator(person: User) -> None:
    """Raises Refused if `person` is the only operator who can sign in.

    All operators' rows are locked, in one order: of two who switch each other off, the second is refused.
    """
    operators = User.objects.filter(role=Role.OPERATOR, is_active=True).order_by("pk")
    active = list(operators.select_for_update().values_list("pk", flat=True))
    if active == [person.pk]:
        raise Refused(f"{person} is the last operator: make another person an operator first.", "role")


def _free_address(email: str, but: User | None = None) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(f"“{email}” is not an e-mail address.", "email") from None
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    if taken := others.filter(email__iexact=address).first():
        raise Refused(f"{address} belongs to {taken.name}, {taken.get_role_display()}.", "email")
    return address


def _known_role(role: str) -> str:
    if role not in Role.values:
        raise Refused(f"“{role}” is not a role.", "role")
    return role


def _name(name: str, address: str) -> str:
    return " ".join(name.split()) or address.partition("@")[0]


def _names(teams: Iterable[Team]) -> list[str]:
    return sorted(team.name for team in teams)
