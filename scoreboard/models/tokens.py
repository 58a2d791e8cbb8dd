"""Personal tokens of the API, and feeds: each an address that gives one saved query. Only digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from core.models import User

T = TypeVar("T", bound="Key")
PREFIX = "assay_"  # so that scanners of repositories and mails find one that was left lying about


def new_secret() -> str:
    """A secret of 256 random bits, so long that a plain digest of it tells nothing and guessing is hopeless."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def usable(now: datetime) -> Q:
    """Neither taken back nor expired, and of a person who may still sign in."""
    return Q(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, user__is_active=True)


class KeyQuerySet(models.QuerySet[T]):
    """Tokens or feeds, with scope."""

    def visible_to(self, user: User) -> Self:
        """One's own: nobody sees, or takes back, another person's."""
        return self.filter(user=user)

    def usable(self, now: datetime) -> Self:
        """Those that are good for something at `now`."""
        return self.filter(usable(now))


class Key(models.Model):
    """What tokens and feeds have in common. A key acts as its person: with their role and scope at the time of use."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} of {self.user_id}"

    @property
    def state(self) -> str:
        """ "in use", "expired" or "taken back"."""
        if self.revoked_at is not None:
            return "taken back"
        return "expired" if self.expires_at is not None and self.expires_at <= timezone.now() else "in use"


class ApiToken(Key):
    """A token for programs, with what it may do."""

    scopes = ArrayField(models.TextField(), default=list)

    objects = KeyQuerySet["ApiToken"].as_manager()

    class Meta(Key.Meta):
        verbose_name = "token"


class Feed(Key):
    """One saved query of one metric: `query` holds key, grain, by, where, from and to as the API takes them."""

    query: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    objects = KeyQuerySet["Feed"].as_manager()

    class Meta(Key.Meta):
        verbose_name = "feed"
