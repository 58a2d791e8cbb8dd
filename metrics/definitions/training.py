"""Training: how much, and whether what was learned still holds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Timing, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints, positions
from metrics.definitions.growth import days
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut

FAMILY = "coaching and training"
_BOTH = (Function.SALES, Function.PRODUCT)


@dataclass(frozen=True)
class Spans:
    """Periods up to `as_of` as [start, end) in days, and the days they are stored under."""

    key: Ints
    start: Ints
    end: Ints


def spans(cut: Cut, grain: Grain, first: int) -> Spans:
    """All periods of `grain` from `first` on; the last ends with `as_of`."""
    last = cut.scene.as_of + 1
    if grain is Grain.ALL:
        return Spans(np.array([UNDATED]), np.array([first]), np.array([last]))
    periods = cut.periods(grain, first, cut.scene.as_of)
    start, end = days([p.start for p in periods]), days([p.end for p in periods])
    return Spans(start, start, np.minimum(end, last))


def _there(cut: Cut, start: Ints, end: Ints) -> tuple[Ints, np.ndarray]:
    """Members of the active reps, and which rep (row) was there on some day of which period (column)."""
    reps = cut.scene.rows("reps")
    hired = np.where(np.isnat(reps["hired"]), np.iinfo(np.int64).min, reps.days("hired"))
    there = (hired[:, None] < end) & (reps.days("left")[:, None] > start) & reps["is_rep"][:, None]
    return cut.codes("reps"), there


def _sum(member: Ints, table: np.ndarray) -> tuple[Ints, np.ndarray]:
    """Σ over the rows of each member."""
    members, row = np.unique(member, return_inverse=True)
    total = np.zeros((members.size, table.shape[1]), dtype=np.int64)
    np.add.at(total, row, table.astype(np.int64))
    return members, total


@shaped(
    "training_hours", "Training hours per rep", Unit.HOURS, reads=("trainings", "reps"), family=FAMILY, functions=_BOTH,
    timing=Timing.LEAD, moves="win_rate", numerator_scale=10_000, empty="no active reps", zero=True,
    formula="Hours of training in the period divided by the reps who were there in it.",
    why="Markets change faster than habits.",
)  # fmt: skip
def training_hours(cut: Cut) -> Long:
    """Σ hours / active reps; n = trainings with known hours."""
    trainings = cut.scene.rows("trainings")
    day, member = trainings.days("day"), cut.codes("trainings")
    used = (day <= cut.scene.as_of) & trainings["hours_known"]
    tables = []
    for grain in cut.grains:
        if not used.any():
            break
        span = spans(cut, grain, int(day[used].min()))
        reps, there = _there(cut, span.start, span.end)
        inside = used[:, None] & (day[:, None] >= span.start) & (day[:, None] < span.end)
        both = np.concatenate([reps, member])
        none = np.zeros_like(there, dtype=np.int64)
        members, count = _sum(both, np.concatenate([there, np.zeros_like(inside)]))
        _, hours = _sum(both, np.concatenate([none, inside * trainings["hours"][:, None]]))
        _, n = _sum(both, np.concatenate([none, inside]))
        who, column = np.nonzero((count > 0) | (n > 0))
        tables.append(
            long(
                grain, span.key[column], members[who], numerator=hours[who, column], denominator=count[who, column],
                n=n[who, column],
            )
        )  # fmt: skip
    return stack(tables)


@dataclass(frozen=True)
class Currency:
    """Pairs of active rep and topic at the end of each period: which exist and which are current."""

    pairs: np.ndarray  # topic × rep × period
    current: np.ndarray


def currency(cut: Cut, span: Spans, topics: list[str]) -> Currency:
    """A training holds for half-life × log2(1 / line) days, and no longer than until a change on its topic."""
    policy = cut.setting.policy
    holds = math.floor(policy.training_half_life_days * math.log2(1 / policy.training_line) + 1e-9)
    trainings, changes, reps = (cut.scene.rows(f) for f in ("trainings", "change_events", "reps"))
    last_day = span.end - 1
    _, there = _there(cut, span.end - 1, span.end)
    pairs, fresh = [], []
    for topic in topics:
        taught = trainings.isin("topic", {topic})
        changed = changes.days("day")[changes.isin("topic", {topic})]
        since = _latest(np.zeros(changed.size, dtype=np.int64), changed, 1, last_day)
        rep, day = trainings["rep_id"][taught], trainings.days("day")[taught]
        rows = positions(reps["rep_id"], rep)
        trained = _latest(rows, day, len(reps), last_day)
        pairs.append(there)
        fresh.append(there & (trained >= since) & (last_day - trained <= holds) & (trained > -UNDATED))
    shape = (0, *there.shape)
    return Currency(
        np.stack(pairs) if pairs else np.zeros(shape, dtype=bool),
        np.stack(fresh) if fresh else np.zeros(shape, dtype=bool),
    )


def _latest(row: Ints, day: Ints, size: int, last_day: Ints) -> np.ndarray:
    """The latest day up to each of `last_day` per row; -UNDATED where there is none."""
    table = np.full((size, last_day.size), -UNDATED, dtype=np.int64)
    column = np.searchsorted(last_day, day)
    used = (row >= 0) & (column < last_day.size)
    np.maximum.at(table, (row[used], column[used]), day[used])
    return np.asarray(np.maximum.accumulate(table, axis=1))


def topics_of(cut: Cut) -> list[str]:
    """Every topic that a training or a change was about; of several ways to write one in letters, the first."""
    found: dict[str, str] = {}
    for name in ("trainings", "change_events"):
        for topic in map(str, cut.scene.frames.get(name)["topic"].dropna().unique()):
            found[topic.lower()] = min(topic, found.get(topic.lower(), topic))
    return sorted(found.values())


def _share(cut: Cut, by_topic: bool) -> Long:
    days = [cut.scene.rows(f).days("day") for f in ("trainings", "change_events")]
    known = np.concatenate(days)
    known = known[known <= cut.scene.as_of]
    topics = topics_of(cut)
    tables = []
    for grain in cut.grains:
        if not known.size:
            break
        span = spans(cut, grain, int(known.min()))
        found = currency(cut, span, topics)
        reps = cut.codes("reps")
        groups = [(topic, found.pairs[i], found.current[i]) for i, topic in enumerate(topics)]
        if not by_topic:
            groups = [("", found.pairs.sum(axis=0), found.current.sum(axis=0))]
        for topic, pairs, current in groups:
            members, bottom = _sum(reps, pairs)
            _, top = _sum(reps, current)
            who, column = np.nonzero(bottom)
            own = {"topic": np.full(who.size, topic, dtype=object)} if by_topic else {}
            tables.append(
                long(
                    grain, span.key[column], members[who], numerator=top[who, column], denominator=bottom[who, column],
                    n=bottom[who, column], **own,
                )
            )  # fmt: skip
    return stack(tables)


_FORMULA = (
    "Share of active reps whose latest training holds at the period's end: 0.5^(days since / half-life) at or above "
    "the "
    "policy's line, and no later change (product, vertical, competitor, buying habit) on the topic"
)


@shaped(
    "training_currency", "Training currency", Unit.RATE, reads=("trainings", "change_events", "reps"), family=FAMILY,
    functions=_BOTH, timing=Timing.LEAD, moves="win_rate", empty="no active reps",
    formula=f"{_FORMULA}; over all pairs of rep and topic.", why="A launch makes yesterday's training stale at once.",
)  # fmt: skip
def training_currency(cut: Cut) -> Long:
    """Current pairs / pairs of active rep and topic."""
    return _share(cut, by_topic=False)


@shaped(
    "training_currency_topic", "Training currency by topic", Unit.RATE, reads=("trainings", "change_events", "reps"),
    family=FAMILY, functions=_BOTH, timing=Timing.LEAD, moves="win_rate", empty="no active reps", own_dims=("topic",),
    formula=f"{_FORMULA}; topic by topic.", why="It names the training that is due.",
)  # fmt: skip
def training_currency_topic(cut: Cut) -> Long:
    """The same for each topic."""
    return _share(cut, by_topic=True)
