"""What the head of every page and its charts ask of the scoreboard's own tables, in one statement for both."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet

from core.copy import rows
from core.models import User
from core.unchanged import while_unchanged
from scoreboard.models import Alert


@dataclass(frozen=True)
class Head:
    """Open alerts that the person may see, and whether anybody has written a title over a chart of the page."""

    open_alerts: int
    has_titles: bool


def head_of(user: User, path: str) -> Head:
    """Of the page at `path`; read once."""
    return while_unchanged(("head", user.pk, path), lambda: _read(user, path))


def _read(user: User, path: str) -> Head:
    try:
        alerts, asked = Alert.objects.visible_to(user).open().order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # somebody without a team or a rep of their own sees none, and Django asks nothing
        alerts, asked = "SELECT 1 WHERE false", ()
    query = f"SELECT (SELECT count(*) FROM ({alerts}) AS a), EXISTS (SELECT FROM scoreboard_charttitle WHERE path = %s)"  # noqa: S608 - Django's own text
    ((count, some),) = rows(query, [*asked, path])
    return Head(int(count), bool(some))
