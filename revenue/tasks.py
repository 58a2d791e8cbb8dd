"""Background work on imports. Redis only rings; what is to be done stands in PostgreSQL."""

from __future__ import annotations

import time

import structlog
from celery import shared_task
from celery.signals import worker_ready
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from revenue import near_misses, quality
from revenue.imports import hooks, inbox, work
from revenue.imports.failure import fail
from revenue.imports.pipeline import process
from revenue.models import ImportFile

log = structlog.get_logger()
ring = work.ring


_LOST = (OperationalError, InterfaceError)  # the database is away: it may be back in seconds, and a ring is a minute


@shared_task(name="revenue.tasks.import_file", autoretry_for=_LOST, retry_backoff=2, retry_jitter=False, max_retries=5)
def import_file(file_id: int) -> str:
    """Imports one file, unless it is finished or somebody is at it. Returns what was done, for the log."""
    with work.claim(file_id) as held:
        if not held:
            return "somebody is at it"
        done = run_file(file_id)
    work.ring_waiting()  # imports with a later as-of have made room for this one
    hooks.settle()
    return done


def run_file(file_id: int) -> str:
    """Imports one file that this process has claimed. What raises is a lost database: the file waits for the next."""
    waiting = ImportFile.objects.filter(pk=file_id, finished_at=None)
    if not waiting.update(attempts=F("attempts") + 1):
        return "nothing to do"
    file = ImportFile.objects.get(pk=file_id)
    if file.attempts > work.MAX_ATTEMPTS:
        fail(file, f"Importing it stopped {work.MAX_ATTEMPTS} times in the middle; see the worker's log.")
        return "given up"
    try:
        batches = process(file)
    except _LOST as error:
        log.warning("the database went away; the file will be taken up again", file=file_id, error=str(error))
        connection.close()
        raise
    except Exception as error:
        log.exception("import failed", file=file_id)
        fail(file, f"{type(error).__name__}: {error}")
        return "failed"
    return ", ".join(f"{b.object or 'unknown'}: {b.status}" for b in batches)


def work_off() -> None:
    """Imports here and now what waits, beside the workers if there are any, and returns when nothing does."""
    while files := work.waiting():
        for pk in files:
            with work.claim(pk) as held:
                if held:
                    run_file(pk)
                    break  # what waits, and in which order, may be another list now
        else:
            time.sleep(_A_MOMENT)


_A_MOMENT = 0.2


@shared_task(name="revenue.tasks.ring_stale")
def ring_stale() -> int:
    """Rings again for files whose ring was lost, or whose worker was."""
    return work.ring_waiting()


def keep(*, wait: bool) -> None:
    """Has the figures of the whole ledger counted before somebody asks: by a worker, or with `wait` here and now."""
    if wait:
        keep_figures()
        return
    try:
        keep_figures.apply_async(expires=600)
    except keep_figures.OperationalError as error:
        log.warning("the broker does not answer; the figures are counted when a page asks", error=str(error))


@shared_task(name="revenue.tasks.keep_figures")
def keep_figures() -> str:
    """Counts what the pages on data quality and near-miss names show, unless imports are under way: each rings.

    Does next to nothing where neither the ledger nor the day has changed.
    """
    if ImportFile.objects.filter(finished_at=None).exists():
        return "imports are under way"
    quality.known()
    near_misses.known()
    return "counted"


@worker_ready.connect
def take_up(**_: object) -> None:
    """A worker that has just started takes up at once what one before it left in the middle."""
    try:
        work.ring_waiting()
    except _LOST as error:
        log.warning("the database does not answer yet; what waits is taken up by the minute", error=str(error))
    finally:
        connection.close()


@shared_task(name="revenue.tasks.watch_inbox")
def watch_inbox() -> str:
    """Takes in what lies in the watched folder and moves on what is finished."""
    moved, taken = inbox.move_on(), inbox.take_in()
    return f"{len(taken)} taken in, {len(moved)} moved on"
