"""The quality policy of the demonstration company: the thresholds that its stories are told under."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from metrics.definitions.quality_policy import QualityPolicy, Threshold
from metrics.models import QualityPolicyVersion
from metrics.policy.actions import set_quality_policy
from revenue.demo.stories import POLICY

WHY = "The board's policy: what counts as revenue we would want again."


def add_policy() -> None:
    """Sets the policy once, for all of the company's time; what somebody has set since stays."""
    if QualityPolicyVersion.objects.exists():
        return
    set_quality_policy(
        by="demonstration",
        why=WHY,
        floor=Decimal(str(POLICY.quality_floor)),
        draft=QualityPolicy(
            since=date.min,
            margin_floor=(Threshold(round(POLICY.margin_floor * 10_000)),),
            discount_cap=(Threshold(round(POLICY.discount_cap * 10_000)),),
            grey_routes=frozenset(POLICY.grey_routes),
            strategic_segments=frozenset(POLICY.strategic_segments),
        ),
    )
