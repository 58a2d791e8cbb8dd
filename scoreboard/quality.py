"""The quality of the period's revenue: what passes the policy, what fails it by what, and what nobody can judge yet.

Unknown is neither good nor bad: the verdict counts it as good, so that nobody is blamed without evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core import show
from metrics.published import Values
from scoreboard.charts.svg import Segment, percent, segments
from scoreboard.reading import Setting, value_of

SPLIT = "quality_split"
JUDGED = Decimal("0.5")  # of the revenue that must be decided before the quality share alone says anything
REASONS = {
    "margin": "below the margin floor", "price": "beyond the discount cap", "route": "through grey-list routes",
    "fit": "outside the ideal profile", "durability": "not expected to stay",
}  # fmt: skip


@dataclass(frozen=True)
class Shares:
    """Fractions of the period's revenue; None where nothing was published."""

    failed: Decimal | None  # known to fail
    at_best: Decimal | None  # passes if all that is unknown passes


@dataclass(frozen=True)
class Quality:
    """The bar and what it says. `unknown` is what to bring for the part that cannot be judged, where that is much."""

    title: str
    parts: tuple[Segment, ...]
    floor: str
    floor_text: str
    unknown: bool


def shares(values: Values, setting: Setting) -> Shares:
    """What the verdict and its sentence rest on: the split by reason, or the quality share where enough is decided."""
    net, split = _split(values, setting)
    if net is not None and split:
        failed = sum((split[r] for r in REASONS if r in split), Decimal(0)) / net
        return Shares(failed, 1 - failed)
    share, coverage = good_share(values, setting), _coverage(values, setting)
    if share is None:
        return Shares(None, None)
    # Without the split, what is decided and does not pass fails; where coverage is unknown nothing is blamed.
    known = None if coverage is None else max(Decimal(0), coverage - share)
    return Shares(known, share if known is None else 1 - known)


def _coverage(values: Values, setting: Setting) -> Decimal | None:
    period = setting.view.period
    return value_of(values.get("quality_coverage", period.grain, period.start))


def good_share(values: Values, setting: Setting) -> Decimal | None:
    """The published quality share, unless less than half of the revenue could be judged at all."""
    grain, start = setting.view.period.grain, setting.view.period.start
    share = value_of(values.get("quality_share", grain, start))
    coverage = _coverage(values, setting)
    return None if coverage is not None and coverage < JUDGED else share


def quality(values: Values, setting: Setting, floor: Decimal | None, currency: str) -> Quality | None:
    """The bar of the period's revenue; None while there is nothing to draw."""
    net, split = _split(values, setting)
    share = good_share(values, setting)
    if net is not None and split:
        parts, title = _parts(net, split, currency), _title(net, split, currency)
    elif share is not None:
        parts = [("good", "quality", share), ("unknown", "not passed, or unknown", 1 - share)]
        title = f"{show.rate(share, 0, line=floor or Decimal(1))} of this revenue is revenue we would want again"
    else:
        return None
    return Quality(
        title=title,
        parts=segments(parts),
        floor="" if floor is None else percent(floor * 100),
        floor_text="" if floor is None else f"floor {show.rate(floor, 0)}",
        unknown=any(look == "unknown" and width > 1 - JUDGED for look, _, width in parts),
    )


def _split(values: Values, setting: Setting) -> tuple[Decimal | None, dict[str, Decimal]]:
    """Net revenue and its parts by reason; nothing where a part is negative, which no bar can show."""
    period = setting.view.period
    net = value_of(values.get("net_revenue", period.grain, period.start))
    members = values.members(SPLIT, period.grain, period.start, "reason")
    found = {n.member: n.value for n in members if n.value}
    if net is None or net <= 0 or any(amount < 0 for amount in found.values()):
        return None, {}
    return net, found


def _parts(net: Decimal, split: dict[str, Decimal], currency: str) -> list[tuple[str, str, Decimal]]:
    """Quality, then unknown, then what failed, largest first: the edge before that is the best there can be."""
    failed = sorted((reason for reason in REASONS if reason in split), key=lambda reason: -split[reason])
    looks = {reason: str(i + 1) for i, reason in enumerate(failed)}
    looks |= {"quality": "good", "unknown": "unknown"}
    words = {"quality": "quality", "unknown": "not judged yet", **REASONS}
    return [
        (looks[reason], f"{show.money(split[reason], currency)} {words[reason]}", split[reason] / net)
        for reason in ("quality", "unknown", *failed)
        if reason in split
    ]


def _title(net: Decimal, split: dict[str, Decimal], currency: str) -> str:
    good, unknown = split.get("quality", Decimal(0)), split.get("unknown", Decimal(0))
    if unknown <= net * (1 - JUDGED):
        return f"Of the same {show.money(net, currency)}, {show.money(good, currency)} is revenue we would want again"
    failed = sum((split[r] for r in REASONS if r in split), Decimal(0))
    return (
        f"Of the same {show.money(net, currency)}, {show.money(failed, currency)} fails the quality policy; "
        f"{show.money(unknown, currency)} cannot be judged yet"
    )
