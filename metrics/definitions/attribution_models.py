"""How the credit for a deal is spread over the touches before it. Weights of a path always sum to 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DAY = 86_400


@dataclass(frozen=True)
class Paths:
    """Touches sorted by path (deal) and moment. `lead` and `opened` are the days of the path's milestones.

    `at` is in seconds since 1970; `day`, the company's own, and the milestones are in days since then. A path without a
    milestone has the least int64 there.
    """

    path: Ints
    at: Ints
    day: Ints
    direct: Flags
    lead: Ints
    opened: Ints

    @property
    def starts(self) -> Ints:
        """Position of each path's first touch."""
        first = np.ones(self.path.size, dtype=bool)
        first[1:] = self.path[1:] != self.path[:-1]
        return np.flatnonzero(first)

    def spread(self) -> tuple[Ints, Ints, Ints]:
        """Per touch: position from the first (0 …), from the last (0 …), and length of its path."""
        starts = self.starts
        length = np.diff(np.append(starts, self.path.size))
        size = np.repeat(length, length)
        position = np.arange(self.path.size) - np.repeat(starts, length)
        return position, size - 1 - position, size


def first(paths: Paths) -> Floats:
    """All to the first touch."""
    return np.asarray(paths.spread()[0] == 0, dtype=np.float64)


def last(paths: Paths) -> Floats:
    """All to the last touch."""
    return np.asarray(paths.spread()[1] == 0, dtype=np.float64)


def last_non_direct(paths: Paths) -> Floats:
    """All to the last touch that is not direct; to the last if all are."""
    if not paths.path.size:
        return np.zeros(0)
    starts = paths.starts
    position = np.arange(paths.path.size)
    best = np.maximum.reduceat(np.where(paths.direct, -1, position), starts)
    ends = np.append(starts[1:], paths.path.size) - 1
    weight = np.zeros(paths.path.size)
    weight[np.where(best < 0, ends, best)] = 1
    return weight


def linear(paths: Paths) -> Floats:
    """The same to each touch."""
    return np.asarray(1 / np.maximum(paths.spread()[2], 1))


def _ends(paths: Paths, share: float) -> Floats:
    """`share` to the first and to the last, the rest evenly between; two touches halve, one takes all."""
    before, behind, size = paths.spread()
    middle = (1 - 2 * share) / np.maximum(size - 2, 1)
    outer = np.where(size > 2, share, 0.5)
    weight = np.where((before == 0) | (behind == 0), outer, middle)
    return np.asarray(np.where(size == 1, 1.0, weight))


def u_shaped(paths: Paths) -> Floats:
    """40 / 20 / 40."""
    return _ends(paths, 0.4)


def u_shaped_50(paths: Paths) -> Floats:
    """50 to the first, 50 to the last."""
    return _ends(paths, 0.5)


def _milestones(paths: Paths, share: float, *, with_last: bool) -> Floats:
    """`share` to the first touch and to those that led to the lead and to the opportunity (and to the last).

    A milestone belongs to the last touch up to its day; without a day, or before any touch, its share goes with
    the rest, evenly to the touches in between, or to the milestones there are if nothing lies between.
    """
    if not paths.path.size:
        return np.zeros(0)
    before, behind, _ = paths.spread()
    starts = paths.starts
    number = np.repeat(np.arange(starts.size), np.diff(np.append(starts, paths.path.size)))
    weight = share * (before == 0).astype(np.float64)
    for milestone in (paths.lead, paths.opened):
        reached = np.where(paths.day <= milestone, np.arange(paths.path.size), -1)
        chosen = np.maximum.reduceat(reached, starts)
        np.add.at(weight, chosen[chosen >= 0], share)
    if with_last:
        weight += share * (behind == 0)
    rest = 1 - np.bincount(number, weights=weight)
    between = weight == 0
    count = np.bincount(number, weights=between)
    weight = weight + np.where(between, (rest / np.maximum(count, 1))[number], 0.0)
    total = np.bincount(number, weights=weight)
    return np.asarray(weight / total[number])


def w_shaped(paths: Paths) -> Floats:
    """30 to the first touch, 30 to the lead's, 30 to the opportunity's, 10 to the others."""
    return _milestones(paths, 0.3, with_last=False)


def full_path(paths: Paths) -> Floats:
    """22.5 to each of first, lead, opportunity and last, 10 to the others."""
    return _milestones(paths, 0.225, with_last=True)


def time_decay(paths: Paths, half_life_days: float = 7.0) -> Floats:
    """Halved for each half-life before the last touch."""
    if not paths.path.size:
        return np.zeros(0)
    starts = paths.starts
    length = np.diff(np.append(starts, paths.path.size))
    age = np.repeat(paths.at[starts + length - 1], length) - paths.at
    weight = 0.5 ** (age / DAY / half_life_days)
    return np.asarray(weight / np.repeat(np.add.reduceat(weight, starts), length))


POSITIONAL: Mapping[str, Callable[[Paths], Floats]] = {
    "first": first, "last": last, "last_non_direct": last_non_direct, "linear": linear, "u_shaped": u_shaped,
    "u_shaped_50": u_shaped_50, "w_shaped": w_shaped, "full_path": full_path,
}  # fmt: skip


def removal_effects(path: Ints, channel: Ints, converted: Flags, channels: int) -> tuple[float, Floats]:
    """First-order Markov chain: its conversion rate, and the share of conversions lost without each channel.

    `path` (sorted) and `channel` per touch,
    `converted` per path in ascending order of its number. Anderl et al. (2016).
    """
    start, won, lost = channels, channels + 1, channels + 2
    begins = np.ones(path.size, dtype=bool)
    begins[1:] = path[1:] != path[:-1]
    ends = np.append(begins[1:], True) if path.size else begins
    source = np.where(begins, start, np.roll(channel, 1))
    count = np.zeros((channels + 3, channels + 3))
    np.add.at(count, (source, channel), 1)
    np.add.at(count, (channel[ends], np.where(converted, won, lost)), 1)
    total = count.sum(axis=1, keepdims=True)
    moves = count / np.where(total == 0, 1, total)
    inner = moves[: channels + 1, : channels + 1]
    to_won = moves[: channels + 1, won]
    whole = _reach(inner, to_won, start)
    effects = np.zeros(channels)
    for gone in range(channels):
        kept = inner.copy()
        kept[:, gone] = 0  # whoever would go there is lost
        effects[gone] = 1 - _reach(kept, to_won, start) / whole if whole else 0.0
    return whole, effects


def _reach(inner: Floats, to_won: Floats, start: int) -> float:
    """Probability of conversion from the start of an absorbing chain."""
    return float(np.linalg.solve(np.eye(len(inner)) - inner, to_won)[start])


def shapley(paths: Sequence[tuple[frozenset[str], float]]) -> dict[str, float]:
    """Shapley values of channels, exact for any number of them.

    A coalition is worth what the paths convert that need nobody else. That game is a sum of unanimity games, one per
    path, and the Shapley value of each splits its worth evenly among the path's channels (Shapley 1953).
    """
    credit: dict[str, float] = {}
    for channels, worth in paths:
        for channel in channels:
            credit[channel] = credit.get(channel, 0.0) + worth / len(channels)
    return credit
