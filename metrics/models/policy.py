"""What the company decides for itself: the versions of its quality policy, and everything else in one row.

A version of the quality policy is never changed: it is in force from its day until the next one's, and a correction is
a new version. The database refuses to update or delete one (see the migration), so that a published number can always
be explained by the policy it was computed under.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.unchanged import while_unchanged
from metrics.definitions.policy import Policy, Sourcing

_DEFAULT = Policy()
SOURCINGS = [
    (Sourcing.FIELD.value, "By the lead-source field"),
    (Sourcing.FIRST_TOUCH.value, "By the first touch"),
    (Sourcing.BEFORE_SALES.value, "Marketing, if it was there before the first sales activity"),
]


class QualityPolicyVersion(models.Model):
    """One version. Shares are in ten-thousandths; thresholds are `[{"value", "product_family", "segment"}, …]`."""

    number = models.PositiveIntegerField(unique=True)
    since = models.DateField()  # the first day it judges; 0001-01-01: everything
    tests = models.JSONField()
    margin_floor = models.JSONField()
    discount_cap = models.JSONField()
    grey_routes = models.JSONField(default=list)
    strategic_segments = models.JSONField(default=list)
    fit_line = models.IntegerField()
    clv_multiple = models.IntegerField()
    quality_floor = models.IntegerField()  # share of revenue that has to pass, or the target is met the wrong way
    why = models.TextField()
    changed_by = models.TextField()  # e-mail, or the command that acted
    changed_at = models.DateTimeField(auto_now_add=True)
    restates = models.BooleanField(default=False)  # it judges days whose numbers had been published before

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="metrics_quality_policy_number"),
            models.CheckConstraint(condition=~Q(why=""), name="metrics_quality_policy_says_why"),
            models.CheckConstraint(condition=Q(fit_line__range=(0, 10_000)), name="metrics_quality_policy_fit_line"),
            models.CheckConstraint(condition=Q(clv_multiple__gt=0), name="metrics_quality_policy_clv_multiple"),
            models.CheckConstraint(condition=Q(quality_floor__range=(0, 10_000)), name="metrics_quality_policy_floor"),
        ]

    def __str__(self) -> str:
        return f"quality policy {self.number}"


def _default(name: str) -> Any:
    value = getattr(_DEFAULT, name)
    return Decimal(str(value)) if isinstance(value, float) else value


def _whole(name: str, high: int, low: int = 1) -> Any:
    return models.PositiveIntegerField(
        default=_default(name), validators=[MinValueValidator(low), MaxValueValidator(high)]
    )


def _share(name: str) -> Any:
    limits = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]
    return models.DecimalField(max_digits=5, decimal_places=4, default=_default(name), validators=limits)


def _days(name: str) -> Any:
    limits = [MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(3650))]
    return models.DecimalField(max_digits=6, decimal_places=2, default=_default(name), validators=limits)


def _sales_functions() -> list[str]:
    return sorted(_DEFAULT.sales_functions)


class GeneralPolicy(models.Model):
    """One row. Its fields are called as in `metrics.definitions.policy.Policy`, whose defaults are theirs."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sourcing = models.TextField(choices=SOURCINGS, default=Sourcing.FIELD.value)
    activity_window_days = _whole("activity_window_days", 3650)
    activity_window_gaps = _whole("activity_window_gaps", 20)
    early_churn_months = _whole("early_churn_months", 60)
    coaching_hours_per_week = models.DecimalField(
        max_digits=4, decimal_places=2, default=_default("coaching_hours_per_week"),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal(40))],
    )  # fmt: skip
    debrief_hours = _whole("debrief_hours", 720)
    prebrief_days = _whole("prebrief_days", 90)
    rating_minimum = _whole("rating_minimum", 100, 5)  # fewer would tell a manager who said what
    effect_minimum_reps = _whole("effect_minimum_reps", 1000, 2)
    effect_minimum_deals = _whole("effect_minimum_deals", 10_000, 2)
    training_half_life_days = _days("training_half_life_days")
    training_line = _share("training_line")
    influence_window_days = _whole("influence_window_days", 3650)
    attribution_half_life_days = _days("attribution_half_life_days")
    stuck_days = _whole("stuck_days", 365, 0)
    sales_functions = models.JSONField(default=_sales_functions)
    clv_horizon_years = _whole("clv_horizon_years", 30)
    discount_rate = _share("discount_rate")
    a_list_share = _share("a_list_share")
    team_minimum = _whole("team_minimum", 100, 5)  # fewer would tell who was ill
    lead_sources = models.JSONField(default=dict, blank=True)  # lead source in lower case → function
    profile = models.JSONField(default=list, blank=True)  # [{"name", "weight", "members", "low", "high"}, …]
    bonus = models.JSONField(default=dict, blank=True)  # the joint bonus plan; empty: there is none
    changed_by = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "general policies"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="metrics_general_policy_single_row"),
            models.CheckConstraint(
                condition=Q(sourcing__in=[value for value, _ in SOURCINGS]), name="metrics_general_policy_sourcing"
            ),
            models.CheckConstraint(
                condition=Q(coaching_hours_per_week__gt=0), name="metrics_general_policy_coaching_hours"
            ),
            models.CheckConstraint(
                condition=Q(rating_minimum__gte=5, team_minimum__gte=5), name="metrics_general_policy_privacy"
            ),
            models.CheckConstraint(
                condition=Q(
                    training_line__range=(0, 1), discount_rate__range=(0, 1), a_list_share__range=(0, 1)
                ),
                name="metrics_general_policy_shares",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return "the company's policy"

    @classmethod
    def current(cls) -> GeneralPolicy:
        """The row, or its defaults where nothing has been changed yet."""
        return while_unchanged("general policy", lambda: cls.objects.filter(id=1).first() or cls())
