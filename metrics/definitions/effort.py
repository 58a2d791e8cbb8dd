"""What an hour of work brings, and how the people who work are doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Parts, Unit, pooled, shaped
from metrics.definitions.customers import months_after
from metrics.definitions.grouping import UNDATED, Ints, exact_sum, group, positions, ranks, settled_sum
from metrics.definitions.links import join
from metrics.definitions.long import Long, long, pool, stack
from metrics.definitions.scene import Cut, Rows, Scene

HOUR = 600_000
ACCOUNTS = 100  # that uses of time are told of: those that took the most minutes
_NO_PROFIT = "no gross profit is known"
_SALES = (Function.SALES,)


def profit_by_activity(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Gross profit (ten-thousandths) that each activity earns, and which activities have known minutes.

    An account's gross profit up to `as_of` is shared among the activities with it, by minutes.
    """

    def make() -> tuple[np.ndarray, np.ndarray]:
        lines, acts = scene.rows("lines"), scene.rows("activities")
        used = lines["cost_known"] & (lines.days("day") <= scene.as_of) & (lines["account_id"] >= 0)
        accounts, place = np.unique(lines["account_id"][used], return_inverse=True)
        profit = exact_sum(place, (lines["net"] - lines["cost"])[used], accounts.size)
        timed = acts["minutes_known"] & (acts["minutes"] > 0) & (acts.days("day") <= scene.as_of)
        row, account = join(accounts, np.where(timed, acts["account_id"], -1))
        minutes = np.bincount(account, weights=acts["minutes"][row], minlength=max(accounts.size, 1))
        earned = np.zeros(len(acts))
        earned[row] = profit[account] * acts["minutes"][row] / minutes[account]
        return earned, timed

    return scene.once("profit by activity", make)


def _uses(scene: Scene) -> list[tuple[list[str], Ints]]:
    """Sorts of uses of time: names of the uses, and each activity's position among them (-1: none).

    The kinds of activity, the sources of the deals worked on, and the accounts that took the most minutes.
    """
    acts, deals = scene.rows("activities"), scene.rows("deals")
    kinds, sources = acts.frame["kind"].cat, deals.frame["source_function"].cat
    row, deal = join(deals["deal_id"], acts["deal_id"])
    source = np.full(len(acts), -1)
    source[row] = sources.codes.to_numpy()[deal]
    return [
        ([f"kind: {kind}" for kind in kinds.categories], kinds.codes.to_numpy().astype(np.int64)),
        ([f"source: {source}" for source in sources.categories], source),
        _busiest(scene),
    ]


def _busiest(scene: Scene) -> tuple[list[str], Ints]:
    """The accounts that took the most minutes, by name, and each activity's position among them."""
    acts, known = scene.rows("activities"), scene.rows("account_names")
    _, timed = profit_by_activity(scene)
    account = acts["account_id"]
    used = timed & (account >= 0)
    ids, place = ranks(account[used])
    minutes = exact_sum(place, acts["minutes"][used], ids.size)
    most = ids[np.lexsort((ids, -minutes))[:ACCOUNTS]]
    at = positions(known["account_id"], most)
    names, labels = known.frame["name"].cat, []
    for number, position in zip(most.tolist(), at.tolist(), strict=True):
        code = int(names.codes.iloc[position]) if position >= 0 else -1
        labels.append(f"account: {names.categories[code] if code >= 0 else number}")
    return labels, positions(most, account)


def _reason(scene: Scene) -> str:
    """Why no hour has a worth: where no line has a known cost, nothing earned is unknown and not 0."""
    lines = scene.rows("lines")
    known = lines["cost_known"] & (lines.days("day") <= scene.as_of) & (lines["account_id"] >= 0)
    return "" if scene.once("some profit is known", lambda: bool(known.any())) else _NO_PROFIT


@dataclass(frozen=True)
class Effort:
    """What uses of one sort took and brought, one entry per member and use."""

    member: Ints
    use: npt.NDArray[np.object_]
    profit: npt.NDArray[np.float64]
    hours: npt.NDArray[np.float64]
    n: Ints  # activities

    @property
    def rate(self) -> npt.NDArray[np.float64]:
        """Gross profit per hour."""
        return self.profit / self.hours


def _effort(cut: Cut) -> list[Effort]:
    """Per sort of uses."""

    def make() -> list[Effort]:
        earned, timed = profit_by_activity(cut.scene)
        acts, member = cut.scene.rows("activities"), cut.codes("activities")
        found = []
        for names, code in cut.scene.once("uses of time", lambda: _uses(cut.scene)):
            used = np.flatnonzero(timed & (code >= 0))
            cells, row = ranks(member[used] * len(names) + code[used])
            profit = settled_sum(row, earned[used], cells.size) / 10_000
            hours = np.bincount(row, weights=acts["minutes"][used], minlength=cells.size) / HOUR
            count = np.bincount(row, minlength=cells.size)
            if cells.size:
                use = np.array(names, dtype=object)[cells % len(names)]
                found.append(Effort(cells // len(names), use, profit, hours, count))
        return found

    return cut.once("effort", make)


_EFFORT: dict[str, Any] = {
    "reads": ("activities", "lines", "deals", "account_names"), "family": "cost and return", "functions": _SALES,
    "min_n": 5, "own_dims": ("use",), "dims": ("team", "rep"), "grains": (Grain.ALL,), "empty": "no minutes logged",
    "zero": True,
}  # fmt: skip


@shaped(
    "return_on_effort", "Return on effort", Unit.PER_HOUR, **_EFFORT,
    formula="Gross profit per hour, by kind of activity, by source of the deal, and by account, for the hundred that "
    "took the most hours. An account's gross profit is shared among the activities with it by their minutes.",
    why="Time is the only thing sales people spend.",
)  # fmt: skip
def return_on_effort(cut: Cut) -> Long:
    """Gross profit / hours per use; n = activities with known minutes."""
    return stack([_by_use(cut, found, found.rate) for found in _effort(cut)])


def _by_use(cut: Cut, found: Effort, value: npt.NDArray[np.float64]) -> Long:
    place = np.full(found.member.size, UNDATED)
    return long(Grain.ALL, place, found.member, value=value, n=found.n, status=_reason(cut.scene), use=found.use)


@shaped(
    "cold_call_profit_per_hour", "Gross profit per dialling hour", Unit.PER_HOUR,
    **{**_EFFORT, "own_dims": (), "empty": "no minutes of cold calls logged"},
    formula="Gross profit per hour of cold calls: their part, by minutes, of the gross profit of the accounts called.",
    why="What an hour of dialling brings, to be held against an hour of anything else (return on effort).",
)  # fmt: skip
def cold_call_profit_per_hour(cut: Cut) -> Long:
    """Gross profit / hours of cold calls; n = cold calls with known minutes."""
    earned, timed = profit_by_activity(cut.scene)
    acts = cut.scene.rows("activities")
    used = acts.isin("kind", {"call"}) & acts["cold"] & timed
    members, row = np.unique(cut.codes("activities")[used], return_inverse=True)
    profit = settled_sum(row, earned[used], members.size) / 10_000
    hours = np.bincount(row, weights=acts["minutes"][used], minlength=members.size) / HOUR
    n = np.bincount(row, minlength=members.size)
    place = np.full(members.size, UNDATED)
    return long(Grain.ALL, place, members, value=profit / hours, n=n, status=_reason(cut.scene))


@shaped(
    "opportunity_cost", "Opportunity cost", Unit.MONEY, **_EFFORT, direction=Direction.DOWN,
    formula="(Gross profit per hour of the best use of the same sort − of this use) × hours of this use.",
    why="What the same hours would have brought elsewhere; an estimate, since the best use may not take more of them.",
)  # fmt: skip
def opportunity_cost(cut: Cut) -> Long:
    """Against the best kind, the best source, or the best of the accounts, of the same member."""
    tables = []
    for found in _effort(cut):
        members, row = ranks(found.member)
        best = np.full(members.size, -np.inf)
        np.maximum.at(best, row, found.rate)
        tables.append(_by_use(cut, found, np.maximum(best[row] * found.hours - found.profit, 0.0)))
    return stack(tables)


def _team_share(cut: Cut, top: np.ndarray, bottom: np.ndarray, known: np.ndarray) -> Long:
    """Σ top / Σ bottom with n = distinct people in the period, so that no single person can be told."""
    hours = cut.scene.rows("hours")
    day, rep, member = hours.days("day")[known], hours["rep_id"][known], cut.codes("hours")[known]
    made = pool(cut, day, member, numerator=top[known], denominator=bottom[known])
    people, rank = np.unique(rep, return_inverse=True)
    by_person = group(member * max(people.size, 1) + rank, day)
    tables = []
    for grain in cut.grains:
        runs = by_person.rollup(grain, cut.setting.calendar)
        once = group(runs.member // max(people.size, 1), runs.period)
        count = once.sum(np.ones(runs.period.size, dtype=bool))
        tables.append(long(grain, once.day, once.member, n=count))
    counts = stack(tables)
    return made.counted(counts)


@shaped(
    "overtime_share", "Overtime", Unit.RATE, reads=("hours",), family="productivity", functions=(Function.OPERATIONS,),
    dims=("team",), direction=Direction.DOWN, hide_below=5, empty="shown for teams of at least five people",
    numerator_scale=10_000, denominator_scale=10_000,
    formula="Overtime hours divided by selling and other hours; for teams of at least five people.",
    why="Numbers made on overtime do not last.",
)  # fmt: skip
def overtime_share(cut: Cut) -> Long:
    """Σ overtime / Σ (selling + other); n = people."""
    hours = cut.scene.rows("hours")
    return _team_share(cut, hours["overtime"], hours["selling"] + hours["other"], hours["overtime_known"])


@shaped(
    "absence_rate", "Absence", Unit.RATE, reads=("hours",), family="productivity", functions=(Function.OPERATIONS,),
    dims=("team",), direction=Direction.DOWN, hide_below=5, empty="shown for teams of at least five people",
    numerator_scale=10_000, denominator_scale=10_000,
    formula="Sick days divided by working days (five a week and person); for teams of at least five people.",
    why="A signal to support a team, never to judge a person.",
)  # fmt: skip
def absence_rate(cut: Cut) -> Long:
    """Σ sick days / (5 × person-weeks); n = people."""
    hours = cut.scene.rows("hours")
    return _team_share(cut, hours["sick_days"], np.full(len(hours), 50_000), hours["sick_days_known"])


def bradford(spells: int, days: int) -> int:
    """Bradford factor S² × D of a team; a signal for support, never shown of a person."""
    return spells * spells * days


@pooled(
    "walkaway_risk", "Walk-away risk", Unit.MONEY, frame="lines", day="day", family="productivity", functions=_SALES,
    reads=("activities",), direction=Direction.DOWN, grains=(Grain.ALL,), dims=("segment", "region", "industry"),
    zero=True,
    formula="Net revenue of the past year from accounts with which one rep alone has had every contact of that year.",
    why="If that rep leaves, the customers may leave too.",
)  # fmt: skip
def walkaway_risk(lines: Rows, scene: Scene) -> Parts:
    """Σ net of the trailing year over accounts with exactly one contact person; n = their lines."""
    since = int(months_after(np.array([scene.as_of + 1]), -12)[0])
    alone = sole_contacts(scene, since)
    day = lines.days("day")
    year = (day >= since) & (day <= scene.as_of)
    risky = year & np.isin(lines["account_id"], alone[0])
    return Parts(np.where(risky, lines["net"], 0), n=np.where(risky, lines["n"], 0), rows=year)


def sole_contacts(scene: Scene, since: int) -> tuple[Ints, Ints]:
    """Accounts with which one rep alone has had every activity since a day, and that rep."""
    acts, deals = scene.rows("activities"), scene.rows("deals")
    account = acts["account_id"].copy()
    row, deal = join(deals["deal_id"], np.where(account < 0, acts["deal_id"], -1))
    account[row] = deals["account_id"][deal]
    day = acts.days("day")
    used = (account >= 0) & (acts["rep_id"] >= 0) & (day >= since) & (day <= scene.as_of)
    reps, rep = ranks(acts["rep_id"][used])
    pairs = np.unique(account[used] * reps.size + rep)
    accounts, first, count = np.unique(pairs // max(reps.size, 1), return_index=True, return_counts=True)
    alone = count == 1
    return accounts[alone], reps[pairs[first[alone]] % max(reps.size, 1)]
