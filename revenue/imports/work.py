"""Who works on what: the row in PostgreSQL is the truth, a database lock is the claim.

A worker holds a session-level advisory lock on the file it works on. If the worker or its connection dies, the database
lets go of the lock at once, and whoever rings next may take the file up: there is no time-out to guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from celery import current_app
from django.db import InterfaceError, OperationalError
from django.db.models import Min, Q
from kombu.exceptions import OperationalError as BrokerError

from core.copy import run, scalar
from revenue.models import ImportFile, Status

log = structlog.get_logger()

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


def ring(file_id: int) -> None:
    """Tells a worker that a file waits. A lost ring costs a minute: it is rung again for what is stale."""
    try:
        current_app.send_task("revenue.tasks.import_file", [file_id])
    except BrokerError as error:
        log.warning("the broker does not answer; the file will be taken up later", file=file_id, error=str(error))


def ring_waiting() -> int:
    """Rings for files that wait and that nobody works on. Returns how many."""
    stale = [pk for pk in waiting() if not is_claimed(pk)]
    for pk in stale:
        ring(pk)
    return len(stale)
