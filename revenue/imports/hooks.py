"""What other apps do after an import or an undo, registered from their `AppConfig.ready`.

`promoted` and `changed` run inside the transaction of the import, so that their rows are there if and only if its own
are; `settled` runs when a piece of work is over and the consequences can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from revenue.models import ImportBatch, Rep


class Settle(Protocol):
    """Draws the consequences of what has changed: soon, by a worker, or with `wait` before the call returns."""

    def __call__(self, *, wait: bool) -> None: ...


class Note(Protocol):
    """Notes that rows of objects changed, none of which bears a day before `since`, or bore one (None: any day).

    `batch`: the import all of whose rows, and no others, are new or another.
    """

    def __call__(self, objects: set[str], since: date | None, batch: int | None) -> None: ...


promoted: list[Callable[[ImportBatch], None]] = []
changed: list[Note] = []
settled: list[Settle] = []


def after_promotion(batch: ImportBatch, *, with_changes: bool, since: date | None = None) -> None:
    """Runs the registered followers of an import, inside its transaction."""
    for follow in promoted:
        follow(batch)
    if with_changes and Rep.objects.filter(created_batch=batch, implied=True).exists():
        after_change({batch.object, "reps"})  # of two reps with one name each has another label than alone
    elif with_changes:
        after_change({batch.object}, since, None if since is None else batch.pk)


def after_change(objects: set[str], since: date | None = None, batch: int | None = None) -> None:
    """Notes, inside the transaction, that rows of these objects changed: since a day, or of any; those of an import."""
    for note in changed:
        note(objects, since, batch)


def settle(*, wait: bool = False) -> None:
    """Has the consequences drawn."""
    for draw in settled:
        draw(wait=wait)
