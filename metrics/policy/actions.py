"""Changing the policy: who may, what is possible, and what follows. Each change is audited and recomputes all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import Company, User
from metrics.definitions.quality_policy import Profile, QualityPolicy
from metrics.models import GeneralPolicy, MetricRun, QualityPolicyVersion
from metrics.policy import checks, stored
from metrics.policy.checks import Refused
from metrics.policy.reading import in_force, versions
from metrics.tasks import mark_all_due

SHAPED = frozenset({"profile", "bonus"})  # given as what definitions read, kept as JSON
CHANGEABLE = frozenset(f.name for f in GeneralPolicy._meta.get_fields()) - {"id", "changed_by", "changed_at"} - SHAPED


class NotYours(Refused):
    """The person may read the policy, not change it."""


def may_change(user: User) -> bool:
    """Operators, the CEO and both leaders: those who answer for the whole number."""
    return user.sees_everything


@transaction.atomic
def set_quality_policy(
    *, draft: QualityPolicy, floor: Decimal, why: str, actor: User | None = None, by: str = ""
) -> QualityPolicyVersion:
    """Adds a version in force from `draft.since` on; `floor` is the share of revenue that has to pass.

    1. One change at a time: the number follows the newest one's.
    2. A version that begins before today, when something has been published, is marked as a restatement. No version is
       ever changed: to move its day, a new version is added.
    3. The audit row, and everything due, in the same transaction; a worker is told after it.

    Raises Refused, with the field, for what cannot be kept and where nothing would change; NotYours.
    """
    _locked(actor)
    today = Company.current().today()
    units = int((floor * 10_000).to_integral_value()) if floor.is_finite() else -1
    draft = checks.quality_policy(draft, units, today)
    why = checks.reason(why)
    every = versions()
    before = in_force(every, draft.since)
    content = {**stored.quality_to_json(draft), "quality_floor": units}
    former = {
        **stored.quality_to_json(before.policy),
        "quality_floor": before.row.quality_floor if before.row else None,
    }
    open_end = before.until is None
    if content == former and open_end:
        raise Refused(f"That is version {before.number}, which is in force on {draft.since} already.", "since")
    row = QualityPolicyVersion.objects.create(
        number=every[-1].number + 1,
        since=draft.since,
        **content,
        why=why,
        changed_by=actor.email if actor else by or "system",
        restates=draft.since < today and MetricRun.newest() is not None,
    )
    audit.record(
        verb="changed the quality policy", actor=actor, by=by, target=row, version=row.number, since=str(row.since),
        why=why, changes=checks.differences(former, content), restates=row.restates,
    )  # fmt: skip
    _recompute()
    return row


@transaction.atomic
def set_general_policy(*, why: str, actor: User | None = None, by: str = "", **changes: Any) -> GeneralPolicy:
    """Changes fields of the general policy, by their names; all numbers are computed anew, past ones too.

    Raises Refused, with the field, for a value that cannot be; TypeError for a field that does not exist; NotYours.
    """
    stray = set(changes) - CHANGEABLE - SHAPED
    if stray:
        raise TypeError(f"the policy has no {', '.join(sorted(stray))}")
    row = _locked(actor)
    why = checks.reason(why)
    if "lead_sources" in changes:
        changes["lead_sources"] = checks.lead_sources(changes["lead_sources"])
    if "sales_functions" in changes:
        changes["sales_functions"] = sorted(checks.names(changes["sales_functions"], "sales_functions"))
    if "profile" in changes:
        changes["profile"] = _profile(changes["profile"])
    if "bonus" in changes:
        changes["bonus"] = stored.bonus_to_json(checks.bonus(changes["bonus"]))
    before = {name: getattr(row, name) for name in changes}
    changed = checks.differences(before, changes)
    if not changed:
        raise Refused("Nothing is different.")
    for name, value in changes.items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = actor.email if actor else by or "system", timezone.now()
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(" ".join(sentences), field) from None
    row.save()
    audit.record(verb="changed the policy", actor=actor, by=by, target=row, why=why, changes=_plain(changed))
    _recompute()
    return row


def _profile(profile: Profile) -> list[dict[str, Any]]:
    if len(profile.attributes) > checks.MOST:
        raise Refused(f"More than {checks.MOST} attributes.", "profile")
    return stored.profile_to_json(Profile(tuple(checks.attribute(each) for each in profile.attributes)))


def _locked(actor: User | None) -> GeneralPolicy:
    """The single row, held until the transaction ends: changes of the policy wait for each other."""
    if actor is not None and not may_change(actor):
        raise NotYours("The policy is changed by the CEO, the sales and marketing leaders and operators.")
    GeneralPolicy.objects.get_or_create(id=1)
    return GeneralPolicy.objects.select_for_update().get(id=1)


def _recompute() -> None:
    """All numbers are due; while there are none, the first import computes them all anyway."""
    if MetricRun.objects.exists():
        mark_all_due()


def _plain(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """For the audit's JSON: decimals as text."""
    return {name: [_text(v) if isinstance(v, Decimal) else v for v in values] for name, values in changes.items()}


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
