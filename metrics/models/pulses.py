"""What colleagues say of working with a rep: anonymous answers of a short survey, imported without who gave them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revenue.models.ledger import LeadersQuerySet, LedgerRow, reference, text, unique_key


class Pulse(LedgerRow):
    """One answer, 1 (hard to work with) to 5. Nobody but the leaders sees single answers, and nobody sees whose."""

    rep_ref = text()
    rep = reference("revenue.Rep")
    given_on = models.DateField()
    score = models.TextField()  # "1" to "5"

    objects = LeadersQuerySet["Pulse"].as_manager()

    class Meta:
        constraints = [
            unique_key("metrics_pulse_key"),
            models.CheckConstraint(condition=Q(score__in=["1", "2", "3", "4", "5"]), name="metrics_pulse_score"),
        ]
