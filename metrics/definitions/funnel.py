"""From visitor to won, from dial to won, and by the motion in which deals are sold."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Timing, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints
from metrics.definitions.links import join
from metrics.definitions.long import Long, pool, stack
from metrics.definitions.quantiles import quantiles
from metrics.definitions.scene import Cut

FAMILY = "contribution and attribution"
_BOTH = (Function.MARKETING, Function.SALES)
_GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL)
VISITOR = "visitor → lead"
STEPS = ("lead → MQL", "MQL → SQL", "SQL → opportunity", "opportunity → won")
NO_VISIT = "no website visit is on record"


@shaped(
    "funnel_conversion", "Funnel conversion", Unit.RATE, reads=("leads", "deals", "visitors"), family=FAMILY,
    functions=_BOTH,
    timing=Timing.LEAD, moves="bookings", own_dims=("step", "channel"), grains=_GRAINS, min_n=10,
    empty="nobody reached the step", version=2,
    formula="Of those who visited the website for the first time in the period, the share that became a lead; of the "
    "leads created in it that reached a step, the share that reached the next one; by channel. Visitors are the leads "
    "and accounts of touches whose kind is a website visit. A later step implies the earlier ones.",
    why="It shows which function's step leaks.",
)  # fmt: skip
def funnel_conversion(cut: Cut) -> Long:
    """Reached the next step / reached the step, per step and channel; no visit on record is no value, not 0."""
    leads, deals = cut.scene.rows("leads"), cut.scene.rows("deals")
    row, deal = join(deals["deal_id"], leads["deal_id"])
    opened, won = np.zeros(len(leads), dtype=bool), np.zeros(len(leads), dtype=bool)
    opened[row], won[row] = True, (deals["is_closed"] & deals["is_won"])[deal]
    sales_ready = opened | ~np.isnat(leads["sql"])
    marketing_ready = sales_ready | ~np.isnat(leads["mql"])
    reached = (np.ones(len(leads), dtype=bool), marketing_ready, sales_ready, opened, won)
    column = leads.frame["channel"].cat
    names, codes = [*(str(c) for c in column.categories), "unknown"], column.codes.to_numpy()
    day, member = leads.days("created"), cut.codes("leads")
    tables = _visitors(cut, day, member)
    for number, name in enumerate(names):  # channels, not rows
        mine = codes == (number if number < len(names) - 1 else -1)
        for step, (now, then) in zip(STEPS, itertools.pairwise(reached), strict=True):
            at = mine & now
            if at.any():
                made = pool(cut, day[at], member[at], numerator=then[at], denominator=now[at])
                tables.append(made.labelled(step=step, channel=name))
    return stack(tables)


def _visitors(cut: Cut, lead_day: Ints, lead_member: Ints) -> list[Long]:
    """The first step per channel; without any visit, for the whole company the periods of its leads without value."""
    visitors = cut.scene.rows("visitors")
    if not len(visitors):
        if cut.by or not lead_day.size:
            return []
        made = pool(cut, lead_day, lead_member, numerator=np.zeros(lead_day.size, dtype=np.int64))
        made = replace(made, no_numerator=np.ones(len(made), dtype=bool), n=np.zeros(len(made), dtype=np.int64))
        reason = np.full(len(made), NO_VISIT, dtype=object)
        return [made.where(np.ones(len(made), dtype=bool), reason).labelled(step=VISITOR, channel="")]
    column = visitors.frame["channel"].cat
    names, codes = [*(str(c) for c in column.categories), "unknown"], column.codes.to_numpy()
    day, member, became = visitors.days("day"), cut.codes("visitors"), visitors["became_lead"]
    tables = []
    for number, name in enumerate(names):  # channels, not rows
        mine = codes == (number if number < len(names) - 1 else -1)
        if mine.any():
            made = pool(cut, day[mine], member[mine], numerator=became[mine], denominator=mine[mine])
            tables.append(made.labelled(step=VISITOR, channel=name))
    return tables


# An outcome's words when somebody was reached, unless a machine was, or the word before takes it back: "no answer".
# Who is "not interested" was reached.
_REACHED = re.compile(r"\b(connect|answer|spoke|conversation|meeting|callback|interested)")
_MISSED = re.compile(
    r"\b(no|not|never|without)\W+(connect|answer|spoke|conversation|meeting|callback)|machine|voicemail"
)
# Calls that reached nobody, whatever came of the account later.
_NOBODY = re.compile(r"\b(busy|unanswered|disconnected|unreachable|wrong number|left (a )?message|no show)\b")
COLD_STEPS = ("dial → connect", "connect → meeting", "meeting → opportunity", "opportunity → won")
COLD_DAYS = 90  # what follows within this many days of a dial is taken to come from it


@shaped(
    "cold_call_yield", "Yield of cold calls", Unit.RATE, looks_ahead=True, reads=("activities", "deals"), family=FAMILY,
    functions=(Function.SALES,), timing=Timing.LEAD, moves="bookings", own_dims=("step",), min_n=10, grains=_GRAINS,
    empty="no cold call reached the step",
    version=2,
    formula="Of the cold calls, the share that connected; of those, the share whose account had a meeting, then a "
    "new deal, each within 90 days of the call, then the share whose new deal was won. What followed a call that "
    "reached nobody is not its doing.",
    why="Dials are effort; won deals are results.",
)  # fmt: skip
def cold_call_yield(cut: Cut) -> Long:
    """Per step, counted in calls."""
    acts, deals = cut.scene.rows("activities"), cut.scene.rows("deals")
    cold = acts.isin("kind", {"call"}) & acts["cold"]
    outcomes = acts.frame["outcome"].cat
    words = np.array([*(was_reached(str(outcome)) for outcome in outcomes.categories), False], dtype=bool)
    nobody = np.array([*(reached_nobody(str(outcome)) for outcome in outcomes.categories), False], dtype=bool)
    day, account = acts.days("day"), np.where(cold, acts["account_id"], -1)
    meetings = acts.isin("kind", {"meeting", "demo"})
    met = _follows(account, day, acts["account_id"][meetings], day[meetings]) & ~nobody[outcomes.codes.to_numpy()]
    opened = _follows(account, day, deals["account_id"], deals.days("created"))
    won = deals["is_closed"] & deals["is_won"]
    sold = _follows(account, day, deals["account_id"][won], deals.days("created")[won])
    connected = words[outcomes.codes.to_numpy()] | met
    reached = (cold, cold & connected, cold & met, cold & met & opened, cold & met & opened & sold)
    member = cut.codes("activities")
    tables = []
    for step, (now, then) in zip(COLD_STEPS, itertools.pairwise(reached), strict=True):
        if now.any():
            made = pool(cut, day[now], member[now], numerator=then[now], denominator=now[now])
            tables.append(made.labelled(step=step))
    return stack(tables)


def was_reached(outcome: str) -> bool:
    """Whether the outcome of a call says that somebody was spoken to: "connected", but not "no answer"."""
    words = outcome.lower()
    return bool(_REACHED.search(words)) and not _MISSED.search(words)


def reached_nobody(outcome: str) -> bool:
    """Whether the outcome of a call says that nobody was spoken to: a meeting later did not come from it."""
    words = outcome.lower()
    return not was_reached(outcome) and bool(_MISSED.search(words) or _NOBODY.search(words))


def _follows(account: Ints, day: Ints, other: Ints, when: Ints) -> np.ndarray:
    """Whether each (account, day) has an event of the same account within COLD_DAYS after it."""
    dated = (when != UNDATED) & (other >= 0)
    other, when = other[dated], when[dated]
    if not when.size or not day.size:
        return np.zeros(account.size, dtype=bool)
    safe = np.where(day == UNDATED, int(when.max()) + 1, day)
    low = min(int(when.min()), int(safe.min()))
    span = max(int(when.max()), int(safe.max())) + COLD_DAYS - low + 2
    events = np.sort(other * span + (when - low))
    start = account * span + (safe - low)
    found = np.searchsorted(events, start + COLD_DAYS, side="right") > np.searchsorted(events, start)
    return np.asarray(found & (account >= 0))


_MOTION: dict[str, Any] = {
    "reads": ("deals",), "family": FAMILY, "functions": _BOTH, "own_dims": ("motion",), "dims": ("segment",),
    "grains": _GRAINS, "direction": Direction.NEUTRAL,
}  # fmt: skip


def _by_motion(cut: Cut, what: str) -> Long:
    deals, member = cut.scene.rows("deals"), cut.codes("deals")
    column = deals.frame["motion"].cat
    names, codes = [*(str(c) for c in column.categories), "unknown"], column.codes.to_numpy()
    close, created, closed = deals.days("close"), deals.days("created"), deals["is_closed"]
    won = closed & deals["is_won"]
    tables = []
    for number, name in enumerate(names):  # motions, not rows
        mine = codes == (number if number < len(names) - 1 else -1)
        used = mine & (closed if what == "rate" else won)
        if what == "cycle":
            used &= (close != UNDATED) & (created != UNDATED)
        if not used.any():
            continue
        if what == "revenue":
            made = pool(cut, close[used], member[used], numerator=deals["amount"][used])
        elif what == "rate":
            made = pool(cut, close[used], member[used], numerator=won[used], denominator=closed[used])
        else:
            made = stack(quantiles(cut, close[used], member[used], (close - created)[used], 2))
        tables.append(made.labelled(motion=name))
    return stack(tables)


@shaped(
    "motion_mix", "Bookings by motion", Unit.MONEY, **_MOTION, zero=True,
    formula="Amount of deals won by go-to-market motion (no-touch, blended, field).",
    why="Each motion has its own cost, cycle and customer.",
)  # fmt: skip
def motion_mix(cut: Cut) -> Long:
    """Σ amount won per motion."""
    return _by_motion(cut, "revenue")


@shaped(
    "motion_win_rate", "Win rate by motion", Unit.RATE, **_MOTION, min_n=10, empty="no deals closed",
    formula="Deals won / deals closed per go-to-market motion.", why="Not every deal is worth a visit.",
)  # fmt: skip
def motion_win_rate(cut: Cut) -> Long:
    """won / closed per motion."""
    return _by_motion(cut, "rate")


@shaped(
    "motion_cycle_days", "Sales cycle by motion", Unit.DAYS, **_MOTION, min_n=5, empty="no deals won with both dates",
    formula="Median days from creation to won per go-to-market motion.", why="A field cycle for a no-touch deal is "
    "waste.",
)  # fmt: skip
def motion_cycle_days(cut: Cut) -> Long:
    """Median cycle per motion."""
    return _by_motion(cut, "cycle")
