"""What people do with rules and alerts. Each function is atomic and writes its own audit row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import User
from metrics.models.runs import member_scope
from scoreboard.models import Alert, AlertRule
from scoreboard.models.alerts import Kind, Side, Valence
from scoreboard.reading import METRICS

LONGEST_NAME, LONGEST_WORD = 120, 500
STORED_GRAINS = ("week", "month", "quarter", "year")
NEEDS_LEVEL = (Kind.THRESHOLD, Kind.GOAL, Kind.STALE)


class Refused(ValueError):
    """It cannot be kept; the text says why, `field` names the input it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Draft:
    """A rule as it was typed; `level` in the metric's unit."""

    name: str
    kind: str
    metric: str = ""
    grain: str = ""
    dim: str = ""
    member: str = ""
    side: str = str(Side.BELOW)
    level: Decimal | None = None
    min_n: int = 0
    valence: str = str(Valence.AUTO)
    mail: bool = True
    active: bool = True


@transaction.atomic
def save_rule(*, draft: Draft, owner: User, actor: User, rule: AlertRule | None = None) -> AlertRule:
    """Makes a rule, or changes one. Raises Refused."""
    _leads(actor)
    draft = _checked(draft)
    _may_own(owner, draft)
    before = _plain(rule) if rule is not None else None
    kept = AlertRule(pk=rule.pk, made_at=rule.made_at) if rule is not None else AlertRule()
    for name, value in asdict(draft).items():
        setattr(kept, name, value)
    kept.owner = owner
    kept.save()
    if before is not None and _watched(before) != _watched(_plain(kept)):
        # What was found by another question is over.
        kept.alerts.filter(ended_at=None).update(ended_at=timezone.now())
    record(
        verb="changed an alert rule" if before else "made an alert rule", actor=actor, target=kept, before=before,
        after=_plain(kept),
    )  # fmt: skip
    return kept


@transaction.atomic
def delete_rule(*, rule: AlertRule, actor: User) -> None:
    """Deletes a rule with its alerts. Raises Refused."""
    _leads(actor)
    record(verb="deleted an alert rule", actor=actor, target=rule, before=_plain(rule))
    rule.delete()


@transaction.atomic
def take(*, alert: Alert, actor: User, word: str) -> None:
    """Says that the actor looks after it. Raises Refused for an alert that is not open."""
    _mark(alert, actor, word, taken_at=timezone.now(), taken_by=actor)
    record(verb="took an alert on", actor=actor, target=alert, word=word)


@transaction.atomic
def close(*, alert: Alert, actor: User, word: str) -> None:
    """Closes it with a word on what was done. It is not raised again while it holds. Raises Refused."""
    if not word.strip():
        raise Refused("Say in a word what was done, or why it needs nothing.", "word")
    _mark(alert, actor, word, closed_at=timezone.now(), taken_by=actor)
    record(verb="closed an alert", actor=actor, target=alert, word=word)


def _mark(alert: Alert, actor: User, word: str, **values: Any) -> None:
    if len(word) > LONGEST_WORD:
        raise Refused(f"That is too long: {LONGEST_WORD} characters are enough.", "word")
    if word.strip():
        values["word"] = word.replace("\0", "").strip()
    if Alert.objects.visible_to(actor).open().filter(pk=alert.pk).update(**values) != 1:
        raise Refused("That alert is not open any more.")


def _leads(actor: User) -> None:
    if not actor.sees_everything:
        raise Refused("Rules are kept by those who see the whole company.")


def _checked(draft: Draft) -> Draft:
    if not draft.name.strip():
        raise Refused("Give the rule a name.", "name")
    if len(draft.name) > LONGEST_NAME:
        raise Refused(f"The name is too long: {LONGEST_NAME} characters are enough.", "name")
    if draft.kind not in Kind.values:
        raise Refused("Choose what the rule looks for.", "kind")
    if draft.side not in Side.values or draft.valence not in Valence.values:
        raise Refused("Choose when it is news.", "side")
    if draft.kind in NEEDS_LEVEL and draft.level is None:
        raise Refused("Give the limit.", "level")
    if draft.level is not None and (not draft.level.is_finite() or abs(draft.level) >= Decimal(10) ** 15):
        raise Refused("That limit is out of reach.", "level")
    if draft.kind == Kind.STALE:
        return _with(draft, metric="", grain="", dim="", side=str(Side.BELOW), valence=str(Valence.BAD))
    _check_cut(draft)
    return draft


def _check_cut(draft: Draft) -> None:
    metric = METRICS.get(draft.metric)
    if metric is None or metric.own_dims:
        raise Refused("Choose a metric.", "metric")
    if draft.grain not in STORED_GRAINS or draft.grain not in {str(g) for g in metric.grains}:
        raise Refused(f"{metric.label} is not kept by {draft.grain or 'that period'}.", "grain")
    if draft.dim and draft.dim not in metric.dims:
        raise Refused(f"{metric.label} is not kept by {draft.dim}.", "dim")
    if draft.kind == Kind.PEER and draft.dim not in ("team", "rep"):
        raise Refused("Peers are teams or reps: choose which.", "dim")
    if draft.kind != Kind.PEER and bool(draft.dim) != bool(draft.member):
        raise Refused("Name the part, or leave both empty for the whole company.", "member")
    if draft.kind == Kind.GOAL and draft.metric not in ("attainment", "joint_attainment", "quality_attainment"):
        raise Refused("A goal is watched by an attainment.", "metric")


def _may_own(owner: User, draft: Draft) -> None:
    """An owner is told of it by mail, so they must be somebody who may see it."""
    mine = member_scope(owner).get(draft.dim, []) if owner.is_active and not owner.sees_everything else []
    if not owner.sees_everything and (draft.kind in (Kind.PEER, Kind.STALE) or draft.member not in mine):
        raise Refused(f"{owner} may not see this part of the company.", "owner")


def _with(draft: Draft, **values: Any) -> Draft:
    return Draft(**{**asdict(draft), **values})


def _plain(rule: AlertRule) -> dict[str, Any]:
    names = (*Draft.__dataclass_fields__, "owner_id")
    return {n: str(v) if isinstance(v := getattr(rule, n), Decimal) else v for n in names}


def _watched(plain: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(str(plain[n]) for n in ("kind", "metric", "grain", "dim", "member", "side", "valence", "active"))
