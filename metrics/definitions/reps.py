"""Reps beside their revenue: who sells well, who only sells much, and whether coaching showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Array, Direction, Function, Unit, shaped
from metrics.definitions.coaching_hours import HOUR
from metrics.definitions.customers import durability, months_after
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.links import join
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut, Scene

FAMILY = "productivity"
QUARTER = 0.25
LEAST = 4  # reps before quarters mean anything
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Record:
    """One array per measure, one entry per rep; NaN where it cannot be told. Over the twelve months to `as_of`."""

    rep: Ints
    measures: dict[str, Array]
    n: dict[str, Array]


GOOD_UP = ("margin", "retention", "fit", "collaboration", "hygiene")
GOOD_DOWN = ("discount",)


def records(scene: Scene) -> Record:
    """Measures of every rep (by owner id) of the trailing year."""
    return scene.once("rep records", lambda: _records(scene))


def _ratio(top: Array, bottom: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(bottom != 0, top / bottom, np.nan))


def _records(scene: Scene) -> Record:
    reps, lines, deals = scene.rows("reps"), scene.rows("lines"), scene.rows("deals")
    rep = np.sort(reps["rep_id"])
    since = int(months_after(np.array([scene.as_of + 1]), -12)[0])

    def total(owner: Ints, which: Array, values: Array) -> Array:
        row, place = join(rep, np.where(which, owner, -1))
        return np.bincount(place, weights=values[row], minlength=rep.size)

    day, owner = lines.days("day"), lines["owner_id"]
    year = (day >= since) & (day <= scene.as_of)
    net, one = lines["net"], np.ones(len(lines))
    known, listed = year & lines["cost_known"], year & lines["list_amount_known"]
    close, sold_by = deals.days("close"), deals["owner_id"]
    closed = deals["is_closed"] & (close >= since) & (close <= scene.as_of)
    won, count = closed & deals["is_won"], np.ones(len(deals))
    found, kept, judged = durability(scene)
    first_owner = _first_owner(scene, found.account)
    accounts = np.ones(found.account.size)
    filled = (deals["amount_known"] + (close != UNDATED) + (deals.days("created") != UNDATED)) / 3
    pulse = scene.rows("pulses")
    recent = (pulse.days("day") >= since) & (pulse.days("day") <= scene.as_of)
    measures = {
        "revenue": total(owner, year, net) / 10_000,
        "margin": _ratio(total(owner, known, net - lines["cost"]), total(owner, known, net)),
        "discount": _ratio(
            total(owner, listed, lines["list_amount"] - net), total(owner, listed, lines["list_amount"])
        ),
        "retention": _ratio(total(first_owner, judged & kept, accounts), total(first_owner, judged, accounts)),
        "win_rate": _ratio(total(sold_by, won, count), total(sold_by, closed, count)),
        "hygiene": _ratio(total(sold_by, closed, filled), total(sold_by, closed, count)),
        "collaboration": _ratio(
            total(pulse["rep_id"], recent, pulse["score"] / 10_000), total(pulse["rep_id"], recent, np.ones(len(pulse)))
        ),
    }
    n = {
        "revenue": total(owner, year, one), "margin": total(owner, known, one), "discount": total(owner, listed, one),
        "retention": total(first_owner, judged, accounts), "win_rate": total(sold_by, closed, count),
        "hygiene": total(sold_by, closed, count), "collaboration": total(pulse["rep_id"], recent, np.ones(len(pulse))),
    }  # fmt: skip
    return Record(rep, measures, n)


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


def superstars(scene: Scene) -> tuple[Ints, Array]:
    """Reps, and which are in the top quarter by revenue and the bottom quarter on two or more other measures."""
    found = records(scene)
    revenue = found.measures["revenue"]
    sells = revenue > 0
    if sells.sum() < LEAST:
        return found.rep, np.zeros(found.rep.size, dtype=bool)
    top = sells & (revenue >= np.quantile(revenue[sells], 1 - QUARTER))
    poor = np.zeros(found.rep.size, dtype=np.int64)
    for name in (*GOOD_UP, *GOOD_DOWN):
        values = found.measures.get(name)
        if values is None:
            continue
        told = sells & ~np.isnan(values)
        if told.sum() < LEAST:
            continue
        sign = -1 if name in GOOD_DOWN else 1
        ranked = sign * values
        line = np.quantile(ranked[told], QUARTER)
        spread = ranked[told].max() > ranked[told].min()  # where all are equal nobody is worst
        poor += told & (ranked <= line) & spread
    return found.rep, top & (poor >= 2)


_REP: dict[str, Any] = {
    "reads": ("reps", "lines", "deals", "accounts", "subscriptions", "pulses"), "family": FAMILY,
    "functions": (Function.SALES,), "grains": (Grain.ALL,),
}  # fmt: skip


def _members(cut: Cut, rep: Ints) -> Ints:
    ids, codes = cut.scene.rows("reps")["rep_id"], cut.codes("reps")
    order = np.argsort(ids)
    return codes[order[np.searchsorted(ids[order], rep)]]


@shaped(
    "rep_quality", "Quality beside revenue, by rep", Unit.RATE, **_REP, own_dims=("measure",), dims=("rep",), min_n=5,
    empty="nothing to tell it from", direction=Direction.NEUTRAL,
    formula="Over the trailing year, by rep: margin, discount, retention of own accounts past the early-churn "
    "window, win "
    "rate and record hygiene (share of amount, close and creation date filled in).",
    why="Revenue alone rewards the wrong heroes.",
)  # fmt: skip
def rep_quality(cut: Cut) -> Long:
    """One row per rep and measure; needs the cut by rep."""
    if "rep" not in cut.by:
        return stack([])
    found = records(cut.scene)
    member = _members(cut, found.rep)
    tables = []
    for name in ("margin", "discount", "retention", "win_rate", "hygiene"):
        n = found.n[name]
        seen = n > 0
        made = long(
            Grain.ALL, np.full(int(seen.sum()), UNDATED), member[seen], value=found.measures[name][seen], n=n[seen]
        )
        tables.append(made.labelled(measure=name))
    return stack(tables)


@shaped(
    "rogue_superstar", "Rogue superstars", Unit.COUNT, **_REP, dims=("team", "rep"), direction=Direction.DOWN,
    zero=True,
    formula="Reps in the top quarter by revenue of the trailing year and in the bottom quarter on two or more of "
    "margin, "
    "discount, own-account retention, collaboration and record hygiene.",
    why="A star who sells at any price teaches everybody else to.",
)  # fmt: skip
def rogue_superstar(cut: Cut) -> Long:
    """How many; n = reps with revenue."""
    rep, rogue = superstars(cut.scene)
    sells = records(cut.scene).measures["revenue"] > 0
    members, row = np.unique(_members(cut, rep[sells]), return_inverse=True)
    count = np.bincount(row, weights=rogue[sells], minlength=members.size)
    n = np.bincount(row, minlength=members.size)
    return long(Grain.ALL, np.full(members.size, UNDATED), members, numerator=count, n=n)


@dataclass(frozen=True)
class Effect:
    """Difference in differences with its 95 % interval and the reps and deals in the smaller arm."""

    value: float
    low: float
    high: float
    reps: int
    deals: int


def coaching_effect_of(scene: Scene, months: int = 6) -> Effect | None:
    """Change of the win rate of coached reps less that of the others: `months` to `as_of` against the same before.

    Coached: at least the policy's weekly hours over the later window. None where an arm has no closed deals.
    """
    deals, sessions, reps = scene.rows("deals"), scene.rows("coaching_sessions"), scene.rows("reps")
    end = scene.as_of + 1
    middle, start = (int(months_after(np.array([end]), -k * months)[0]) for k in (1, 2))
    rep = np.sort(reps["rep_id"][reps["is_rep"]])
    day = sessions.days("day")
    row, place = join(rep, np.where(sessions["held"] & (day >= middle) & (day < end), sessions["rep_id"], -1))
    hours = np.bincount(place, weights=sessions["minutes"][row], minlength=max(rep.size, 1)) / HOUR
    coached = hours * 7 / (end - middle) >= scene.setting.policy.coaching_hours_per_week
    close = deals.days("close")
    row, place = join(rep, np.where(deals["is_closed"], deals["owner_id"], -1))
    when = np.where(
        (close[row] >= middle) & (close[row] < end), 1, np.where((close[row] >= start) & (close[row] < middle), 0, -1)
    )
    used = when >= 0
    cell = (2 * coached[place] + when)[used]
    n = np.bincount(cell, minlength=4)
    if (n == 0).any():
        return None
    rate = np.bincount(cell, weights=deals["is_won"][row[used]], minlength=4) / n
    value = (rate[3] - rate[2]) - (rate[1] - rate[0])
    width = Z95 * float(np.sqrt((rate * (1 - rate) / n).sum()))
    arms = [np.unique(place[used][coached[place[used]] == arm]).size for arm in (False, True)]
    return Effect(
        float(value), float(value) - width, float(value) + width, min(arms), int(min(n[:2].sum(), n[2:].sum()))
    )


@shaped(
    "coaching_effect", "Effect of coaching on the win rate", Unit.RATE, dims=(), grains=(Grain.ALL,), zero=True,
    reads=("deals", "coaching_sessions", "reps"), family="coaching and training", functions=(Function.SALES,),
    own_dims=("bound",), empty="too few reps or deals to compare",
    formula="Change of the win rate of coached reps less that of the others, the last six months against the six "
    "before, "
    "with its 95 % interval. It is association, not proof.",
    why="Coaching should be seen in results, and claimed with care.",
)  # fmt: skip
def coaching_effect(cut: Cut) -> Long:
    """Estimate, low and high; under the policy's minimum of reps or deals per arm there is no value."""
    if not len(cut.scene.frames.coaching_sessions):
        return stack([])
    policy, found = cut.setting.policy, coaching_effect_of(cut.scene)
    bounds = np.array(["estimate", "low", "high"], dtype=object)
    period, member = np.full(3, UNDATED), np.zeros(3)
    small = found is not None and (found.reps < policy.effect_minimum_reps or found.deals < policy.effect_minimum_deals)
    if found is None or small:
        n = 0 if found is None else found.deals
        status = "too few" if found is None else f"too few: {found.reps} reps and {found.deals} deals in an arm"
        return long(Grain.ALL, period, member, value=np.full(3, np.nan), n=np.full(3, n), status=status, bound=bounds)
    value = np.array([found.value, found.low, found.high])
    return long(Grain.ALL, period, member, value=value, n=np.full(3, found.deals), bound=bounds)
