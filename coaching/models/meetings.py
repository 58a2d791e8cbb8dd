"""Sales meetings: what their minutes were spent on (ten-thousandths of a minute)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from revenue.models.ledger import LedgerRow, unique_key

if TYPE_CHECKING:
    from core.models import User


class SalesMeetingQuerySet(models.QuerySet["SalesMeeting"]):
    """Sales meetings, with scope."""

    def visible_to(self, user: User) -> SalesMeetingQuerySet:
        """All for leaders, the teams' own for everybody else."""
        return self if user.sees_everything else self.filter(team__in=user.team_names())


class SalesMeeting(LedgerRow):
    """One meeting of one team."""

    held_on = models.DateField()
    team = models.TextField()
    minutes = models.BigIntegerField()
    best_practice_minutes = models.BigIntegerField(null=True)
    productivity_minutes = models.BigIntegerField(null=True)
    deal_review_minutes = models.BigIntegerField(null=True)
    anecdote_minutes = models.BigIntegerField(null=True)

    objects = SalesMeetingQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("coaching_salesmeeting_key")]
