"""Sign-in by django-allauth, with no public sign-up: people are made by an operator."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up: an open set-up page is how such products were taken over."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Refuses, whatever view asks."""
        raise PermissionError("people are added by an operator")
