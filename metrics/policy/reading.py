"""Reading the policy: what is in force when, for computations and for pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from core.unchanged import while_unchanged
from metrics.definitions.policy import Policy
from metrics.definitions.quality_policy import QualityPolicy
from metrics.models import GeneralPolicy, QualityPolicyVersion
from metrics.policy.stored import bonus_from_json, profile_from_json, quality_from_row

# Judges every day before the company's own first version, under number 0.
BUILT_IN = QualityPolicy(version=0, since=date.min)


@dataclass(frozen=True)
class Version:
    """A version with its place in time. `row` is None for the policy that Assay comes with."""

    policy: QualityPolicy
    row: QualityPolicyVersion | None
    until: date | None  # the first day it no longer judges; None: open
    replaced_by: int | None  # the later version that begins on or before its first day, so that it judges nothing

    @property
    def number(self) -> int:
        """Its number; 0 for the built-in one."""
        return self.policy.version

    @property
    def floor(self) -> Decimal | None:
        """The share of revenue that has to pass; None for the built-in one, which demands none."""
        return Decimal(self.row.quality_floor).scaleb(-4) if self.row else None

    def judges(self, day: date) -> bool:
        """Whether it is the one in force on `day`."""
        return self.replaced_by is None and self.policy.since <= day and (self.until is None or day < self.until)


def versions(rows: Iterable[QualityPolicyVersion] | None = None) -> list[Version]:
    """All versions, the built-in one first: a later version replaces earlier ones from its own first day on.

    So a version that reaches back behind an earlier one's first day leaves that one nothing to judge.
    """
    if rows is None:
        rows = while_unchanged("quality policy versions", lambda: list(QualityPolicyVersion.objects.all()))
    found = sorted(rows, key=lambda row: row.number)
    every: list[tuple[QualityPolicy, QualityPolicyVersion | None]] = [(BUILT_IN, None)]
    every += [(quality_from_row(row), row) for row in found]
    result = []
    for place, (policy, row) in enumerate(every):
        later = every[place + 1 :]
        replaced = next((other.version for other, _ in later if other.since <= policy.since), None)
        starts = [other.since for other, _ in later if other.since > policy.since]
        result.append(Version(policy, row, min(starts) if starts and replaced is None else None, replaced))
    return result


def in_force(every: Sequence[Version], day: date) -> Version:
    """The version that judges `day`; the newest one asked for a day behind all is open, so there always is one."""
    return next(version for version in every if version.judges(day))


def quality_policies(every: Sequence[Version]) -> tuple[QualityPolicy, ...]:
    """Those that judge any day, oldest first; while the company has none of its own, the built-in one."""
    if len(every) == 1:
        return Policy().quality
    return tuple(sorted((v.policy for v in every if v.replaced_by is None), key=lambda policy: policy.since))


def load_policy(general: GeneralPolicy | None = None) -> Policy:
    """The company's policy as definitions read it. What has never been set has the default of the metric contract."""
    general = general or GeneralPolicy.current()
    default = Policy()
    known = {f.name for f in GeneralPolicy._meta.get_fields()}
    given = {
        f.name: _like(getattr(default, f.name), getattr(general, f.name)) for f in fields(Policy) if f.name in known
    }
    given["profile"] = profile_from_json(general.profile)
    given["bonus"] = bonus_from_json(general.bonus)
    return Policy(**given, quality=quality_policies(versions()))


def _like(default: Any, stored: Any) -> Any:
    if isinstance(default, float):
        return float(stored)
    return frozenset(stored) if isinstance(default, frozenset) else stored


def floor_on(every: Sequence[Version], day: date) -> Decimal | None:
    """The quality share demanded on `day`, as a fraction; None where no version of the company's own is in force."""
    return in_force(every, day).floor


def quality_floor(day: date) -> Decimal | None:
    """As `floor_on`, read from the database."""
    return floor_on(versions(), day)


def weekly_hours() -> Decimal:
    """Hours of coaching that each rep should have in a week."""
    return GeneralPolicy.current().coaching_hours_per_week.normalize()
