"""Making and taking back tokens and feeds. Each function is atomic and writes its own audit row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import User
from scoreboard.api import scopes
from scoreboard.models import ApiToken, Feed
from scoreboard.models.tokens import digest_of, new_secret

LONGEST_NAME = 80
DAYS = (30, 90, 365)
MOST = 20  # tokens, and feeds, that one person may have in use


class Refused(ValueError):
    """It cannot be made; the text says why, `field` names the input it is about."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def make_token(*, user: User, name: str, wanted: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A token and its secret, which is known to nobody after this. Raises Refused."""
    name = _name(name)
    offered = scopes.offered(user)
    if not wanted:
        raise Refused("Choose what the token may do.", "scopes")
    if strange := sorted(set(wanted) - set(offered)):
        raise Refused(f"{', '.join(strange)} is not for your role.", "scopes")
    _room(ApiToken.objects.visible_to(user).usable(timezone.now()).count())
    secret = new_secret()
    given = [scope for scope in offered if scope in wanted]
    token = ApiToken.objects.create(user=user, name=name, digest=digest_of(secret), scopes=given, expires_at=_end(days))
    record(verb="made a token", actor=user, target=token, name=name, scopes=given, days=days)
    return token, secret


@transaction.atomic
def make_feed(*, user: User, name: str, query: dict[str, Any], days: int) -> tuple[Feed, str]:
    """A feed of one saved query and its secret; `query` has been checked. Raises Refused."""
    name = _name(name)
    _room(Feed.objects.visible_to(user).usable(timezone.now()).count())
    secret = new_secret()
    feed = Feed.objects.create(user=user, name=name, digest=digest_of(secret), query=query, expires_at=_end(days))
    record(verb="made a feed", actor=user, target=feed, name=name, query=query, days=days)
    return feed, secret


@transaction.atomic
def revoke(*, key: ApiToken | Feed, actor: User) -> bool:
    """Takes a token or feed back, at once; False if it was already."""
    found = type(key).objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if found:
        record(verb=f"took a {key._meta.verbose_name} back", actor=actor, target=key, name=key.name)
    return bool(found)


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", " ").split())
    if not name:
        raise Refused("Give it a name that says where it is used.", "name")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name is too long: {LONGEST_NAME} characters are enough.", "name")
    return name


def _room(used: int) -> None:
    if used >= MOST:
        raise Refused(f"You have {MOST} in use already: take one back that nobody needs.", "name")


def _end(days: int) -> Any:
    if days not in DAYS:
        raise Refused("Choose how long it is good for.", "days")
    return timezone.now() + timedelta(days=days)
