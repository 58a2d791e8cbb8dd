"""What was worked out from the whole ledger, kept until something is written that could change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Max

from core.models import AuditEvent
from revenue.models import ImportBatch

T = TypeVar("T")
KEPT = 24 * 3600


def kept(name: str, today: date, work_out: Callable[[], T]) -> T:
    """What `work_out` gave, once for each state of the ledger and day.

    The state is told by the newest import that ended and the newest audit row, which whatever people do to the ledger
    (undo, merge, log a session) leaves in its own transaction. A change that ends while `work_out` reads gets a new
    name, and so is not hidden from the next visit.
    """
    ended = ImportBatch.objects.aggregate(last=Max("finished_at"), n=Count("finished_at"))
    newest = AuditEvent.objects.aggregate(last=Max("pk"))["last"]
    state = f"{today:%Y%m%d}:{ended['n']}:{ended['last']:%Y%m%d%H%M%S%f}" if ended["last"] else f"{today:%Y%m%d}"
    key = f"ledger:{name}:{state}:{newest}"
    found: tuple[T] | None = cache.get(key)
    if found is None:
        found = (work_out(),)
        cache.set(key, found, KEPT)
    return found[0]
