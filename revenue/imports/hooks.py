"""What other apps do after an import or an undo, registered from their `AppConfig.ready`.

`promoted` and `changed` run inside the transaction of the import, so that their rows are there if and only if its own
are; `settled` runs when a piece of work is over and the consequences can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from revenue.models import ImportBatch


class Settle(Protocol):
    """Draws the consequences of what has changed: soon, by a worker, or with `wait` before the call returns."""

    def __call__(self, *, wait: bool) -> None: ...


promoted: list[Callable[[ImportBatch], None]] = []
changed: list[Callable[[set[str]], None]] = []
settled: list[Settle] = []


def after_promotion(batch: ImportBatch, *, with_changes: bool) -> None:
    """Runs the registered followers of an import, inside its transaction."""
    for follow in promoted:
        follow(batch)
    if with_changes:
        after_change({batch.object})


def after_change(objects: set[str]) -> None:
    """Notes, inside the transaction, that rows of these objects changed."""
    for note in changed:
        note(objects)


def settle(*, wait: bool = False) -> None:
    """Has the consequences drawn."""
    for draw in settled:
        draw(wait=wait)
