"""The rows behind a value, for programs: the same lists and the same scope as on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.models import Company, User
from core.money import text as money_text
from core.periods import Period
from metrics.definitions.base import Metric
from metrics.models import MetricRun
from metrics.models.runs import member_scope
from scoreboard.api.problems import not_found, wrong
from scoreboard.rowsets import RowColumn, Rows, RowSet, rows_of, rowset_of
from scoreboard.views_of_time import parse

ORIGIN = ("source__name", "batch_id", "line")
ORIGIN_NAMES = ("source", "import", "line")


@dataclass(frozen=True)
class Found:
    """The rows of one question, not yet read."""

    metric: Metric
    rowset: RowSet
    rows: Rows
    period: Period | None

    @property
    def has_currency(self) -> bool:
        """Whether the rows carry money, and so a currency."""
        return any(c.kind == "money" for c in self.rowset.columns)

    @property
    def paths(self) -> list[str]:
        """What is read of each row."""
        return [*(c.path for c in self.rowset.columns), *(["currency"] if self.has_currency else []), *ORIGIN]

    @property
    def names(self) -> list[str]:
        """What each of them is called."""
        own = [c.heading.lower().replace(" ", "_") for c in self.rowset.columns]
        return [*own, *(["currency"] if self.has_currency else []), *ORIGIN_NAMES]


def find(user: User, metric: Metric, *, period: str, of: str, search: str) -> Found:
    """The rows that `user` may see. Raises Refusal: 404 where there is no list or no such part, 422 for nonsense."""
    rowset, run = rowset_of(metric), MetricRun.newest()
    if rowset is None or run is None:
        raise not_found("There is no list of rows behind this metric.")
    within = None if period == "all" else _period(period, run.as_of)
    part = _part(user, metric, of) if of else None
    try:
        rows = rows_of(metric, rowset, user, period=within, parts=(part,) if part else (), search=search.strip())
    except ValueError as error:
        raise wrong(f"{error}.", "of") from None
    return Found(metric, rowset, rows.order_by(f"-{rowset.day}" if rowset.day else "-starts_on", "-pk"), within)


def document(found: Found, limit: int, offset: int) -> dict[str, Any]:
    """One page of them."""
    kinds = [c.kind for c in found.rowset.columns]
    values = found.rows.values_list("pk", *found.paths)[offset : offset + limit]
    listed = [
        {"id": pk, **dict(zip(found.names, map(_typed, cells, [*kinds, *_REST]), strict=False))}
        for pk, *cells in values
    ]
    return {
        "metric": found.metric.key, "object": found.rowset.object,
        "start": found.period.start.isoformat() if found.period else None,
        "end": found.period.end.isoformat() if found.period else None,
        "count": found.rows.count(), "limit": limit, "offset": offset, "rows": listed,
    }  # fmt: skip


_REST = ["text"] * 4


def table(found: Found) -> Iterator[list[Any]]:
    """All of them with their headings, read in blocks."""
    columns = found.rowset.columns
    yield found.names
    for values in found.rows.values_list(*found.paths).iterator(chunk_size=5000):
        yield [*(_plain(v, c) for v, c in zip(values, columns, strict=False)), *values[len(columns) :]]


def _plain(value: Any, column: RowColumn) -> Any:
    return value if value is None or column.kind not in ("money", "rate", "minutes") else money_text(value)


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "money":
        return money_text(value)
    if kind in ("rate", "minutes"):
        return float(Decimal(value).scaleb(-4))
    return value.isoformat() if isinstance(value, date) else value


def _period(code: str, as_of: date) -> Period:
    try:
        return parse(code, Company.current().calendar, as_of).period
    except (ValueError, OverflowError) as error:
        raise wrong(f"{error}.", "period") from None


def _part(user: User, metric: Metric, of: str) -> tuple[str, str]:
    dim, separator, member = of.partition(":")
    mine = user.sees_everything or member in member_scope(user).get(dim, [])
    if not separator or dim not in metric.dims or not mine:
        raise not_found("There is no such part of the company that this token may see.")
    return dim, member
