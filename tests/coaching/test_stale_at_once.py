"""A change logged today turns the matrix, and within one recomputation the published lead measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from coaching import actions
from coaching.models import Training
from core.models import User
from core.periods import Grain
from metrics import published
from metrics.models import Due, MetricRun
from metrics.tasks import compute_due, mark_due
from tests.coaching.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)


def _currency(user: User) -> tuple[Decimal | None, int, MetricRun | None]:
    values = published.read(user, ("training_currency",), grains=(Grain.ALL,))
    number = values.get("training_currency", Grain.ALL)
    assert number is not None
    return number.value, number.n, values.run


def test_a_change_turns_matrix_and_lead_measure(world: World, today: date, signed_in: Callable[[User], Client]) -> None:
    for rep in (world.ann_rep, world.art_rep):
        Training.objects.create(
            source=world.crm, key=f"t{rep.pk}", topic="Pricing", rep=rep, held_on=today - timedelta(days=5)
        )
    mark_due({"reps", "trainings", "change_events"})
    compute_due()
    before, pairs, first = _currency(world.clara)
    assert before is not None
    assert before > 0
    client = signed_in(world.lou)
    matrix = client.get(reverse("coaching:training")).content.decode()
    assert matrix.count('class="mark-current"') == 2

    sent = {"kind": "competitor", "name": "Orbit", "on_date": today.isoformat(), "topic": "Pricing"}
    assert client.post(reverse("coaching:log_change"), sent).status_code == 302
    matrix = client.get(reverse("coaching:training")).content.decode()
    assert matrix.count('class="mark-stale"') == 2  # at once, before anything is computed
    assert set(Due.objects.values_list("object", flat=True)) == {"change_events"}

    compute_due()
    after, still, second = _currency(world.clara)
    assert first is not None
    assert second is not None
    assert second.pk > first.pk
    assert (after, still) == (Decimal(0), pairs)

    actions.log_training(actor=world.lou, reps=[world.ann_rep], topic="Pricing", held_on=today, minutes=30)
    compute_due()
    assert _currency(world.clara)[0] == before / 2
