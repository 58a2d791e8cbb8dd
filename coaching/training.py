"""Who is current on what: training fades by half-lives, and a change makes it stale at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BigIntegerField, DateField, Max, Value
from django.db.models.functions import Cast

from coaching.models import Attendance, ChangeEvent, Topic, Training
from coaching.models.training import HALF_LIFE_DAYS
from coaching.policy import CURRENT_LINE
from core.models import User
from revenue.models import Rep

AFTERWARDS = timedelta(days=30)  # how long after a training its first practice may take before it is "one and done"


@dataclass(frozen=True)
class Standing:
    """One rep on one topic. `state`: current, faded, stale (by `change`) or never; `left` is the share remembered."""

    state: str
    last: date | None = None
    left: float = 0.0
    change: ChangeEvent | None = None

    @property
    def percent(self) -> int:
        """`left` in whole percent, rounded down: 49.9 is not yet on the line."""
        return int(self.left * 100)


@dataclass(frozen=True)
class TopicRow:
    """A topic with everybody's standing; `hours` is the mean length of its trainings, None where nobody gave one."""

    name: str
    half_life: int
    standings: list[Standing]
    change: ChangeEvent | None
    hours: Decimal | None
    one_and_done: int

    @property
    def current(self) -> int:
        """How many reps are current."""
        return sum(s.state == "current" for s in self.standings)

    @property
    def hours_to_ready(self) -> Decimal | None:
        """Training hours that would make everybody current; None where the topic's hours are not known."""
        return None if self.hours is None else self.hours * (len(self.standings) - self.current)


class Trained(NamedTuple):
    """One rep at one training: the day, and its hours in ten-thousandths, None where nobody gave them."""

    held_on: date
    hours: int | None


Held = dict[str, dict[int, list[Trained]]]  # by topic and rep, in the order of their days


def standing(last: date | None, today: date, half_life: int, change: ChangeEvent | None) -> Standing:
    """0.5^(days since / half-life), at or above the line; stale if a change on the topic is later than the training."""
    if last is None:
        return Standing("never")
    left = 0.5 ** (max((today - last).days, 0) / half_life)
    if change is not None and change.on_date > last:
        return Standing("stale", last, left, change)
    return Standing("current" if left >= CURRENT_LINE else "faded", last, left)


def matrix(user: User, reps: Collection[Rep], today: date) -> list[TopicRow]:
    """Every topic with the standing of each rep (in their order), the topics a change made stale first."""
    held, practised, half_lives = _read(user, reps, today)
    changes = latest_changes(user, today)
    rows = []
    for name in {*held, *changes, *half_lives}:
        half_life, change = half_lives.get(name, HALF_LIFE_DAYS), changes.get(name)
        of = held.get(name, {})
        standings = [
            standing(max((t.held_on for t in of.get(r.pk, ())), default=None), today, half_life, change) for r in reps
        ]
        done = sum(_one_and_done(rows_of, practised.get((rep, name)), today) for rep, rows_of in of.items())
        rows.append(TopicRow(name, half_life, standings, change, _mean_hours(of), done))
    return sorted(rows, key=lambda r: (-sum(s.state == "stale" for s in r.standings), r.name.casefold()))


def latest_changes(user: User, today: date) -> dict[str, ChangeEvent]:
    """The newest change that has happened, by topic."""
    found: dict[str, ChangeEvent] = {}
    for event in ChangeEvent.objects.visible_to(user).filter(on_date__lte=today).order_by("on_date", "pk"):
        for topic in filter(None, (part.strip() for part in (event.topics or "").split(";"))):
            found[topic] = event
    return found


def _read(user: User, reps: Collection[Rep], today: date) -> tuple[Held, dict[tuple[int, str], date], dict[str, int]]:
    """The trainings of these reps up to today by topic and rep, the last day each was coached on a topic, and the
    half-lives in days of the company's topics; all in one query.
    """
    of = [r.pk for r in reps]
    trainings = Training.objects.visible_to(user).filter(rep_id__in=of, held_on__lte=today)
    coached = Attendance.objects.filter(rep_id__in=of).exclude(session__topic=None).order_by()
    # Each part has the columns (part, topic, rep, day, number): hours of a training, days of a half-life.
    parts = trainings.annotate(part=Value("held")).values_list("part", "topic", "rep_id", "held_on", "hours")
    last = coached.values_list(Value("coached"), "session__topic", "rep_id").annotate(
        day=Max("session__held_on"), number=Value(None, output_field=BigIntegerField())
    )
    topics = Topic.objects.order_by().values_list(
        Value("topic"), "name", Value(None, output_field=BigIntegerField()), Value(None, output_field=DateField()),
        Cast("half_life_days", BigIntegerField()),
    )  # fmt: skip
    held: Held = defaultdict(lambda: defaultdict(list))
    practised: dict[tuple[int, str], date] = {}
    half_lives: dict[str, int] = {}
    for part, topic, rep, day, number in parts.union(last, topics, all=True).order_by("held_on"):
        if part == "topic":
            half_lives[topic] = number or HALF_LIFE_DAYS
        elif part == "coached":
            practised[rep, topic] = day
        else:
            held[topic][rep].append(Trained(day, number))
    return held, practised, half_lives


def _one_and_done(trainings: list[Trained], practised: date | None, today: date) -> bool:
    """Trained once, long enough ago, and never coached on it since."""
    first = trainings[0].held_on
    return len(trainings) == 1 and today - first > AFTERWARDS and (practised is None or practised < first)


def _mean_hours(of: dict[int, list[Trained]]) -> Decimal | None:
    hours = [t.hours for rows in of.values() for t in rows if t.hours is not None]
    return (Decimal(sum(hours)) / len(hours)).scaleb(-4) if hours else None
