"""Targets: what a metric should be over a half-open period, for the company or a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Cast, Coalesce

from revenue.models.ledger import LedgerRow, reference, text, unique_key

if TYPE_CHECKING:
    from core.models import User


OWN = "assay"  # the source of what is set by hand


class TargetQuerySet(models.QuerySet["Target"]):
    """Targets, with scope."""

    def visible_to(self, user: User) -> TargetQuerySet:
        """All for leaders; the company's own and the teams' for managers; a rep's own for a rep."""
        if user.sees_everything:
            return self
        company = models.Q(team=None, rep=None)
        own = models.Q(rep__user_id=user.pk)
        if user.role == "sales_manager":
            own |= models.Q(team__in=user.team_names()) | models.Q(rep__team__in=user.team_names())
        return self.filter(company | own)

    def current(self) -> TargetQuerySet:
        """Those that count: an imported one does not where one set by hand is for the same metric, days and scope."""
        by_hand = Target.objects.filter(
            source__name=OWN, **{name: models.OuterRef(name) for name in ("metric", "period_start", "period_end")}
        )
        for name in ("team", "rep_id", "segment", "function"):  # NULL is the same as NULL here
            own, given = _or_none(models.F(name)), _or_none(models.OuterRef(name))
            by_hand = by_hand.annotate(**{f"own_{name}": own}).filter(**{f"own_{name}": given})
        return self.exclude(~models.Q(source__name=OWN) & models.Exists(by_hand))


def _or_none(value: models.F) -> Coalesce:
    return Coalesce(Cast(value, models.TextField()), models.Value(""), output_field=models.TextField())


class Target(LedgerRow):
    """`amount` of `metric` over `[period_start, period_end)`, in ten-thousandths of the metric's unit."""

    metric = models.TextField()
    period_start = models.DateField()
    period_end = models.DateField()
    amount = models.BigIntegerField()
    currency = models.TextField(null=True)
    team = text()
    rep_ref = text()
    rep = reference("revenue.Rep")
    segment = text()
    function = text()

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            unique_key("metrics_target_key"),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")), name="metrics_target_period_not_empty"
            ),
        ]
