"""How many alerts wait for a person, for the head of every page: counted again when anything has been committed."""

from __future__ import annotations

from core.models import User
from core.unchanged import while_unchanged
from scoreboard.models import Alert


def open_count(user: User) -> int:
    """Open alerts that the person may see."""
    return while_unchanged(("open alerts", user.pk), lambda: Alert.objects.visible_to(user).open().count())
