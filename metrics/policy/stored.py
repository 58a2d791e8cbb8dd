"""Policies as the database keeps them, and as definitions read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from core.periods import Grain
from metrics.definitions.bonus import BonusPlan
from metrics.definitions.quality_policy import Attribute, Profile, QualityPolicy, Threshold
from metrics.models import QualityPolicyVersion

Json = dict[str, Any]


def thresholds_to_json(thresholds: Iterable[Threshold]) -> list[Json]:
    """The general one first, then by family and segment, so that equal policies are equal in the database."""
    ordered = sorted(thresholds, key=lambda t: (t.product_family or "", t.segment or ""))
    return [{"value": t.value, "product_family": t.product_family, "segment": t.segment} for t in ordered]


def thresholds_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Threshold, ...]:
    """The reverse of `thresholds_to_json`."""
    return tuple(Threshold(row["value"], row.get("product_family"), row.get("segment")) for row in rows)


def quality_to_json(policy: QualityPolicy) -> Json:
    """The columns of a version, without its day, its number and who changed it."""
    return {
        "tests": list(policy.tests),
        "margin_floor": thresholds_to_json(policy.margin_floor),
        "discount_cap": thresholds_to_json(policy.discount_cap),
        "grey_routes": sorted(policy.grey_routes),
        "strategic_segments": sorted(policy.strategic_segments),
        "fit_line": policy.fit_line,
        "clv_multiple": policy.clv_multiple,
    }


def quality_from_row(row: QualityPolicyVersion) -> QualityPolicy:
    """One version as definitions read it."""
    return QualityPolicy(
        version=row.number,
        since=row.since,
        tests=tuple(row.tests),
        margin_floor=thresholds_from_json(row.margin_floor),
        discount_cap=thresholds_from_json(row.discount_cap),
        grey_routes=frozenset(row.grey_routes),
        strategic_segments=frozenset(row.strategic_segments),
        fit_line=row.fit_line,
        clv_multiple=row.clv_multiple,
    )


def profile_to_json(profile: Profile) -> list[Json]:
    """The attributes of an ideal customer profile."""
    return [
        {"name": a.name, "weight": a.weight, "members": sorted(a.members), "low": a.low, "high": a.high}
        for a in profile.attributes
    ]


def profile_from_json(rows: Iterable[Mapping[str, Any]]) -> Profile:
    """The reverse of `profile_to_json`."""
    return Profile(
        tuple(
            Attribute(row["name"], row["weight"], frozenset(row.get("members", ())), row.get("low"), row.get("high"))
            for row in rows
        )
    )


def bonus_to_json(plan: BonusPlan) -> Json:
    """A joint bonus plan; decimals as text, so that they stay exact."""
    return {
        "threshold": str(plan.threshold),
        "cap": str(plan.cap),
        "curve": [[str(at), str(pays)] for at, pays in sorted(plan.curve)],
        "pool": {function: str(amount) for function, amount in sorted(plan.pool.items())},
        "gates": {function: [metric, str(least)] for function, (metric, least) in sorted(plan.gates.items())},
        "grain": str(plan.grain),
    }


def bonus_from_json(row: Mapping[str, Any]) -> BonusPlan:
    """The reverse of `bonus_to_json`; the empty plan, which pays nobody, where none is kept."""
    if not row:
        return BonusPlan()
    return BonusPlan(
        threshold=Decimal(row["threshold"]),
        cap=Decimal(row["cap"]),
        curve=tuple((Decimal(at), Decimal(pays)) for at, pays in row["curve"]),
        pool={function: Decimal(amount) for function, amount in row["pool"].items()},
        gates={function: (metric, Decimal(least)) for function, (metric, least) in row["gates"].items()},
        grain=Grain(row["grain"]),
    )
