"""The policy of the demonstration company: the thresholds its stories are told under, ideal customer, joint bonus."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.models import AuditEvent
from metrics.definitions.bonus import BonusPlan
from metrics.definitions.quality_policy import Attribute, Profile, QualityPolicy, Threshold
from metrics.models import QualityPolicyVersion
from metrics.policy.actions import set_general_policy, set_quality_policy
from revenue.demo.stories import POLICY
from scoreboard.alerts.suggested import use_suggested

PROFILE_WHY = "Where the company wants to grow, and what sales and marketing earn together."
PROFILE = Profile(
    (
        Attribute("segment", 3, frozenset(POLICY.strategic_segments)),
        Attribute("employees", 2, low=200),
        Attribute("annual_revenue", 1, low=20_000_000 * 10_000),
    )
)
BONUS = BonusPlan(
    pool={"sales": Decimal(240_000), "marketing": Decimal(120_000)},
    gates={"sales": ("quality_share", Decimal("0.6")), "marketing": ("quality_share", Decimal("0.6"))},
)
WHY = "The board's policy: what counts as revenue we would want again."


def add_policy() -> None:
    """Sets the policy once, for all of the company's time; what somebody has set since stays."""
    if QualityPolicyVersion.objects.exists():
        return
    set_general_policy(by="demonstration", why=PROFILE_WHY, profile=PROFILE, bonus=BONUS)
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


def add_alert_rules() -> None:
    """Keeps the suggested alert rules once, each owned by the person of its role; what somebody deleted stays away."""
    if not AuditEvent.objects.filter(verb="used the suggested alert rules").exists():
        use_suggested(by="demonstration")
