"""The state of the database as one text, and what was read from it kept until that text is another.

PostgreSQL numbers the transactions that write. `pg_current_snapshot()` says which of them one can see: two snapshots of
one text see the same rows, in every table, and the first commit of any change makes another text that never comes back.
So nobody has to list what a page depends on, and nobody can forget a part of it: an annotation, a policy, a run, an
import, a role, a signature all change the text when they are committed. It costs one statement without a table.

The text is read **before** what is kept under it: what was read may then be newer than its text, never older.
Inside a transaction there is no text ("") and nothing is kept: its own writes are seen by nobody else, and do not
change it. What is kept lives in this process, for the newest text alone; a restart forgets it.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection, models

from core.per_request import once, reading

T = TypeVar("T")
MOST_THINGS = 4096
# Another server, or one that started again after a crash, may count its transactions anew.
STATE = "pg_postmaster_start_time()::text || ' ' || pg_current_snapshot()::text"
_NAME = "state of the database"


class Kept:
    """What was made under the newest state, the longest unused thrown out first. Safe among threads."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._state = most, 0, ""
        self._found: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, state: str, key: Hashable) -> Any | None:
        """What was put under `key` in this very state; None where nothing was."""
        with self._lock:
            if not state or state != self._state or key not in self._found:
                return None
            self._found.move_to_end(key)
            return self._found[key][0]

    def put(self, state: str, key: Hashable, value: Any, size: int = 1) -> None:
        """Keeps `value`, whose `size` counts towards the most there may be; what another state made is forgotten."""
        if not state or size > self._most:
            return
        with self._lock:
            if state != self._state:
                self._found.clear()
                self._size, self._state = 0, state
            self._size += size - self._found.pop(key, (None, 0))[1]
            self._found[key] = value, size
            while self._size > self._most:
                self._size -= self._found.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forgets everything."""
        self.put("nothing", "nothing", None, 0)


THINGS = Kept(MOST_THINGS)


def state() -> str:
    """The state of the database that this request began with; "" inside a transaction, and in what may write."""
    return once(_NAME, _read_state) if reading() else ""


def is_wanted() -> bool:
    """Whether this request will ask for the state, and may be told by a statement that reads it as well."""
    return reading() and not connection.in_atomic_block


def is_told(text: str) -> None:
    """The state, from this request's first statement; if it was asked for before, that stands, being older."""
    once(_NAME, lambda: text)


def _read_state() -> str:
    if connection.in_atomic_block:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STATE}")
        return str(cursor.fetchone()[0])


def while_unchanged(name: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read again only when something has been committed since. `read` asks the database alone.

    Each request gets a shallow copy of a model or a list, so that what it hangs on it stays with that request. Where
    something may be written, it is read each time.
    """
    return once(("unchanged", name), lambda: _while_unchanged(name, read))


def _while_unchanged(name: Hashable, read: Callable[[], T]) -> T:
    at = state()
    found: tuple[T] | None = THINGS.get(at, name)
    if found is None:
        found = (read(),)
        THINGS.put(at, name, found)
    return copy.copy(found[0]) if isinstance(found[0], (models.Model, list, dict)) else found[0]
