"""Background work on imports. Redis only rings; what is to be done stands in PostgreSQL."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db.models import F
from django.utils import timezone

from revenue.imports import hooks, work
from revenue.imports.failure import fail
from revenue.imports.pipeline import process
from revenue.models import ImportFile

log = structlog.get_logger()


def ring(file_id: int) -> None:
    """Tells a worker that a file waits. A lost ring costs a minute: `ring_stale` rings again."""
    try:
        import_file.delay(file_id)
    except import_file.OperationalError as error:
        log.warning("the broker does not answer; the file will be taken up later", file=file_id, error=str(error))


@shared_task(name="revenue.tasks.import_file")
def import_file(file_id: int) -> str:
    """Imports one file, unless it is finished or somebody is at it. Returns what was done, for the log."""
    with work.claim(file_id) as held:
        if not held:
            return "somebody is at it"
        done = run_file(file_id)
    hooks.settle()
    return done


def run_file(file_id: int) -> str:
    """Imports one file that this process has claimed."""
    waiting = ImportFile.objects.filter(pk=file_id, finished_at=None)
    if not waiting.update(attempts=F("attempts") + 1):
        return "nothing to do"
    file = ImportFile.objects.get(pk=file_id)
    if file.attempts > work.MAX_ATTEMPTS:
        fail(file, f"Importing it stopped {work.MAX_ATTEMPTS} times in the middle; see the worker's log.")
        return "given up"
    try:
        batches = process(file)
    except Exception as error:
        log.exception("import failed", file=file_id)
        fail(file, f"{type(error).__name__}: {error}")
        return "failed"
    ImportFile.objects.filter(pk=file_id).update(finished_at=timezone.now())
    return ", ".join(f"{b.object or 'unknown'}: {b.status}" for b in batches)


@shared_task(name="revenue.tasks.ring_stale")
def ring_stale() -> int:
    """Rings again for files that wait and that nobody works on. Returns how many."""
    waiting = ImportFile.objects.filter(finished_at=None).values_list("pk", flat=True)
    stale = [pk for pk in waiting if not work.is_claimed(pk)]
    for pk in stale:
        ring(pk)
    return len(stale)
