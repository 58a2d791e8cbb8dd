"""Answers about one metric in the shape of the command line and the API: amounts as text, rates as fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from core.models import User
from core.periods import Grain
from metrics.compute.ondemand import evaluate_filtered
from metrics.compute.runs import stored
from metrics.compute.store import JOINT
from metrics.definitions import registry
from metrics.definitions.base import Metric, Unit
from metrics.definitions.exact import exact, part
from metrics.models import MetricRun, MetricValue

Json = dict[str, Any]
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

    `user` limits the rows to what that person may see. Raises KeyError for an unknown metric, ValueError for a cut
    that it does not have or if nothing has been published yet.
    """
    metric = registry.get(key)
    published = run or MetricRun.newest()
    if published is None:
        raise ValueError("nothing has been computed yet: import files, or run `manage.py recompute`")
    if where or not stored(metric, by, grain):
        rows = _computed(metric, grain, by, where or {}, run)
    else:
        rows = _published(metric, grain, by, published, user)
    kept = [r for r in rows if _within(r["period"], since, until)]
    return {
        "metric": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        "grain": str(grain),
        "definition": metric.formula,
        "version": metric.version,
        "as_of": published.as_of.isoformat(),
        "run": published.pk,
        "missing_rates": published.inputs.get("missing_rates", {}),
        "rows": kept,
    }


def of_model(document: Json, model: str) -> Json:
    """The document with the rows of one attribution model alone."""
    return {**document, "rows": [row for row in document["rows"] if row["by"].get("model") == model]}


def as_table(document: Json) -> list[list[Any]]:
    """A document as headings and rows, one column per dimension; None is an empty cell."""
    rows = document["rows"]
    dims = list(rows[0]["by"]) if rows else []
    parts = ("numerator", "denominator", "n", "value", "status")
    cells = ([r["period"], *(r["by"][d] for d in dims), *(r[p] for p in parts)] for r in rows)
    return [["period", *dims, *parts], *cells]


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
    metric: Metric, grain: Grain, by: Sequence[str], where: Mapping[str, str], run: MetricRun | None
) -> list[Json]:
    table = evaluate_filtered(metric, by=by, grain=grain, where=where, run=run)
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
