"""Background computation. What is due stands in PostgreSQL: the objects that changed since the last published run."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from core.models import Company
from metrics.compute.runs import compute, touched_metrics
from metrics.models import Due, MetricRun


def follow(objects: set[str], *, wait: bool = False) -> None:
    """What happens after rows of these objects changed: with `wait` a computation here, else one by a worker."""
    if wait:
        newest = MetricRun.newest()
        compute(metrics=None if newest is None else touched_metrics(objects))
    else:
        mark_due(objects)


def mark_due(objects: set[str]) -> None:
    """Notes that rows of these objects changed and rings for a computation."""
    Due.objects.bulk_create([Due(object=name) for name in sorted(objects)])
    transaction.on_commit(ring)


def ring() -> None:
    """Tells a worker that a computation is due; a lost ring costs a minute."""
    try:
        recompute_if_due.apply_async(countdown=1, expires=600)
    except recompute_if_due.OperationalError:
        return


@shared_task(name="metrics.tasks.recompute_if_due")
def recompute_if_due() -> str:
    """Computes what has changed; everything once a day, since "to date" moves with the day."""
    newest = MetricRun.newest()
    due = list(Due.objects.values_list("pk", "object"))
    stale = newest is not None and newest.as_of < Company.current().today()
    if not due and not stale:
        return "nothing is due"
    run = compute(metrics=None if stale or newest is None else touched_metrics({name for _, name in due}))
    Due.objects.filter(pk__in=[pk for pk, _ in due]).delete()
    return f"run {run.pk}: {run.values_count} values"
