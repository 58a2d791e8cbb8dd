"""One-time sign-in links, for the first operator, for invitations and for the demonstration's people."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

from core.models.user import User


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SignInLink(models.Model):
    """A link that signs one person in, once. Only the token's digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"

    @classmethod
    def issue(cls, *, user: User, valid_for: timedelta = timedelta(hours=24)) -> str:
        """A new token for `user`; earlier unused ones of theirs stop working."""
        token = secrets.token_urlsafe(32)
        cls.objects.filter(user=user, used_at=None).delete()
        cls.objects.create(user=user, token_digest=_digest(token), expires_at=timezone.now() + valid_for)
        return token

    @classmethod
    def redeem(cls, token: str) -> User | None:
        """The user whom `token` signs in, or None if it is unknown, used, expired or its user is switched off.

        Claimed by a conditional UPDATE, so that of two simultaneous uses only one succeeds.
        """
        now = timezone.now()
        usable = cls.objects.filter(token_digest=_digest(token), used_at=None, expires_at__gt=now, user__is_active=True)
        if usable.update(used_at=now) != 1:
            return None
        return cls.objects.select_related("user").get(token_digest=_digest(token)).user
