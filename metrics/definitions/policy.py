"""What a company decides for itself, and the setting in which its numbers are computed.

Nothing here reads a clock, a file or a database: whoever computes passes the day and the policy in.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.periods import Calendar
from metrics.definitions.bonus import BonusPlan
from metrics.definitions.quality_policy import Profile, QualityPolicy


class Sourcing(enum.StrEnum):
    """Which of the three sourcing definitions is the company's locked choice."""

    FIELD = "field"
    FIRST_TOUCH = "first_touch"
    BEFORE_SALES = "before_sales"


@dataclass(frozen=True)
class Policy:
    """Thresholds with the defaults of the metric contract. Shares and rates are fractions, hours are hours."""

    activity_window_days: int = 90  # a customer without subscriptions is active this long after the last purchase …
    activity_window_gaps: int = 3  # … or this many of their own median gaps, if that is longer
    early_churn_months: int = 6
    coaching_hours_per_week: float = 0.5
    debrief_hours: int = 48
    rating_minimum: int = 5
    effect_minimum_reps: int = 8
    effect_minimum_deals: int = 20
    training_half_life_days: float = 180.0
    training_line: float = 0.5
    influence_window_days: int = 90
    attribution_half_life_days: float = 7.0
    stuck_days: int = 14
    sales_functions: frozenset[str] = frozenset({"sales", "marketing"})  # whose cost is cost of sales
    clv_horizon_years: int = 5
    discount_rate: float = 0.10
    a_list_share: float = 0.20
    team_minimum: int = 5  # people in a team below which absence and overtime are not shown
    lead_sources: Mapping[str, str] = field(default_factory=dict)  # lead source (lower case) → function
    prebrief_days: int = 7  # a pre-brief counts for meetings on this deal up to this long after it
    quality: tuple[QualityPolicy, ...] = (QualityPolicy(),)  # versions, each in force from its own day
    profile: Profile = field(default_factory=Profile)
    bonus: BonusPlan = field(default_factory=BonusPlan)

    @property
    def grey_routes(self) -> frozenset[str]:
        """The grey list of the newest quality policy."""
        return max(self.quality, key=lambda version: version.since).grey_routes

    @property
    def strategic_segments(self) -> frozenset[str]:
        """The strategic segments of the newest quality policy."""
        return max(self.quality, key=lambda version: version.since).strategic_segments


@dataclass(frozen=True)
class Setting:
    """When and for whom numbers are computed. `as_of` is the last day that counts; its periods are to date."""

    as_of: date
    calendar: Calendar = field(default_factory=Calendar)
    currency: str = "USD"
    policy: Policy = field(default_factory=Policy)
    sourcing: Sourcing = Sourcing.FIELD
