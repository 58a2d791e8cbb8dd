"""Setting targets by hand. What is set here stands beside what was imported and counts instead of it.

An imported row is never changed: it keeps its line in its file. A target set here for the same metric, days and scope
overrides it; taken back, the imported one counts again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from coaching.people import own_source
from core import audit
from core.models import Company, User
from core.money import BIGINT
from core.periods import Grain, Period
from metrics.definitions import registry
from metrics.definitions.base import Unit
from metrics.models import MetricValue, Target
from metrics.phasing import evenly, spread
from metrics.policy.actions import NotYours, may_change
from metrics.policy.checks import FUNCTIONS, Refused, short
from metrics.tasks import mark_due, ring
from revenue.models import Rep

LONGEST_DAYS = 3700
JOINT = "joint"  # the function of a target that sales and marketing carry together


@dataclass(frozen=True)
class Scope:
    """Whose target it is: the company's where all are None. A rep's target may name the rep's team."""

    team: str | None = None
    rep: Rep | None = None
    segment: str | None = None
    function: str | None = None


@transaction.atomic
def set_target(*, actor: User, metric: str, start: date, end: date, amount: int, scope: Scope = Scope()) -> Target:
    """Sets the target of `metric` over [start, end) to `amount` ten-thousandths of its unit, in the company currency.

    Raises Refused, with the field, for what cannot be; NotYours unless the actor may change the policy.
    """
    target = _put(_allowed(actor), _metric(metric), start, end, amount, _scope(scope))
    _recompute()
    return target


@transaction.atomic
def phase_target(
    *, actor: User, metric: str, period: Period, amount: int, scope: Scope = Scope(), seasonal: bool = False
) -> list[Target]:
    """Lays `amount` out over the months of `period`, evenly or by last year's revenue; one target a month."""
    _allowed(actor)
    key, scope = _metric(metric), _scope(scope)
    months, parts = phased(metric=key, period=period, amount=amount, scope=scope, seasonal=seasonal)
    rows = [_put(actor, key, m.start, m.end, part, scope) for m, part in zip(months, parts, strict=True)]
    _recompute()
    return rows


@transaction.atomic
def drop_target(*, actor: User, target: Target) -> None:
    """Takes a target set here back; an imported one for the same days and scope counts again. NotYours for others."""
    _allowed(actor)
    if target.source_id != own_source().pk:
        raise NotYours("What was imported is taken back by undoing its import.")
    audit.record(verb="took a target back", actor=actor, target=target, **_described(target))
    target.delete()
    _recompute()


def phased(*, metric: str, period: Period, amount: int, scope: Scope, seasonal: bool) -> tuple[list[Period], list[int]]:
    """The months of a period and their parts of `amount`; nothing is kept. Raises Refused as `phase_target` does."""
    if period.grain not in (Grain.QUARTER, Grain.YEAR):
        raise Refused("Only a quarter or a year is laid out over months.", "period")
    if not _is_money(metric):
        raise Refused("Only amounts are laid out over months; a rate is the same in each of them.", "metric")
    _amount(amount)
    calendar = Company.current().calendar
    months = [m for m in calendar.range(Grain.MONTH, period.start, period.end) if m.start < period.end]
    if not seasonal:
        return months, evenly(amount, len(months))
    try:
        return months, spread(amount, last_year([calendar.year_before(m).start for m in months], scope))
    except ValueError:
        raise Refused("No revenue is published for the same months of last year: lay it out evenly.", "how") from None


def last_year(starts: Sequence[date], scope: Scope) -> list[int]:
    """Published net revenue of these months in this scope, in ten-thousandths; 0 where there was none or less.

    Raises Refused for a scope of several dimensions, of which no revenue is published.
    """
    given = {
        "team": scope.team if scope.rep is None else None, "rep": str(scope.rep) if scope.rep else None,
        "segment": scope.segment, "source_function": scope.function,
    }  # fmt: skip
    named = [(dim, member) for dim, member in given.items() if member is not None]
    if len(named) > 1:
        raise Refused(
            "Last year's months are known for one team, rep, segment or function, not for two at once.", "how"
        )
    dim, member = named[0] if named else ("", "")
    rows = MetricValue.objects.filter(
        metric="net_revenue", grain=str(Grain.MONTH), period__in=starts, dim=dim, member=member, run_to=None
    )
    found = {period: value for period, value in rows.values_list("period", "value") if value is not None}
    return [max(0, int(found[start] * 10_000)) if start in found else 0 for start in starts]


def overridden(rows: QuerySet[Target]) -> set[int]:
    """Ids of those of `rows` that a target set here counts instead of."""
    return set(rows.exclude(pk__in=Target.objects.current().values("pk")).values_list("pk", flat=True))


def _put(actor: User, metric: str, start: date, end: date, amount: int, scope: Scope) -> Target:
    _amount(amount)
    if not start < end:
        raise Refused("The period is empty.", "period")
    if (end - start).days > LONGEST_DAYS:
        raise Refused("The period is longer than ten years.", "period")
    rep = scope.rep
    identity = [metric, str(start), str(end), scope.team, rep.pk if rep else None, scope.segment, scope.function]
    key, source = json.dumps(identity), own_source()
    before = Target.objects.filter(source=source, key=key).values_list("amount", flat=True).first()
    target, _ = Target.objects.update_or_create(
        source=source, key=key,
        defaults={
            "metric": metric, "period_start": start, "period_end": end, "amount": amount,
            "currency": Company.current().currency if _is_money(metric) else None, "team": scope.team, "rep": rep,
            "rep_ref": rep.key if rep else None, "segment": scope.segment, "function": scope.function,
        },
    )  # fmt: skip
    audit.record(verb="set a target", actor=actor, target=target, before=before, **_described(target))
    return target


def _described(target: Target) -> dict[str, Any]:
    given = {name: getattr(target, name) for name in ("team", "rep_ref", "segment", "function")}
    period = f"{target.period_start} to {target.period_end}"
    return {"metric": target.metric, "period": period, "amount": target.amount} | {k: v for k, v in given.items() if v}


def _allowed(actor: User) -> User:
    if not may_change(actor):
        raise NotYours("Targets are set by the CEO, the sales and marketing leaders and operators.")
    return actor


def _keys() -> frozenset[str]:
    return frozenset(metric.key for metric in registry.all_metrics())


def _is_money(key: str) -> bool:
    return key == "revenue" or registry.get(key).unit is Unit.MONEY


def _metric(key: str) -> str:
    """A metric's key, or one of the names that imports use for revenue."""
    if key not in _keys() | {"revenue"}:
        raise Refused("Choose a metric.", "metric")
    return key


def _amount(amount: int) -> None:
    if not 0 <= amount <= BIGINT:
        raise Refused("A target is not negative, and not beyond what Assay can keep.", "amount")


def _scope(scope: Scope) -> Scope:
    if scope.function is not None and scope.function not in (*FUNCTIONS, JOINT):
        raise Refused("Choose a function.", "function")
    texts = {name: short(getattr(scope, name) or "", name) or None for name in ("team", "segment")}
    return Scope(rep=scope.rep, function=scope.function, **texts)


def _recompute() -> None:
    mark_due({"targets"})
    transaction.on_commit(ring)
