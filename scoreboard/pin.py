"""The two numbers in the head of every page: attainment and quality share of the running quarter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache

from core import show
from core.models import Company, User
from core.periods import Grain
from core.unchanged import while_unchanged
from metrics.models import MetricRun
from metrics.policy import quality_floor
from metrics.published import Values, read
from scoreboard.quality import JUDGED
from scoreboard.views_of_time import View, current_quarter

KEPT = 24 * 3600
KEYS = ("attainment", "quality_share", "quality_coverage")


@dataclass(frozen=True)
class Pin:
    """What the head shows; an empty text is a number that is not there."""

    plan: str = ""
    plan_tone: str = ""
    quality: str = ""
    quality_tone: str = ""
    period: str = ""


def read_pin(user: User, run: MetricRun | None, company: Company | None) -> Pin:
    """Reads the pin for pages without values of their own; `run` and `company` where the page has them."""
    run = run or MetricRun.newest()
    if run is None:
        return Pin()
    view = current_quarter((company or Company.current()).calendar, run.as_of)

    def values() -> Pin:
        period = view.period
        return pin_from(read(user, KEYS, grains=[Grain.QUARTER], since=period.start, until=period.end, run=run), view)

    return while_unchanged(("pin", user.pk, run.pk), values)


def _floor(run: MetricRun) -> Decimal | None:
    """The floor of the quality share, read once for each run: no page asks for its policy for the head alone."""
    known = cache.get_or_set(f"quality-floor:{run.pk}", lambda: str(quality_floor(run.as_of) or ""), KEPT)
    return Decimal(known) if known else None


def pin_from(values: Values, view: View) -> Pin:
    """The pin from values that hold `KEYS` by quarter."""
    plan = values.get("attainment", Grain.QUARTER, view.period.start)
    quality = values.get("quality_share", Grain.QUARTER, view.period.start)
    judged = values.get("quality_coverage", Grain.QUARTER, view.period.start)
    if judged and judged.value is not None and judged.value < JUDGED:
        quality = None  # a share of what little could be judged says nothing
    floor = _floor(values.run) if values.run else None
    share = quality.value if quality else None
    return Pin(
        plan=show.rate(plan.value, 0) if plan and plan.value is not None else "",
        plan_tone="good" if plan and plan.value is not None and plan.value >= 1 else "bad",
        quality=show.rate(share, 0, line=Decimal(1) if floor is None else floor) if share is not None else "",
        quality_tone="" if floor is None or share is None else "good" if share >= floor else "bad",
        period=view.label,
    )
