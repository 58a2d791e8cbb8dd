"""Where apps above `coaching` plug in, so that imports keep pointing one way.

`metrics` appends to `on_change` what recomputes, and sets `read_numbers` to `metrics.published.read`, both in its
`AppConfig.ready`. Without them the pages work and say that nothing has been computed yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db import transaction

from coaching.policy import WEEKLY_HOURS
from core.models import User

log = logging.getLogger(__name__)


class Number(Protocol):
    """A published number, as `metrics.published.Number` has it."""

    @property
    def member(self) -> str: ...
    @property
    def period(self) -> date | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def n(self) -> int: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def status(self) -> str: ...


class Values(Protocol):
    """Published numbers of one run, as `metrics.published.Values` has them."""

    @property
    def run(self) -> Any: ...

    def get(
        self, metric: str, grain: Any, period: date | None = None, *, of: tuple[str, str] | None = None
    ) -> Number | None: ...


class ReadNumbers(Protocol):
    """The signature of `metrics.published.read`, as far as it is used here."""

    def __call__(
        self, user: User, metrics: Collection[str], *, grains: Collection[Any] = ..., dims: Collection[str] = ...,
        since: date | None = ..., until: date | None = ...,
    ) -> Values: ...  # fmt: skip


on_change: list[Callable[[set[str]], None]] = []
read_numbers: ReadNumbers | None = None
weekly_hours: Callable[[], Decimal] = WEEKLY_HOURS.normalize  # the policy's hours per rep and week


def changed(objects: set[str]) -> None:
    """Tells everyone in `on_change`, after the commit, that rows of these objects changed.

    What listens may fail (the broker is down): the session is kept all the same, and the next recomputation sees it.
    """
    for listener in tuple(on_change):
        transaction.on_commit(lambda tell=listener: _tell(tell, objects))  # type: ignore[misc]


def _tell(listener: Callable[[set[str]], None], objects: set[str]) -> None:
    try:
        listener(set(objects))
    except Exception:
        log.exception("a listener failed after %s changed", ", ".join(sorted(objects)))
