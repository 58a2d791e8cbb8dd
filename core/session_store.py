"""Sessions in the database, as Django keeps them; reading one for a page brings the state of the database with it.

Both are the first that every page asks for, so they are one statement: its snapshot is the one that it names.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core import unchanged


class SessionStore(db.SessionStore):
    """The session store that `SESSION_ENGINE` names."""

    def _get_session_from_db(self) -> Any:
        if not unchanged.is_wanted():
            return super()._get_session_from_db()  # type: ignore[misc] # Django's own, without a type
        rows = Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        state = RawSQL(unchanged.STATE, [], TextField())  # noqa: S611 # our own text
        found = rows.annotate(state=state).first()
        if found is None:
            self._session_key = None
            return None
        unchanged.is_told(found.__dict__.pop("state"))
        return found
