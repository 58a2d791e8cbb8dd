"""A policy in words, as its page, its versions and a line's answers say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import show
from metrics.definitions.quality_policy import TESTS, QualityPolicy, Threshold

LABELS = {
    "margin": "Margin", "price": "Price", "route": "Route", "fit": "Fit", "durability": "Durability",
}  # fmt: skip
OUTCOMES = {
    "quality": "Good revenue",
    "margin": "Fails margin",
    "price": "Fails price",
    "route": "Fails route",
    "fit": "Fails fit",
    "durability": "Fails durability",
    "unknown": "Not decided yet",
}


@dataclass(frozen=True)
class Sentence:
    """One test in words; `counts` is false where the policy does not ask it."""

    test: str
    label: str
    text: str
    counts: bool


def percent(units: int) -> str:
    """Ten-thousandths in percent, without zeros behind: 4000 → "40 %"."""
    return f"{Decimal(units).scaleb(-2).normalize():f}{show.THIN}%".replace("-", show.MINUS)


def sentences(policy: QualityPolicy, early_churn_months: int) -> list[Sentence]:
    """The five tests of a policy."""
    texts = {
        "margin": _margin(policy.margin_floor),
        "price": _price(policy.discount_cap),
        "route": f"not through {_or(policy.grey_routes)}" if policy.grey_routes else "any route that is known",
        "fit": _fit(policy),
        "durability": f"the customer was still active {early_churn_months} months after their first revenue; "
        "while that time runs, nobody knows",
    }
    return [Sentence(test, LABELS[test], texts[test], test in policy.tests) for test in TESTS]


def _margin(limits: tuple[Threshold, ...]) -> str:
    return _limits(limits, "gross margin at or above") or "no floor is set: nobody can decide it"


def _price(limits: tuple[Threshold, ...]) -> str:
    return _limits(limits, "discount off list at or under") or "no cap is set: nobody can decide it"


def _limits(limits: Iterable[Threshold], what: str) -> str:
    ordered = sorted(limits, key=lambda t: (t.product_family is not None, t.segment is not None, scope(t)))
    parts = [f"{percent(t.value)}{_in(t)}" for t in ordered]
    return f"{what} {', '.join(parts)}" if parts else ""


def scope(limit: Threshold) -> str:
    """What a threshold is for: "Services in Enterprise", "Enterprise", "" for everything."""
    return " in ".join(filter(None, (limit.product_family, limit.segment)))


def _in(limit: Threshold) -> str:
    return f" for {scope(limit)}" if scope(limit) else ""


def _fit(policy: QualityPolicy) -> str:
    segments = [f"the segment is {_or(policy.strategic_segments)}"] if policy.strategic_segments else []
    ways = [*segments, "the account is marked strategic", f"it fits the ideal customer by {percent(policy.fit_line)}"]
    return f"{', '.join(ways[:-1])} or {ways[-1]}"


def _or(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} or {ordered[-1]}"


def since(day: date) -> str:
    """From when: "from the beginning", "from 1 Jan 2026"."""
    return "from the beginning" if day == date.min else f"from {show.day(day)}"
