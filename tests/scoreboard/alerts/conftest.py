"""A published company with people, and rules that look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import User
from metrics.models import MetricRun, MetricValue
from scoreboard.alerts.actions import Draft, save_rule
from scoreboard.models import AlertRule
from tests.scoreboard import world

TREND = Draft("Revenue leaves its range", "trend", "net_revenue", "week", side="either")
Make = Callable[..., AlertRule]
Put = Callable[..., None]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One person per role."""
    return world.people()


@pytest.fixture
def run(people: dict[str, User]) -> MetricRun:
    """The published run."""
    return world.publish()


@pytest.fixture
def make(people: dict[str, User]) -> Make:
    """Keeps a rule: a draft with changes, owned by the CEO unless told."""

    def keep(draft: Draft = TREND, owner: str = "ceo", **changes: object) -> AlertRule:
        return save_rule(draft=replace(draft, **changes), owner=people[owner], actor=people["ceo"])  # type: ignore[arg-type]

    return keep


@pytest.fixture
def put(run: MetricRun) -> Put:
    """Publishes another value in place of the one that there is."""

    def write(metric: str, grain: str, period: date, value: str, **rest: object) -> None:
        place: dict[str, Any] = {
            "metric": metric,
            "grain": grain,
            "period": period,
            "dim": "",
            "member": "",
            "run_to": None,
        }
        place |= {k: v for k, v in rest.items() if k in place}
        parts: dict[str, Any] = {k: v for k, v in rest.items() if k not in place}
        MetricValue.objects.update_or_create(
            **place, defaults={"value": Decimal(value), "n": 40, "status": "ok", "run_from": run.pk, **parts}
        )

    return write
