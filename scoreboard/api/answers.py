"""A metric's document in the scope of one person: what `manage.py metric` prints, narrowed to what they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.models import User
from core.periods import Grain
from metrics.answers import Json, answer, of_model, spans_days
from metrics.compute.families import stored
from metrics.definitions.base import Metric
from metrics.models import MetricRun
from metrics.models.runs import member_scope
from metrics.published import home_of
from scoreboard.api.problems import not_found, wrong
from scoreboard.reading import METRICS

OWN = ("team", "rep")  # the dimensions by which somebody who does not see the whole company may cut


@dataclass(frozen=True)
class Query:
    """What is asked of one metric."""

    key: str
    grain: Grain = Grain.ALL
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    model: str = ""
    as_of: int | None = None

    def saved(self) -> dict[str, Any]:
        """As a feed keeps it."""
        return {
            "key": self.key, "grain": str(self.grain), "by": list(self.by), "where": dict(self.where),
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None, "model": self.model,
        }  # fmt: skip


def of_saved(saved: Mapping[str, Any]) -> Query:
    """The query that a feed keeps."""
    since, until = (date.fromisoformat(saved[name]) if saved.get(name) else None for name in ("from", "to"))
    return Query(
        saved["key"], Grain(saved["grain"]), tuple(saved["by"]), dict(saved["where"]), since, until, saved["model"]
    )


def metric_of(key: str) -> Metric:
    """The metric. Raises Refusal (404)."""
    metric = METRICS.get(key)
    if metric is None:
        raise not_found(f"There is no metric {key!r}; /api/v1/metrics lists all of them.")
    return metric


def run_of(number: int | None) -> MetricRun:
    """The published run of that number, the newest for None. Raises Refusal (404)."""
    if number is None:
        newest = MetricRun.newest()
        if newest is None:
            raise not_found("Nothing has been computed yet: import files first.")
        return newest
    run = MetricRun.objects.filter(pk=number, published_at__isnull=False).first()
    if run is None:
        raise not_found(f"There is no published run {number}.")
    return run


def is_stored(query: Query) -> bool:
    """Whether published values answer it, rather than a computation from the ledger."""
    span = spans_days(query.grain, query.since, query.until)
    return not query.where and not span and stored(metric_of(query.key), query.by, query.grain)


def document(query: Query, user: User, run: MetricRun) -> Json:
    """The document, limited to what `user` may see. Raises Refusal.

    Somebody who does not see the whole company gets the numbers of their own team, or their own, where no cut is
    asked for: their whole. They may cut by team and rep, and name members of their scope; anything else is not there.
    """
    metric = metric_of(query.key)
    by, where = query.by, dict(query.where)
    if not user.sees_everything:
        if set(by) - set(OWN) or not all(_in_scope(user, dim, member) for dim, member in where.items()):
            raise not_found("There is no such cut that this token may see.")
        if not set(by) & set(OWN):
            dim, member = home_of(user)
            if dim not in metric.dims:
                raise not_found(f"{metric.key} is the company's; it has no value for a team or a rep.")
            by = (dim, *by)
            return _kept(_ask(metric, query, by, where, run, user), query, {dim: [member]})
    found = _ask(metric, query, by, where, run, user)
    return _kept(found, query, {} if user.sees_everything else member_scope(user))


def _ask(metric: Metric, query: Query, by: tuple[str, ...], where: dict[str, str], run: MetricRun, user: User) -> Json:
    try:
        return answer(
            metric.key, grain=query.grain, by=by, where=where, since=query.since, until=query.until,
            run=run if query.as_of is not None else None, user=user,
        )  # fmt: skip
    except (KeyError, ValueError) as error:
        raise wrong(f"{error.args[0]}.") from None


def _kept(found: Json, query: Query, scope: Mapping[str, list[str]]) -> Json:
    """The rows of the scope: what is computed on demand has not been narrowed yet."""
    if scope:
        rows = [r for r in found["rows"] if all(r["by"][d] in m for d, m in scope.items() if d in r["by"])]
        found = {**found, "rows": rows}
    try:
        return of_model(found, query.model) if query.model else found
    except ValueError as error:
        raise wrong(f"{error.args[0]}.") from None


def _in_scope(user: User, dim: str, member: str) -> bool:
    return member in member_scope(user).get(dim, [])
