"""Background work on packs. Redis only rings; what is to be done stands in PostgreSQL."""

from __future__ import annotations

from celery import shared_task

from scoreboard.models.packs import Pack
from scoreboard.packs import jobs


@shared_task(name="scoreboard.packs.tasks.make_next")
def make_next() -> str:
    """Makes one pack, then rings for the next, so that other work comes between. Returns what was done, for the log."""
    pack = jobs.make_next()
    if pack is None:
        return "nothing waits, or another worker is at it"
    jobs.ring_stale()
    return f"pack {pack.pk}: {Pack.objects.values_list('status', flat=True).get(pk=pack.pk)}"


@shared_task(name="scoreboard.packs.tasks.ring_stale")
def ring_stale() -> str:
    """Rings for packs that nobody works on: their ring was lost, or their worker is gone."""
    return f"{jobs.ring_stale()} wait"
