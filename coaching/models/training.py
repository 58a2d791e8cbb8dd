"""Trainings, and the changes that make them stale. Hours are ten-thousandths, money as everywhere."""

from __future__ import annotations

from django.db import models

from revenue.models.effort import RepsRowQuerySet
from revenue.models.ledger import CompanyQuerySet, LedgerRow, reference, text, unique_key


class Training(LedgerRow):
    """One rep's attendance of one training."""

    topic = models.TextField()
    rep_ref = text()
    rep = reference("revenue.Rep", index=True)
    held_on = models.DateField()
    hours = models.BigIntegerField(null=True)
    course = text()
    cost = models.BigIntegerField(null=True)
    currency = text()

    objects = RepsRowQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("coaching_training_key")]


class ChangeEvent(LedgerRow):
    """A new product, vertical, competitor or buying habit; `topics` are the trainings it makes stale."""

    kind = models.TextField()
    name = models.TextField()
    on_date = models.DateField()
    topics = text()

    objects = CompanyQuerySet["ChangeEvent"].as_manager()

    class Meta:
        constraints = [unique_key("coaching_changeevent_key")]

    def __str__(self) -> str:
        return self.name
