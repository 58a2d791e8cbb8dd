"""Answers about one metric in the shape of the command line and the API: amounts as text, rates as fractions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from django.core.cache import cache

from core.models import Company, User
from core.periods import Grain
from metrics.compute.families import stored
from metrics.compute.ondemand import evaluate_filtered, made_of
from metrics.compute.store import JOINT
from metrics.definitions import registry
from metrics.definitions.attributed import MODELS
from metrics.definitions.base import Metric, Pooled, Unit
from metrics.definitions.exact import exact, part
from metrics.models import MetricRun, MetricValue
from metrics.waiting import waiting

Json = dict[str, Any]
KEPT_ROWS, KEPT_SECONDS = 20_000, 24 * 3600  # of an answer that was computed: the longest, and how long
MONEY = (Unit.MONEY, Unit.PER_DAY, Unit.PER_HOUR)


def answer(
    key: str,
    *,
    grain: Grain = Grain.ALL,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    run: MetricRun | None = None,
    user: User | None = None,
) -> Json:
    """The document of `manage.py metric`. Published values where the cut is stored, else computed on demand.

    `since` and `until` are the first day of the first period and the day before which periods begin; with the grain
    `all` they bound the days themselves. `user` limits the rows to what that person may see. A column that the metric
    always carries (the model of attributed revenue, the motion of the motion mix) need not be asked for in `by`, and
    may be, and in `where` picks its rows. Raises KeyError for an
    unknown metric, ValueError for a cut or a grain that it does not have or if nothing has been published yet.
    """
    metric = registry.get(key)
    if since is not None and until is not None and since >= until:
        raise ValueError(f"no day lies from {since} on and before {until}")
    published = run or MetricRun.newest()
    if published is None:
        raise ValueError("nothing has been computed yet: import files, or run `manage.py recompute`")
    by = tuple(dim for dim in dict.fromkeys(by) if dim not in metric.own_dims)
    picked = {name: member for name, member in (where or {}).items() if name in metric.own_dims}
    where = {dim: member for dim, member in (where or {}).items() if dim not in picked}
    spans = spans_days(grain, since, until)
    if grain not in metric.every_grain and not spans and (grain is not Grain.ALL or by or metric.own_dims):
        raise ValueError(f"{metric.key} has no values by {grain}; it has values by {_listed(metric)}")
    if spans:
        kept = _computed(metric, grain, by, where, run, (since, until))
    elif where or not stored(metric, by, grain):
        kept = _in_periods(_computed(metric, grain, by, where, run), since, until)
    else:
        kept = _in_periods(_published(metric, grain, by, published, user), since, until)
    kept = [row for row in kept if all((row["by"][name] or "") == member for name, member in picked.items())]
    everyones = user is None or user.sees_everything
    if not kept and everyones and not by and not picked:
        kept = [_nothing(metric, grain)]
    basis = published.basis(metric.reads)
    held_up = published.inputs.get("held_up", {})
    if held_up and everyones and run is None and not by and not where:
        kept = _with_waiting(metric, kept, held_up, grain, since, until)
    return {
        "metric": metric.key,
        "label": f"{metric.label} ({basis})" if basis else metric.label,
        "unit": metric.unit.value,
        "grain": str(grain),
        "definition": metric.formula,
        "version": metric.version,
        "as_of": published.as_of.isoformat(),
        "run": published.pk,
        "missing_rates": published.inputs.get("missing_rates", {}),
        "rows": kept,
    }


def spans_days(grain: Grain, since: date | None, until: date | None) -> bool:
    """Whether days of no calendar period are asked for, which runs do not store."""
    return grain is Grain.ALL and (since is not None or until is not None)


def _with_waiting(
    metric: Metric, rows: list[Json], held_up: Mapping[str, Mapping[str, int]], grain: Grain, since: date | None,
    until: date | None,
) -> list[Json]:  # fmt: skip
    """The rows with what they wait for in their status; a period of which everything waits has a row without value."""
    company = Company.current()
    periods = [date.fromisoformat(row["period"]) if row["period"] else None for row in rows]
    found = waiting(metric, held_up, company.currency, company.calendar, grain, periods, since, until)
    told = []
    for row, period in zip(rows, periods, strict=True):
        words = found.words(period)
        status = words if row["status"] == "ok" else f"{row['status']}; {words}"
        told.append({**row, "status": status} if words else row)
    if isinstance(metric.compute, Pooled):
        told += [
            _nothing(metric, grain, period, found.words(period)) for period in found.count if period not in periods
        ]
    return sorted(told, key=lambda row: (row["period"] is None, row["period"] or ""))


def _listed(metric: Metric) -> str:
    return ", ".join(str(grain) for grain in metric.every_grain)


def _nothing(metric: Metric, grain: Grain, period: date | None = None, why: str = "") -> Json:
    """The row of a metric that nothing was counted for: no value, and why."""
    status = why or metric.empty
    if not why and grain not in metric.every_grain:
        status = f"no value over all time; it has values by {_listed(metric)}"
    by = dict.fromkeys(metric.own_dims, "")
    return _row(metric, period=period, by=by, numerator=None, denominator=None, n=0, value=None, status=status)


def of_model(document: Json, model: str) -> Json:
    """The document with the rows of one attribution model alone. Raises ValueError where there is no such model."""
    if "model" not in registry.get(document["metric"]).own_dims:
        raise ValueError(f"{document['metric']} has no attribution models")
    if model not in MODELS:
        raise ValueError(f"there is no attribution model {model!r}; there are {', '.join(MODELS)}")
    return {**document, "rows": [row for row in document["rows"] if row["by"].get("model") in (model, None)]}


def as_table(document: Json) -> list[list[Any]]:
    """A document as headings and rows, one column per dimension; None is an empty cell."""
    rows = document["rows"]
    dims = list(rows[0]["by"]) if rows else []
    parts = ("numerator", "denominator", "n", "value", "status")
    cells = ([r["period"], *(r["by"][d] for d in dims), *(r[p] for p in parts)] for r in rows)
    return [["period", *dims, *parts], *cells]


def _in_periods(rows: list[Json], since: date | None, until: date | None) -> list[Json]:
    return [row for row in rows if _within(row["period"], since, until)]


def _within(period: str | None, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    if period is None:
        return False
    day = date.fromisoformat(period)
    return (since is None or day >= since) and (until is None or day < until)


def _published(metric: Metric, grain: Grain, by: Sequence[str], run: MetricRun, user: User | None) -> list[Json]:
    for dim in by:
        if dim not in metric.dims:
            known = ", ".join(metric.dims) or "nothing"
            raise ValueError(f"{metric.key} cannot be cut by {dim}; it can be cut by {known}")
    names = (*by, *metric.own_dims)
    values = MetricValue.objects.at(run).filter(metric=metric.key, grain=str(grain), dim=",".join(names))
    if user is not None:
        values = values.visible_to(user)
    order = ("period", "member")
    return [
        _row(
            metric,
            period=v.period,
            by=dict(zip(names, v.member.split(JOINT), strict=True)) if names else {},
            numerator=v.numerator,
            denominator=v.denominator,
            n=v.n,
            value=v.value,
            status=v.status,
        )
        for v in values.order_by(*order)
    ]


def _computed(
    metric: Metric, grain: Grain, by: Sequence[str], where: Mapping[str, str], run: MetricRun | None,
    span: tuple[date | None, date | None] | None = None,
) -> list[Json]:  # fmt: skip
    """Rows computed from the ledger; the same question about the same ledger is answered from the cache."""
    made = made_of(metric)
    asked = (metric.key, str(grain), tuple(by), tuple(sorted(where.items())), run.pk if run else None, span)
    name = f"answer:{made}:{hashlib.blake2b(repr(asked).encode(), digest_size=16).hexdigest()}"
    known: list[Json] | None = cache.get(name) if made else None
    if known is not None:
        return known
    rows = _evaluated(metric, grain, by, where, run, span)
    if made and len(rows) <= KEPT_ROWS:
        cache.set(name, rows, KEPT_SECONDS)
    return rows


def _evaluated(
    metric: Metric, grain: Grain, by: Sequence[str], where: Mapping[str, str], run: MetricRun | None,
    span: tuple[date | None, date | None] | None,
) -> list[Json]:  # fmt: skip
    table = evaluate_filtered(metric, by=by, grain=grain, where=where, run=run, span=span)
    names = (*by, *metric.own_dims)
    rows: Iterable[Any] = (row for _, row in table.iterrows())
    return [
        _row(
            metric,
            period=None if pd.isna(row["period"]) else row["period"].date(),
            by={name: "" if pd.isna(row[name]) else str(row[name]) for name in names},
            numerator=part(metric, row, "numerator"),
            denominator=part(metric, row, "denominator"),
            n=int(row["n"]),
            value=exact(metric, row),
            status=row["status"] or "ok",
        )
        for row in rows
    ]


def _row(
    metric: Metric,
    *,
    period: date | None,
    by: Mapping[str, str],
    numerator: Decimal | None,
    denominator: Decimal | None,
    n: int,
    value: Decimal | None,
    status: str,
) -> Json:
    money = metric.unit in MONEY
    return {
        "period": period.isoformat() if period else None,
        "by": {name: member or None for name, member in by.items()},
        "numerator": plain(numerator, money or metric.numerator_scale >= 10_000),
        "denominator": plain(denominator, metric.denominator_scale >= 10_000),
        "n": n,
        "value": plain(value, money),
        "status": status,
    }


def plain(number: Decimal | None, money: bool) -> str | int | float | None:
    """Money as its shortest exact text, other numbers as JSON numbers, no number as None."""
    if number is None:
        return None
    if money:
        text = format(number.normalize(), "f")
        return "0" if text == "-0" else text
    return int(number) if number == number.to_integral_value() else float(number)
