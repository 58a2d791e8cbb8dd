"""What is at risk: simple rules on published numbers, and which of them came true since Monday a week ago."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.monday.since import Then
from scoreboard.quality import JUDGED
from scoreboard.reading import Setting, value_of, written

KEYS = ("stuck_deals", "walkaway_risk", "rogue_superstar", "pipeline_coverage", "quality_share", "quality_coverage")
LEAST_GROWTH = Decimal("0.1")  # of what could walk away: less is no news


@dataclass(frozen=True)
class Risk:
    """One risk as a sentence. `new`: it was not there on Monday a week ago, or has grown since."""

    key: str
    sentence: str
    href: str
    new: bool


def risks(values: Values, then: Then, setting: Setting, floor: Decimal | None) -> tuple[Risk, ...]:
    """New ones first. Where nothing had been published then, none is called new."""
    found = [
        *_behind_plan(values, then, setting), *_coverage(values, then, setting),
        *_under_floor(values, then, setting, floor), *_counted(values, then, setting), *_walkaway(values, then),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda risk: not risk.new))


def _pair(
    values: Values, then: Then, key: str, grain: Grain, setting: Setting | None = None
) -> tuple[Decimal | None, Decimal | None]:
    """The value now and then."""
    start = setting.view.period.start if setting else None
    now = value_of(values.get(key, grain, start))
    return now, then.value(key, grain, start, now)


def _behind_plan(values: Values, then: Then, setting: Setting) -> list[Risk]:
    now, was = _pair(values, then, "attainment", setting.view.period.grain, setting)
    if now is None or now >= 1:
        return []
    said = f"{setting.view.name} is {show.rate(1 - now)} behind its plan to date"
    new = then.run is not None and was is not None and was >= 1
    return [Risk("attainment", said, f"/metric/attainment/?period={setting.view.code}", new)]


def _coverage(values: Values, then: Then, setting: Setting) -> list[Risk]:
    now, was = _pair(values, then, "pipeline_coverage", setting.view.period.grain, setting)
    if now is None or now >= 1:
        return []
    said = (
        f"Even if every deal closing in {setting.view.name} is won, the plan is missed: "
        f"what is open covers {written('pipeline_coverage', now)} of what is left"
    )
    new = then.run is not None and was is not None and was >= 1
    return [Risk("pipeline_coverage", said, f"/metric/pipeline_coverage/?period={setting.view.code}", new)]


def _under_floor(values: Values, then: Then, setting: Setting, floor: Decimal | None) -> list[Risk]:
    now, was = _pair(values, then, "quality_share", setting.view.period.grain, setting)
    judged, _ = _pair(values, then, "quality_coverage", setting.view.period.grain, setting)
    if now is None or floor is None or now >= floor or (judged is not None and judged < JUDGED):
        return []
    said = f"{show.rate(now, line=floor)} of revenue passes the quality policy; its floor is {show.rate(floor, 0)}"
    new = then.run is not None and was is not None and was >= floor
    return [Risk("quality_share", said, f"/metric/quality_share/?period={setting.view.code}", new)]


def _counted(values: Values, then: Then, setting: Setting) -> list[Risk]:
    """Deals that stand still, and stars who sell at any price."""
    said = {
        "stuck_deals": ("deal stands", "deals stand", "still longer than deals in their stage do", "/pipeline/"),
        "rogue_superstar": ("top seller fails", "top sellers fail", "two or more tests of quality", "/productivity/"),
    }
    found = []
    for key, (one, many, rest, href) in said.items():
        now, was = _pair(values, then, key, Grain.ALL)
        if not now:
            continue
        more = now - (was or Decimal(0)) if then.run is not None else Decimal(0)
        since = f", {show.fixed(more, 0)} more than a week ago" if more > 0 else ""
        found.append(Risk(key, f"{show.fixed(now, 0)} {one if now == 1 else many} {rest}{since}", href, more > 0))
    return found


def _walkaway(values: Values, then: Then) -> list[Risk]:
    now, was = _pair(values, then, "walkaway_risk", Grain.ALL)
    if now is None or now <= 0:
        return []
    grown = then.run is not None and now > (was or Decimal(0)) * (1 + LEAST_GROWTH)
    currency = settings.ASSAY_CURRENCY
    since = f", {show.money(now - (was or Decimal(0)), currency)} more than a week ago" if grown else ""
    said = f"{show.money(now, currency)} of the past year’s revenue hangs on customers whom one rep alone knows{since}"
    return [Risk("walkaway_risk", said, "/metric/walkaway_risk/", grown)]
