"""One record per rep of the trailing year: what stands beside revenue when somebody asks who sells well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.definitions.base import Array
from metrics.definitions.customers import active_on, durability, months_after
from metrics.definitions.fit import icp_parts
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.links import join
from metrics.definitions.scene import Scene


@dataclass(frozen=True)
class Record:
    """One array per measure, one entry per rep; NaN where it cannot be told. Over the twelve months to `as_of`.

    Shares are fractions, `revenue` in currency units, `fit` 0–100, `cycle_days` a median, `selling_hours` a week,
    `collaboration` 1–5. `n` is what each measure rests on: lines, deals, customers, weeks or answers.
    """

    rep: Ints
    measures: dict[str, Array]
    n: dict[str, Array]


def records(scene: Scene) -> Record:
    """Measures of every rep (by owner id) of the trailing year."""
    return scene.once("rep records", lambda: _Year(scene).record())


def _ratio(top: Array, bottom: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(bottom != 0, top / bottom, np.nan))


class _Year:
    """The trailing year of every rep."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rep = np.sort(scene.rows("reps")["rep_id"])
        self.since = int(months_after(np.array([scene.as_of + 1]), -12)[0])
        self.measures: dict[str, Array] = {}
        self.n: dict[str, Array] = {}

    def record(self) -> Record:
        """Everything."""
        self._lines()
        self._deals()
        self._customers()
        self._work()
        return Record(self.rep, self.measures, self.n)

    def _total(self, owner: Ints, which: Array, values: Array | None = None) -> Array:
        row, place = join(self.rep, np.where(which, owner, -1))
        weights = None if values is None else np.asarray(values[row], dtype=np.float64)
        return np.bincount(place, weights=weights, minlength=self.rep.size)

    def _add(self, name: str, owner: Ints, which: Array, top: Array, bottom: Array | None = None) -> None:
        """A pooled measure: Σ top / Σ bottom (default: how many rows) over each rep's rows of `which`."""
        n = self._total(owner, which)
        self.measures[name] = _ratio(self._total(owner, which, top), n if bottom is None else
                                     self._total(owner, which, bottom))  # fmt: skip
        self.n[name] = n

    def _recent(self, day: Ints) -> Array:
        return np.asarray((day >= self.since) & (day <= self.scene.as_of))

    def _lines(self) -> None:
        lines = self.scene.rows("lines")
        owner, net, year = lines["owner_id"], lines["net"], self._recent(lines.days("day"))
        self.measures["revenue"] = self._total(owner, year, net) / 10_000
        self.n["revenue"] = self._total(owner, year)
        self._add("margin", owner, year & lines["cost_known"], net - lines["cost"], net)
        listed = lines["list_amount"]
        self._add("discount", owner, year & lines["list_amount_known"], listed - net, listed)

    def _deals(self) -> None:
        deals = self.scene.rows("deals")
        owner, close, created = deals["owner_id"], deals.days("close"), deals.days("created")
        closed = deals["is_closed"] & self._recent(close)
        won = closed & deals["is_won"]
        self._add("win_rate", owner, closed, won)
        filled = (deals["amount_known"].astype(np.int64) + (close != UNDATED) + (created != UNDATED)) / 3
        self._add("hygiene", owner, closed, filled)
        row, place = join(self.rep, np.where(won & (created != UNDATED), owner, -1))
        self.n["cycle_days"] = np.bincount(place, minlength=self.rep.size)
        self.measures["cycle_days"] = _medians(place, (close - created)[row], self.rep.size)

    def _customers(self) -> None:
        scene = self.scene
        found, kept, judged = durability(scene)
        first_owner = _first_owner(scene, found.account)
        self._add("early_churn", first_owner, judged, ~kept)
        accounts = scene.rows("accounts")
        row, place = join(accounts["account_id"], found.account)
        owner = first_owner.copy()
        owner[row] = np.where(accounts["owner_id"][place] >= 0, accounts["owner_id"][place], owner[row])
        then, now = (np.full(found.account.size, day, dtype=np.int64) for day in (self.since - 1, scene.as_of))
        self._add("retention", owner, active_on(scene, found.account, then), active_on(scene, found.account, now))
        hit, known = np.zeros(found.account.size, dtype=np.int64), np.zeros(found.account.size, dtype=np.int64)
        hit[row], known[row] = (part[place] for part in icp_parts(scene)[:2])
        self._add("fit", first_owner, self._recent(found.first) & (known > 0), 100 * hit, known)

    def _work(self) -> None:
        hours, pulses = self.scene.rows("hours"), self.scene.rows("pulses")
        rep, year = hours["rep_id"], self._recent(hours.days("day"))
        self._add("selling_hours", rep, year & hours["selling_known"], hours["selling"] / 10_000)
        worked = hours["selling"] + hours["other"]
        self._add("overtime", rep, year & hours["overtime_known"], hours["overtime"], worked)
        self._add("collaboration", pulses["rep_id"], self._recent(pulses.days("day")), pulses["score"] / 10_000)
        # Of fewer answers than the policy asks for, one could be told: they are not there at all.
        few = self.n["collaboration"] < self.scene.setting.policy.rating_minimum
        self.measures["collaboration"] = np.where(few, np.nan, self.measures["collaboration"])
        self.n["collaboration"] = np.where(few, 0, self.n["collaboration"])


def _medians(place: Ints, values: Ints, size: int) -> Array:
    order = np.lexsort((values, place))
    count = np.bincount(place, minlength=size)
    start = np.cumsum(count) - count
    ranked = np.append(values[order], 0)
    last = max(ranked.size - 1, 0)
    low = ranked[np.minimum(start + (count - 1) // 2, last)]
    high = ranked[np.minimum(start + count // 2, last)]
    return np.asarray(np.where(count > 0, (low + high) / 2, np.nan))


def _first_owner(scene: Scene, account: Ints) -> Ints:
    """Who owned each account's first line (or its account, without lines); -1 if nobody did."""
    lines, accounts = scene.rows("lines"), scene.rows("accounts")
    order = np.lexsort((lines.days("day"), lines["account_id"]))
    ids, head = np.unique(lines["account_id"][order], return_index=True)
    owner = np.full(account.size, -1, dtype=np.int64)
    row, place = join(accounts["account_id"], account)
    owner[row] = accounts["owner_id"][place]
    row, place = join(ids, account)
    first = lines["owner_id"][order][head][place]
    owner[row] = np.where(first >= 0, first, owner[row])
    return owner
