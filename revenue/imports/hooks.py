"""What other apps do after an import or an undo, registered from their `AppConfig.ready`.

`promoted` runs inside the transaction of the import, for rows that follow from others; `changed` runs after the commit
and says which objects have new rows, so that the numbers made of them can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from django.db import transaction

from revenue.models import ImportBatch

Promoted = Callable[[ImportBatch], None]


class Changed(Protocol):
    """A listener. With `wait` the caller wants the consequences to be there when the call returns."""

    def __call__(self, objects: set[str], *, wait: bool = False) -> None: ...


promoted: list[Promoted] = []
changed_objects: list[Changed] = []


def after_promotion(batch: ImportBatch, *, changed: bool) -> None:
    """Runs the registered followers of an import."""
    for follow in promoted:
        follow(batch)
    if changed:
        after_change({batch.object})


def after_change(names: set[str]) -> None:
    """Tells, once the transaction is committed, that rows of these objects changed."""
    transaction.on_commit(lambda: tell(names))


def tell(names: set[str], *, wait: bool = False) -> None:
    """Tells the registered listeners that rows of these objects changed."""
    if _collecting:
        _collecting[-1].update(names)
    elif names:
        for listener in changed_objects:
            listener(names, wait=wait)


_collecting: list[set[str]] = []


@contextmanager
def collected() -> Iterator[set[str]]:
    """Collects what changes inside the block, so that many imports are followed by one computation."""
    names: set[str] = set()
    _collecting.append(names)
    try:
        yield names
    finally:
        _collecting.pop()
