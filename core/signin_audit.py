"""Audit rows for what django-allauth does: signing in, passwords, second factors. Connected by `core.apps`."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from core.audit import record
from core.models import User

LINK = "link"  # how a sign-in by a one-time link is told from one by password


@receiver(account.user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """With all factors passed."""
    methods = [r.get("method") for r in get_authentication_records(request, user)]
    by_link = bool(methods) and methods[0] == LINK
    record(verb="signed in by link" if by_link else "signed in", actor=user, second_factor="mfa" in methods)


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], **_: Any) -> None:
    """A wrong password for somebody who exists. Unknown addresses are not kept: people type passwords there."""
    user = User.objects.filter(email__iexact=str(credentials.get("email", ""))).first()
    if user is not None:
        record(verb="failed to sign in", by="somebody", target=user)


@receiver(mfa.authentication_failed)
def failed_second_factor(user: User, **_: Any) -> None:
    """The password was right, the code was not."""
    record(verb="failed the second factor", by="somebody", target=user)


@receiver(account.password_changed)
def changed_password(user: User, **_: Any) -> None:
    """By the person's own hand."""
    record(verb="changed the password", actor=user, target=user)


@receiver(account.password_set)
def set_password(user: User, **_: Any) -> None:
    """The first one."""
    record(verb="set a password", actor=user, target=user)


@receiver(mfa.authenticator_added)
def added_factor(user: User, authenticator: Any, **_: Any) -> None:
    """Authenticator app, security key or recovery codes."""
    record(verb="added a second factor", actor=user, target=user, type=str(authenticator.type))


@receiver(mfa.authenticator_removed)
def removed_factor(user: User, authenticator: Any, **_: Any) -> None:
    """By the person's own hand."""
    record(verb="removed a second factor", actor=user, target=user, type=str(authenticator.type))


@receiver(mfa.authenticator_reset)
def renewed_codes(user: User, **_: Any) -> None:
    """New recovery codes in place of the old."""
    record(verb="made new recovery codes", actor=user, target=user)
