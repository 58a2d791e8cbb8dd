"""Background computation. What is due stands in PostgreSQL: the objects that changed since the last published run."""

from __future__ import annotations

from datetime import date, timedelta

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core.models import Company
from metrics.compute.digests import code_version
from metrics.compute.runs import compute, one_at_a_time, touched_metrics
from metrics.frames import LOADERS
from metrics.hooks import after_publishing
from metrics.models import Due, MetricRun, ObjectChange
from revenue.models import ImportFile


def mark_due(objects: set[str], since: date | None = None, batch: int | None = None) -> None:
    """Notes, in the caller's transaction, that rows of these objects changed.

    `since` is the earliest day that these rows bear now or bore before; None if periods of any day may be touched.
    `batch` is the import all of whose rows, and no others, are new or another.
    """
    Due.objects.bulk_create([Due(object=name, since=since) for name in sorted(objects)])
    ObjectChange.objects.bulk_create([ObjectChange(object=name, batch=batch) for name in sorted(objects)])


def mark_all_due() -> None:
    """Notes, in the caller's transaction, that every number is due (the calendar is another), and rings after it."""
    mark_due({name for loader in LOADERS.values() for name in loader.objects})
    transaction.on_commit(ring)


def settle(*, wait: bool) -> None:
    """Computes what is due: by a worker, or with `wait` here and now."""
    if wait:
        compute_due()
    else:
        ring()


def follow(objects: set[str]) -> None:
    """Notes what changed and rings, for what is logged here rather than imported."""
    mark_due(objects)
    ring()


def ring() -> None:
    """Tells a worker that a computation is due; a lost ring costs a minute."""
    try:
        recompute_if_due.apply_async(expires=600)
    except recompute_if_due.OperationalError as error:
        log.warning("the broker does not answer; the numbers will be computed later", error=str(error))


def compute_due() -> MetricRun | None:
    """Computes what has changed since the last run; everything once a day, since "to date" moves, and by new code.

    None if nothing is due. Whoever waited for another's run looks again at what that one left to do.
    """
    with one_at_a_time():
        run = _compute_due()
    if run is not None:
        after_publishing(run)
    return run


def _compute_due() -> MetricRun | None:
    newest, last = MetricRun.newest(), MetricRun.objects.order_by("-pk").first()
    due = list(Due.objects.values_list("pk", "object", "since"))
    stale = newest is not None and (newest.as_of < Company.current().today() or newest.code_version != code_version())
    if not due and not stale:
        return None
    if last and last.error and last.as_of == Company.current().today() and not Due.objects.filter(
        at__gt=last.started_at
    ).exists():  # fmt: skip
        return None  # the same rows would break the same identity
    if stale or newest is None:
        run = compute()
        ObjectChange.objects.filter(at__lt=timezone.now() - FORGET).delete()
    else:
        days = [since for _, _, since in due if since is not None]
        objects = {name for _, name, _ in due}
        run = compute(metrics=touched_metrics(objects), since=min(days) if len(days) == len(due) else None)
    if not run.error:
        Due.objects.filter(pk__in=[pk for pk, _, _ in due]).delete()
    return run


log = structlog.get_logger()
FORGET = timedelta(days=90)  # after so long, what was noted of a change is of no use
PATIENCE = timedelta(minutes=2)  # so long the published numbers may wait for imports that go on and on


def _imports_wait() -> bool:
    return ImportFile.objects.filter(finished_at=None).exists()


def _age(run: MetricRun) -> timedelta:
    return timezone.now() - (run.published_at or run.started_at)


@shared_task(name="metrics.tasks.recompute_if_due")
def recompute_if_due() -> str:
    """Computes what is due, unless imports are under way: each of them rings when it is in."""
    newest = MetricRun.newest()
    if _imports_wait() and (newest is None or _age(newest) < PATIENCE):
        return "imports are under way"
    run = compute_due()
    return f"run {run.pk}: {run.values_count} values" if run else "nothing is due"
