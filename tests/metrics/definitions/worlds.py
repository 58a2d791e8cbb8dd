"""Short ways to write frames and read values in tests. Money is given in currency units as text or int."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from core.money import to_units
from core.periods import Calendar, Grain
from metrics.definitions.engine import evaluate
from metrics.definitions.exact import exact
from metrics.definitions.frames import SCHEMAS, Frames, build
from metrics.definitions.policy import Policy, Setting
from metrics.definitions.registry import get

MONEY = {"net", "cost", "list_amount", "amount", "annual", "list_price", "unit_cost", "change", "annual_revenue"}
NUMBERS = {"quantity", "probability", "minutes", "selling", "other", "overtime", "sick_days", "hours", "score"}
MINUTES = {"best_practice", "productivity", "deal_review", "anecdote"}


def units(value: Any) -> int:
    """Ten-thousandths of a number or its text."""
    return to_units(Decimal(str(value)))


def table(name: str, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """A frame from rows whose amounts and numbers are in whole units and whose days are dates or ISO texts."""
    scaled = MONEY | NUMBERS | MINUTES
    ready = []
    for row in rows:
        ready.append({
            key: units(value) if key in scaled and value is not None
            else pd.Timestamp(value) if value is not None and SCHEMAS[name].get(key) == "datetime64[s]" else value
            for key, value in row.items()
        })  # fmt: skip
    return build(name, ready)


def frames(**rows: Iterable[dict[str, Any]]) -> Frames:
    """Frames from rows per table name."""
    return Frames(**{name: table(name, list(given)) for name, given in rows.items()})


def setting(as_of: str | date, *, fiscal_start: int = 1, policy: Policy | None = None, **rest: Any) -> Setting:
    """A setting on a day."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return Setting(as_of=day, calendar=Calendar(fiscal_start), policy=policy or Policy(), **rest)


def values(
    key: str, world: Frames, as_of: str | Setting, grain: str = "all", by: tuple[str, ...] = ()
) -> dict[Any, Decimal | None]:
    """{period (ISO text, None for `all` and undated)} or {(period, *members)} → exact value."""
    metric = get(key)
    how = setting(as_of) if isinstance(as_of, str) else as_of
    found = evaluate([metric], world, setting=how, by=by, grains=[Grain(grain)])
    answer: dict[Any, Decimal | None] = {}
    own = (*by, *metric.own_dims)
    for row in found.to_dict("records"):
        period = None if pd.isna(row["period"]) else str(row["period"].date())
        names = tuple(None if pd.isna(row[dim]) else row[dim] for dim in own)
        answer[(period, *names) if own else period] = exact(metric, row)
    return answer


def rows(key: str, world: Frames, as_of: str | Setting, grain: str = "all", by: tuple[str, ...] = ()) -> pd.DataFrame:
    """The long table itself."""
    how = setting(as_of) if isinstance(as_of, str) else as_of
    return evaluate([get(key)], world, setting=how, by=by, grains=[Grain(grain)])


def one(key: str, world: Frames, as_of: str | Setting, grain: str = "all") -> Decimal | None:
    """The only value there is."""
    (value,) = values(key, world, as_of, grain).values()
    return value
