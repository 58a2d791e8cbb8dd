"""How many alerts wait for a person, for the head of every page: asked once a minute, kept per person."""

from __future__ import annotations

from django.core.cache import cache

from core.models import User
from scoreboard.models import Alert

SECONDS = 60


def open_count(user: User) -> int:
    """Open alerts that the person may see, at most a minute old; what they themselves close counts at once."""
    return cache.get_or_set(_key(user), lambda: Alert.objects.visible_to(user).open().count(), SECONDS) or 0


def forget_count(user: User) -> None:
    """The next page counts again."""
    cache.delete(_key(user))


def _key(user: User) -> str:
    return f"open-alerts:{user.pk}:{user.role}"
