"""What other apps do after an import or an undo, registered from their `AppConfig.ready`.

`promoted` and `changed` run inside the transaction of the import, so that their rows are there if and only if its own
are; `settled` runs when a piece of work is over and the consequences can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from revenue.models import ImportBatch


class Settle(Protocol):
    """Draws the consequences of what has changed: soon, by a worker, or with `wait` before the call returns."""

    def __call__(self, *, wait: bool) -> None: ...


class Note(Protocol):
    """Notes that rows of objects changed, none of which bears a day before `since`, or bore one (None: any day)."""

    def __call__(self, objects: set[str], since: date | None) -> None: ...


promoted: list[Callable[[ImportBatch], None]] = []
changed: list[Note] = []
settled: list[Settle] = []


def after_promotion(batch: ImportBatch, *, with_changes: bool, since: date | None = None) -> None:
    """Runs the registered followers of an import, inside its transaction."""
    for follow in promoted:
        follow(batch)
    if with_changes:
        after_change({batch.object}, since)


def after_change(objects: set[str], since: date | None = None) -> None:
    """Notes, inside the transaction, that rows of these objects changed: since a day, or of any."""
    for note in changed:
        note(objects, since)


def settle(*, wait: bool = False) -> None:
    """Has the consequences drawn."""
    for draw in settled:
        draw(wait=wait)
