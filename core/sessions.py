"""Where somebody is signed in, and signing them out there."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.models import User


def open_sessions(person: User) -> list[str]:
    """Keys of the person's sessions that have not expired.

    Sessions do not name their user, so each is opened: 20 µs apiece, and an installation has hundreds of them.
    """
    running = Session.objects.filter(expire_date__gt=timezone.now())
    mine = str(person.pk)
    return [s.session_key for s in running.iterator() if s.get_decoded().get(SESSION_KEY) == mine]


def end_sessions(person: User, *, keep: str | None = None) -> int:
    """Signs the person out everywhere, but for the session `keep`. Returns how many sessions ended."""
    keys = [key for key in open_sessions(person) if key != keep]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
