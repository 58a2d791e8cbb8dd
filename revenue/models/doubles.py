"""Money that looks as if it were in twice, and that somebody says is not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from revenue.models.batches import Source
from revenue.models.ledger import LeadersQuerySet


class DifferentMoney(models.Model):
    """Somebody's word that two kinds of revenue lines (a source and a preset or mapping each) are different sales.

    The pair is kept in order: `one` is the lesser by source and title.
    """

    one_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    one_title = models.TextField()
    other_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    other_title = models.TextField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    reversed_at = models.DateTimeField(null=True)

    objects = LeadersQuerySet["DifferentMoney"].as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["one_source", "one_title", "other_source", "other_title"],
                condition=Q(reversed_at=None),
                name="revenue_differentmoney_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_title} and {self.other_title}"
