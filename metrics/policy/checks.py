"""What is refused before it is kept. Each refusal is a sentence for the person, with the field it is about."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.money import BIGINT
from core.periods import Grain
from metrics.definitions.bonus import GATES, BonusPlan
from metrics.definitions.quality_policy import TESTS, Attribute, QualityPolicy, Threshold

FUNCTIONS = ("marketing", "sales", "partner", "customer", "unknown")
TEXT_ATTRIBUTES = ("segment", "industry", "region", "country")
NUMBER_ATTRIBUTES = ("employees", "annual_revenue")
FURTHEST = timedelta(days=731)
LONGEST_TEXT = 500
MOST = 200  # thresholds, routes, segments, attributes: more is a mistake


class Refused(Exception):
    """The change is not possible; the message is a sentence for the person, `field` the input it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def reason(why: str) -> str:
    """Why it was changed, trimmed; Refused if nothing is said."""
    why = short(why, "why")
    if not why:
        raise Refused("Say why: whoever reads a past number will ask.", "why")
    return why


def short(text: str, field: str) -> str:
    """Text with its blanks trimmed; Refused if it is too long or holds a NUL, which the database cannot keep."""
    text = " ".join(text.split())
    if "\x00" in text:
        raise Refused("The text holds a character that cannot be kept.", field)
    if len(text) > LONGEST_TEXT:
        raise Refused(f"That is {len(text)} characters; at most {LONGEST_TEXT} are kept.", field)
    return text


def quality_policy(draft: QualityPolicy, floor: int, today: date) -> QualityPolicy:
    """The draft with its texts trimmed; Refused with the field where it cannot be kept."""
    if draft.since > today + FURTHEST:
        raise Refused(f"{draft.since} is more than two years ahead: is the year right?", "since")
    if not draft.tests:
        raise Refused("At least one test must count.", "tests")
    if not 0 <= floor <= 10_000:
        raise Refused("The floor is a share between 0 and 100 %.", "quality_floor")
    if not 0 <= draft.fit_line <= 10_000:
        raise Refused("The fit is a share between 0 and 100 %.", "fit_line")
    if not 0 < draft.clv_multiple <= 10_000_000:
        raise Refused("The multiple of the acquisition cost is above 0 and at most 1,000.", "clv_multiple")
    return QualityPolicy(
        version=draft.version,
        since=draft.since,
        tests=tuple(test for test in TESTS if test in draft.tests),
        margin_floor=thresholds(draft.margin_floor, "margin_floor", lowest=-10_000),
        discount_cap=thresholds(draft.discount_cap, "discount_cap", lowest=0),
        grey_routes=names(draft.grey_routes, "grey_routes"),
        strategic_segments=names(draft.strategic_segments, "strategic_segments"),
        fit_line=draft.fit_line,
        clv_multiple=draft.clv_multiple,
    )


def thresholds(given: Sequence[Threshold], field: str, *, lowest: int) -> tuple[Threshold, ...]:
    """Thresholds with each scope once; Refused where two are for the same or one is out of bounds."""
    found: dict[tuple[str, str], Threshold] = {}
    for each in given:
        family, segment = short(each.product_family or "", field), short(each.segment or "", field)
        if not lowest <= each.value <= 10_000:
            raise Refused(f"{each.value / 100:g} % is out of bounds: {lowest / 100:g} to 100 %.", field)
        scope = (family.lower(), segment.lower())
        if scope in found:
            where = " and ".join(filter(None, (family, segment))) or "everything"
            raise Refused(f"There are two limits for {where}: keep one.", field)
        found[scope] = Threshold(each.value, family or None, segment or None)
    if len(found) > MOST:
        raise Refused(f"More than {MOST} limits.", field)
    return tuple(found[scope] for scope in sorted(found))


def names(given: Iterable[str], field: str) -> frozenset[str]:
    """Names trimmed, each once whatever its case."""
    kept = {name.lower(): name for name in sorted((short(n, field) for n in given), reverse=True) if name}
    if len(kept) > MOST:
        raise Refused(f"More than {MOST} names.", field)
    return frozenset(kept.values())


def lead_sources(given: Mapping[str, str]) -> dict[str, str]:
    """The table lead source → function, by lead source in lower case; Refused where a function is none."""
    found: dict[str, str] = {}
    for source, function in given.items():
        name = short(source, "lead_sources").lower()
        if not name:
            raise Refused("A line without a lead source.", "lead_sources")
        if function not in FUNCTIONS:
            raise Refused(f"“{function}” is no function: {', '.join(FUNCTIONS)}.", "lead_sources")
        found[name] = function
    return dict(sorted(found.items()))


def attribute(given: Attribute) -> Attribute:
    """One attribute of the ideal customer; Refused where it could match nothing."""
    members = names(given.members, "profile")
    if given.name not in TEXT_ATTRIBUTES + NUMBER_ATTRIBUTES:
        raise Refused(f"Accounts have no attribute “{given.name}”.", "profile")
    if not 1 <= given.weight <= 100:
        raise Refused(f"The weight of {label(given.name)} is 1 to 100.", "profile")
    if given.name in TEXT_ATTRIBUTES:
        if not members:
            raise Refused(f"Which {label(given.name)}?", "profile")
        return Attribute(given.name, given.weight, members)
    if given.low is None and given.high is None:
        raise Refused(f"Give {label(given.name)} a lower or an upper edge.", "profile")
    if given.low is not None and given.high is not None and given.low >= given.high:
        raise Refused(f"{label(given.name).capitalize()}: the lower edge is not below the upper one.", "profile")
    return Attribute(given.name, given.weight, frozenset(), given.low, given.high)


def label(name: str) -> str:
    """A field's or attribute's name in words."""
    return name.replace("_", " ")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of what is another, for the audit."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


HIGHEST = Decimal(10)  # attainment and payout beyond ten times the plan are mistakes
CARRIERS = ("sales", "marketing")  # who carries the joint target


def bonus(plan: BonusPlan) -> BonusPlan:
    """The plan; Refused with the field where it cannot be kept."""
    _between(plan.threshold, "threshold", "The threshold")
    _between(plan.cap, "cap", "The cap")
    if not plan.curve:
        raise Refused("The curve needs at least one point.", "curve")
    if len({at for at, _ in plan.curve}) < len(plan.curve) or len(plan.curve) > MOST:
        raise Refused("Two points of the curve are for the same attainment.", "curve")
    for at, pays in plan.curve:
        _between(at, "curve", "Attainment")
        _between(pays, "curve", "The payout")
    points = sorted(plan.curve)
    if any(later[1] < earlier[1] for earlier, later in itertools.pairwise(points)):
        raise Refused("The curve must not pay less for more.", "curve")
    if plan.grain not in (Grain.QUARTER, Grain.YEAR):
        raise Refused("A bonus is for a quarter or for a year.", "grain")
    for function, amount in plan.pool.items():
        if function not in CARRIERS:
            raise Refused("The bonus is of sales and marketing together.", "pool")
        if not amount.is_finite() or not 0 <= amount <= BIGINT // 10_000:
            raise Refused("A pool is not negative, and not beyond what Assay can keep.", "pool")
    for function, (metric, least) in plan.gates.items():
        if function not in CARRIERS or metric not in GATES:
            raise Refused("Choose one of the metrics for the gate.", "gates")
        _between(least, "gates", "A gate")
    return plan


def _between(value: Decimal, field: str, what: str) -> None:
    if not value.is_finite() or not 0 <= value <= HIGHEST:
        raise Refused(f"{what} is a share between 0 and {HIGHEST * 100:.0f} %.", field)
