"""Who works on what: the row in PostgreSQL is the truth, a database lock is the claim.

A worker holds a session-level advisory lock on the file it works on. If the worker or its connection dies, the database
lets go of the lock at once, and whoever rings next may take the file up: there is no time-out to guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError
from django.db.models import Min, Q

from core.copy import run, scalar
from revenue.models import ImportFile, Status

_FILES = 7_305_002  # namespace of the locks on files
MAX_ATTEMPTS = 5


@contextmanager
def claim(file_id: int) -> Iterator[bool]:
    """Whether this process now holds the file; it is let go at the end of the block."""
    held = bool(scalar("SELECT pg_try_advisory_lock(%s, %s)", [_FILES, file_id]))
    try:
        yield held
    finally:
        if held:
            # A connection that is gone has let go already, and its fault is the one to tell.
            with suppress(InterfaceError, OperationalError):
                run("SELECT pg_advisory_unlock(%s, %s)", [_FILES, file_id])


def is_claimed(file_id: int) -> bool:
    """Whether some process works on the file right now."""
    return bool(
        scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [_FILES, file_id],
        )
    )


def waiting() -> list[int]:
    """Files that wait to be imported, in the order of the as-of of what waits in them: then each is read only once."""
    queued = Min("batches__as_of", filter=Q(batches__status=Status.QUEUED))
    found = ImportFile.objects.filter(finished_at=None).alias(asked=queued)
    return list(found.order_by("asked", "pk").values_list("pk", flat=True))
