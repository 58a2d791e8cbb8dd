"""Looks at all rules and keeps the alerts as they stand: raised once, kept up to date, ended when it is over."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import Company
from metrics.models import MetricRun
from scoreboard.alerts.judge import look
from scoreboard.alerts.look import Context, Look, valence
from scoreboard.models import Alert, AlertRule
from scoreboard.models.alerts import Kind
from scoreboard.reading import METRICS

log = structlog.get_logger()
BY = "alerts"


def follow(run: MetricRun) -> None:
    """Looks at all rules after `run` has been published."""
    evaluate(run=run)


def evaluate(*, run: MetricRun | None = None, rules: Iterable[AlertRule] | None = None) -> int:
    """Looks at the rules (default: all that are on) as of the newest run; returns how many alerts were raised.

    A rule that cannot be looked at is logged, and does not stop the others.
    """
    run = run or MetricRun.newest()
    if run is None:
        return 0
    context = Context(run, Company.current())
    raised = 0
    for rule in AlertRule.objects.filter(active=True) if rules is None else rules:
        if rule.kind != Kind.STALE and rule.metric not in METRICS:
            continue  # a definition that is no more
        try:
            raised += apply(rule=rule, looks=look(rule, context), run=run)
        except Exception:
            log.exception("a rule could not be looked at", rule=rule.pk)
    return raised


@transaction.atomic
def apply(*, rule: AlertRule, looks: Iterable[Look], run: MetricRun) -> int:
    """Raises, updates and ends the rule's alerts by what was found; returns how many were raised.

    The rule's row is locked meanwhile, so that of two looks at once the second sees what the first has raised.
    """
    locked = AlertRule.objects.select_for_update().filter(pk=rule.pk, active=True).first()
    if locked is None:
        return 0
    standing = {(a.member, a.side): a for a in Alert.objects.filter(rule=locked, ended_at=None)}
    raised = 0
    for found in looks:
        for (member, side), alert in standing.items():
            if member == found.member:
                _update(alert, found, over=side != found.side)
        if found.side and (found.member, found.side) not in standing:
            _raise(locked, found, run)
            raised += 1
    return raised


def _raise(rule: AlertRule, found: Look, run: MetricRun) -> None:
    now = timezone.now()
    alert = Alert.objects.create(
        rule=rule, dim=found.dim, member=found.member, side=found.side, valence=valence(rule, found.side),
        title=found.title, now=found.now, period=found.period, raised_at=now, seen_at=now, run=run.pk,
    )  # fmt: skip
    record(verb="raised an alert", by=BY, target=alert, rule=rule.name, title=found.title)


def _update(alert: Alert, found: Look, *, over: bool) -> None:
    alert.now, alert.period, alert.seen_at = found.now, found.period, timezone.now()
    if over:
        alert.ended_at = alert.seen_at
        record(verb="ended an alert", by=BY, target=alert, now=found.now)
    alert.save(update_fields=["now", "period", "seen_at", "ended_at"])
