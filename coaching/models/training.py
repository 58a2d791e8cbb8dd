"""Trainings, their topics, and the changes that make them stale. Hours are ten-thousandths, money as everywhere."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from revenue.models.ledger import CompanyQuerySet, LedgerRow, OwnedQuerySet, reference, text, unique_key

HALF_LIFE_DAYS = 180


class Topic(models.Model):
    """What people are trained in, and how fast it is forgotten. A topic without a row has the usual half-life."""

    name = models.TextField(unique=True)
    half_life_days = models.PositiveIntegerField(default=HALF_LIFE_DAYS, validators=[MinValueValidator(1)])

    objects = CompanyQuerySet["Topic"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(half_life_days__gt=0), name="coaching_topic_half_life_positive")
        ]

    def __str__(self) -> str:
        return self.name


class TrainingQuerySet(OwnedQuerySet["Training"]):
    """Trainings, seen by those who see the rep."""

    owner_path = "rep"


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

    objects = TrainingQuerySet.as_manager()

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
