"""Figures over the whole ledger, kept from one change of it to the next.

A figure is kept under the version of the ledger that it was computed from, so that nobody has to remember to throw it
away: after an import, an undo or a merge the version is another one, and the figure is computed again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from core.copy import scalar

KEEP = 7 * 24 * 3600  # seconds
T = TypeVar("T")

# Every import and every undo leaves another moment in its batch, every merge and every decision a row or moment:
# a version never comes back. Sums of hashes do not depend on the order of the rows, nor on who committed first.
_VERSION = (
    "SELECT (SELECT coalesce(sum(hashtextextended(id || status || coalesce(finished_at::text, ''), 0)), 0) "
    "FROM revenue_importbatch WHERE status IN ('done', 'undone')) || ' ' || "
    "(SELECT coalesce(sum(hashtextextended(id || decision || coalesce(reversed_at::text, ''), 0)), 0) "
    "FROM revenue_merge WHERE decision <> 'declined') || ' ' || "
    "(SELECT coalesce(sum(hashtextextended(id || coalesce(reversed_at::text, ''), 0)), 0) "
    "FROM revenue_missingdecision)"
)


def version() -> str:
    """What the ledger is made of now: another text after every import, undo, merge and decision, in one small query."""
    return str(scalar(_VERSION))


def kept(name: str, compute: Callable[[], T], *, at: str) -> T:
    """What `compute` says of the ledger at the version `at`, from the cache where it has been asked before.

    The newest version is kept alone. What was computed while the ledger changed is returned, and not kept. Plain
    values only: they are pickled and outlive an upgrade, so that another shape needs another `name`.
    """
    key = f"ledger:{name}".replace(" ", "-")
    found: tuple[str, T] | None = cache.get(key)
    if found is not None and found[0] == at:
        return found[1]
    made = compute()
    if version() == at:
        cache.set(key, (at, made), KEEP)
    return made
