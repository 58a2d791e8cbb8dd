"""The stories of the company: when each happens and how strong it is. docs/demo.md tells where to find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from revenue.demo.span import Days, Span, monday, to_date

COACHED_TEAM, SILENT_TEAM, SUPERSTAR_TEAM, LONE_TEAM = "Central", "EMEA", "Northeast", "Pacific"
SUPERSTAR, LONE_REP = "Cassius Thorvane", "Mireille Odhiambo-Lund"
DIRECT, PARTNER, BROKER, ONLINE = 0, 1, 2, 3
ROUTES = ("direct", "partner", "broker", "online")
PUSH_DAYS = 10  # the last days of the last full quarter, in which the brokers close it
LAST_QUARTER_ATTAINMENT = 1.012
QUARTER_ATTAINMENT = 1.035
LAUNCHED_PRODUCT = "Lyra 700 Spectrometer"
LAUNCH_TOPIC = "Spectral analysis"
EARLY_DAYS = 181  # "within six months"


@dataclass(frozen=True)
class ReferencePolicy:
    """Thresholds under which the quality stories are told and tested: a proposal for the company's quality policy."""

    margin_floor: float = 0.40
    discount_cap: float = 0.25
    grey_routes: tuple[str, ...] = ("broker",)
    strategic_segments: tuple[str, ...] = ("Enterprise", "Mid-Market")
    early_churn_months: int = 6
    quality_floor: float = 0.70


POLICY = ReferencePolicy()


@dataclass(frozen=True)
class Stories:
    """Dates of the stories, relative to the span."""

    span: Span

    @cached_property
    def push(self) -> Days:
        """Business days among the last ten days of the last full quarter."""
        days = self.span.business_days
        return days[(days >= self.span.quarter - PUSH_DAYS) & (days < self.span.quarter)]

    @cached_property
    def brokers_arrive(self) -> int:
        """Brokers begin to matter fifteen months before the end."""
        return self.span.last - 456

    @cached_property
    def coaching_starts(self) -> int:
        """The Monday, about nine months back, on which the coached team begins."""
        return int(monday(self.span.last - 274))

    @cached_property
    def silent_since(self) -> int:
        """The silent manager's last session; seventeen days without one follow."""
        return self.span.last - 17

    @cached_property
    def launch(self) -> int:
        """The launch that makes a training stale: a Tuesday ten weeks back."""
        return int(monday(self.span.last - 70)) + 1

    @cached_property
    def launch_training(self) -> int:
        """The training on the launch's topic, five months back: current but for the launch."""
        return int(monday(self.span.last - 150)) + 2

    @cached_property
    def signal_week(self) -> int:
        """Monday of the week outside the limits: orders pulled forward before a price rise.

        Among the last thirteen, clear of the quarter's end, so that two stories do not fall into one week.
        """
        weeks = [int(monday(self.span.last)) - 7 * back for back in (4, 6, 8, 3)]
        clear = [w for w in weeks if not (w < self.span.quarter + 7 and w + 7 > self.span.quarter - PUSH_DAYS - 7)]
        return clear[0]

    @cached_property
    def signal_date(self) -> date:
        """`signal_week` as a date."""
        return to_date(self.signal_week)

    def broker_chance(self, days: Days) -> NDArray[np.float64]:
        """Chance that a deal closing on the day goes through a broker, before segment and rep are looked at."""
        ramp = np.interp(days, [self.brokers_arrive, self.span.last_quarter], [0.04, 0.13])
        return np.where(days >= self.span.quarter, 0.36, np.where(np.isin(days, self.push), 0.30, ramp))

    def broker_share(self, days: Days) -> NDArray[np.float64]:
        """Share of the day's revenue that comes through brokers."""
        ramp = np.interp(days, [self.brokers_arrive, self.span.last_quarter], [0.03, 0.10])
        return np.where(days >= self.span.quarter, 0.25, np.where(np.isin(days, self.push), 0.56, ramp))

    def coached_lift(self, days: Days) -> NDArray[np.float64]:
        """Points of win rate that coaching adds in the coached team, growing over its first four months."""
        return np.interp(days - self.coaching_starts, [0, 120], [0.02, 0.20]) * (days >= self.coaching_starts)
