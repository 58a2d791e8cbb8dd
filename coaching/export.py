"""The rows of coaching in the plain format, as text; `core.spreadsheet` makes safe CSV of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from coaching.models import ChangeEvent, CoachingSession, SalesMeeting, Training
from core.models import User
from core.money import text
from revenue import objects

PARTS = ("minutes", "best_practice_minutes", "productivity_minutes", "deal_review_minutes", "anecdote_minutes")


def rows(name: str, user: User) -> Iterator[list[str]]:
    """The heading and the rows of one object in the user's scope, as text. KeyError for an object not exported here.

    A session's rating goes out only to those who see the whole company: beside a single rep it is that rep's answer.
    """
    read = _READERS[name]
    yield list(objects.get(name).names)
    for row in read(user):
        yield [_cell(value) for value in row]


def _sessions(user: User) -> Iterator[tuple[Any, ...]]:
    found = CoachingSession.objects.visible_to(user).select_related("manager").prefetch_related("attendances__rep")
    for s in found.order_by("held_on", "pk").iterator(chunk_size=2000):
        reps = ";".join(sorted(a.rep.key for a in s.attendances.all())) or s.rep_refs
        useful = s.useful if user.sees_everything else None
        manager = s.manager.key if s.manager else s.manager_ref
        yield manager, reps, s.held_on, text(s.minutes), s.kind, s.deal_key, s.topic, s.planned, useful


def _trainings(user: User) -> Iterator[tuple[Any, ...]]:
    for t in Training.objects.visible_to(user).select_related("rep").order_by("held_on", "pk").iterator():
        rep = t.rep.key if t.rep else t.rep_ref
        yield t.topic, rep, t.held_on, _units(t.hours), t.course, _units(t.cost), t.currency


def _changes(user: User) -> Iterator[tuple[Any, ...]]:
    for e in ChangeEvent.objects.visible_to(user).order_by("on_date", "pk").iterator():
        yield e.kind, e.name, e.on_date, e.topics


def _meetings(user: User) -> Iterator[tuple[Any, ...]]:
    for m in SalesMeeting.objects.visible_to(user).order_by("held_on", "pk").iterator():
        yield m.held_on, m.team, *(_units(getattr(m, part)) for part in PARTS)


_READERS: dict[str, Callable[[User], Iterator[tuple[Any, ...]]]] = {
    "coaching_sessions": _sessions,
    "trainings": _trainings,
    "change_events": _changes,
    "sales_meetings": _meetings,
}
NAMES = tuple(_READERS)


def _units(value: int | None) -> str | None:
    return None if value is None else text(value)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
