"""Writing on a metric and a day, changing what was written, and saying that it is done. Each with its audit row."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import Role, User
from metrics.definitions.registry import all_metrics
from metrics.policy.checks import Refused, short
from scoreboard.annotations.access import may_annotate
from scoreboard.models.annotations import Annotation, AnnotationStatus
from scoreboard.rowsets import BY_OBJECT

EARLIEST = date(1990, 1, 1)
FURTHEST = timedelta(days=731)
_RECORD = re.compile(r"/rows/([a-z_]+)/(\d{1,18})/", re.ASCII)


@transaction.atomic
def annotate(
    *, actor: User, metric: str, on_date: date, text: str, owner: User, action: str = "", due_on: date | None = None,
    about: str = "",
) -> Annotation:  # fmt: skip
    """Writes on the company's value of `metric` on that day. Raises Refused with the field."""
    if metric not in {known.key for known in all_metrics()}:
        raise Refused("There is no such metric: choose one of the list.", "metric")
    held = _checked(on_date=on_date, text=text, owner=owner, action=action, due_on=due_on)
    written = Annotation.objects.create(metric=metric, about=_about(about, actor), written_by=actor, **held)
    record(verb="annotated a metric", actor=actor, target=written, metric=metric, after=_plain(held))
    return written


@transaction.atomic
def change_annotation(
    *, actor: User, annotation: Annotation, on_date: date, text: str, owner: User, action: str, due_on: date | None
) -> bool:
    """Gives it other words, another owner or day; whether there was anything to change. Raises Refused."""
    row = Annotation.objects.select_for_update().get(pk=annotation.pk)
    held = _checked(on_date=on_date, text=text, owner=owner, action=action, due_on=due_on)
    before = {name: getattr(row, name) for name in held if getattr(row, name) != held[name]}
    if not before:
        return False
    for name in before:
        setattr(row, name, held[name])
    row.save()
    after = _plain({name: held[name] for name in before})
    record(verb="changed an annotation", actor=actor, target=row, before=_plain(before), after=after)
    return True


@transaction.atomic
def settle_annotation(*, actor: User, annotation: Annotation, done: bool) -> bool:
    """Says that it is done, or open again; whether that was news."""
    status = AnnotationStatus.DONE if done else AnnotationStatus.OPEN
    moment = timezone.now() if done else None
    rows = Annotation.objects.filter(pk=annotation.pk).exclude(status=status)
    if not rows.update(status=status, done_at=moment):
        return False
    record(verb="closed an annotation" if done else "opened an annotation again", actor=actor, target=annotation)
    return True


def may_change(user: User, annotation: Annotation) -> bool:
    """The words are changed by whoever wrote them and by those who see the whole company."""
    return user.sees_everything or annotation.written_by_id == user.pk


def possible_owners() -> list[User]:
    """People to whom something may be given to do: those who may write annotations themselves."""
    roles = [role for role in Role if role != Role.REP]
    return [user for user in User.objects.filter(is_active=True, role__in=roles) if may_annotate(user)]


def _checked(
    *, on_date: date, text: str, owner: User, action: str, due_on: date | None
) -> dict[str, str | date | User | None]:
    text, action = short(text, "text"), short(action, "action")
    if not text:
        raise Refused("Write what happened.", "text")
    if not EARLIEST <= on_date <= timezone.now().date() + FURTHEST:
        raise Refused("That day is out of reach.", "on_date")
    if not may_annotate(owner):
        raise Refused("Choose somebody who may open annotations.", "owner")
    if due_on and not on_date <= due_on <= timezone.now().date() + FURTHEST:
        raise Refused("It is due on a day after the one it is about, within two years.", "due_on")
    if due_on and not action:
        raise Refused("Say what is due on that day.", "action")
    return {"on_date": on_date, "text": text, "owner": owner, "action": action, "due_on": due_on}


def _about(about: str, actor: User) -> str:
    """The address of a record that the writer may see; "" for anything else."""
    found = _RECORD.fullmatch(about)
    rowset = BY_OBJECT.get(found[1]) if found else None
    if found is None or rowset is None:
        return ""
    rows = rowset.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
    return about if rows.filter(pk=int(found[2])).exists() else ""


def _plain(held: dict[str, str | date | User | None]) -> dict[str, str | None]:
    return {
        name: value.email if isinstance(value, User) else value.isoformat() if isinstance(value, date) else value
        for name, value in held.items()
    }
