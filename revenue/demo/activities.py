"""What the reps did with customers, and what customers complained about: activities and tickets."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.accounts import COLD_CALL, MARKETING_SOURCES, Accounts
from revenue.demo.columns import dates, stamps
from revenue.demo.deals import NEW, RENEWAL, Deals, active_days
from revenue.demo.ids import numbered
from revenue.demo.people import People
from revenue.demo.randoms import pick, positions
from revenue.demo.span import NEVER, Days, next_weekday
from revenue.demo.stories import Stories

KINDS = ("call", "email", "meeting", "demo")
CALL, EMAIL, MEETING, DEMO = range(4)
OUTCOMES = ("connected", "no answer", "sent", "held", "meeting booked", "not interested")
CHECK_INS, COLD_CALLS, TICKETS = 2600, 4200, 2400  # per unit of scale
_MINUTES = np.array([11, 6, 50, 55])
_TICKET_KINDS = ("question", "delivery", "defect", "billing")
_SEVERITIES = ("low", "normal", "high")


@dataclass(frozen=True)
class Activities:
    """One chunk of activities, columns of equal length; -1: no account, no deal."""

    day: Days
    kind: NDArray[np.int64]
    rep: NDArray[np.int64]
    account: NDArray[np.int64]
    deal: NDArray[np.int64]
    outcome: NDArray[np.int64]
    minutes: NDArray[np.int64]
    cold: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)


def make_activities(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, deals: Deals, people: People, units: int
) -> Activities:
    """Work on deals, check-ins with customers, cold calls; sorted by day.

    A quarter of the contacts are made by the rep's manager; with the lone rep's accounts by nobody else.
    """
    parts = [
        _on_deals(rng, stories, accounts, deals, people),
        _check_ins(rng, stories, accounts, people, units),
        _cold_calls(rng, stories, accounts, people, units),
        _cold_starts(deals, people),
    ]
    merged = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Activities)}
    kept = (merged["day"] <= stories.span.last) & (merged["day"] >= stories.span.first)
    order = np.flatnonzero(kept)[np.argsort(merged["day"][kept], kind="stable")]
    return Activities(**{name: values[order] for name, values in merged.items()})


def _made(
    rng: np.random.Generator, people: People, accounts: Accounts, account: NDArray[np.int64], deal: NDArray[np.int64],
    rep: NDArray[np.int64], day: Days, weights: list[float],
) -> Activities:  # fmt: skip
    n = len(day)
    kind = pick(rng, weights, n)
    day = next_weekday(day)
    rep = people.on_duty(rep, day)
    helped = (rng.random(n) < 0.26) & (accounts.owner[account] != people.lone)
    rep = np.where(helped, people.managers[rep], rep)
    reached = np.where(rng.random(n) < 0.55, 0, 1)
    minutes = np.maximum(1, np.round(_MINUTES[kind] * rng.uniform(0.6, 1.5, n))).astype(np.int64)
    outcome = np.select([kind == CALL, kind == EMAIL], [reached, 2], 3)
    return Activities(day, kind, rep, account, deal, outcome, minutes, np.zeros(n, dtype=bool))


def _on_deals(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, deals: Deals, people: People
) -> Activities:
    """Two to seven per deal between its making and its close; the superstar records a third of that."""
    n = len(deals)
    count = np.where(
        deals.kind == NEW, rng.integers(3, 8, n), np.where(deals.kind == RENEWAL, 2, rng.integers(2, 6, n))
    )
    count = np.where(deals.owner == people.superstar, np.maximum(1, count // 3), count)
    deal, place = np.repeat(np.arange(n), count), positions(count)
    end = np.minimum(deals.close, stories.span.last)[deal]
    begin = deals.created[deal]
    after = deals.source[deal] < MARKETING_SOURCES  # marketing came first there
    day = begin + ((end - begin) * np.where(place == 0, 0.04 * after, rng.random(len(deal)))).astype(np.int64)
    return _made(rng, people, accounts, deals.account[deal], deal, deals.owner[deal], day, [0.34, 0.28, 0.27, 0.11])


def _check_ins(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int
) -> Activities:
    account, day = active_days(rng, stories, accounts, units * CHECK_INS, 5)
    rep = accounts.owner[account]
    return _made(rng, people, accounts, account, np.full(len(account), -1), rep, day, [0.45, 0.3, 0.25, 0.0])


def _cold_calls(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, people: People, units: int
) -> Activities:
    """Calls to strangers, most by inside sales, most without an answer."""
    n = units * COLD_CALLS
    day = rng.choice(stories.span.business_days, n)
    prospects = np.flatnonzero(accounts.since == NEVER)
    account = np.where(rng.random(n) < 0.7, rng.choice(prospects, n), -1)
    inside = people.kind()[: people.reps] == 4
    rep = people.on_duty(pick(rng, np.where(inside, 8.0, 1.0), n), day)
    outcome = np.array([1, 0, 5, 4])[pick(rng, [0.68, 0.23, 0.06, 0.03], n)]
    minutes = np.where(outcome == 1, 1, rng.integers(2, 12, n))
    none = np.full(n, -1)
    return Activities(day, np.zeros(n, dtype=np.int64), rep, account, none, outcome, minutes, np.ones(n, dtype=bool))


def _cold_starts(deals: Deals, people: People) -> Activities:
    """The cold call with which a cold-called deal began."""
    deal = np.flatnonzero((deals.source == COLD_CALL) & (deals.kind == NEW))
    day = next_weekday(deals.created[deal] - 2 - deal % 4)
    n = len(deal)
    return Activities(
        day=day, kind=np.zeros(n, dtype=np.int64), rep=people.on_duty(deals.owner[deal], day),
        account=deals.account[deal], deal=deal, outcome=np.full(n, 4), minutes=6 + deal % 9,
        cold=np.ones(n, dtype=bool),
    )  # fmt: skip


def table(activities: Activities, accounts: Accounts, people: People, deal_ids: pl.Series, offset: int) -> pl.DataFrame:
    """`activities` in the plain format; `offset` counts the activities of the chunks before."""
    n = len(activities)
    number = np.arange(n) + offset
    return pl.DataFrame(
        {
            "activity_id": numbered("A-", number + 1, 9),
            "occurred_at": stamps(activities.day, activity_seconds(number)),
            "kind": pl.Series(KINDS).gather(activities.kind),
            "rep": people.ids.gather(activities.rep),
            "account_id": accounts.ids.gather(pl.Series(activities.account).replace(-1, None)),
            "deal_id": deal_ids.gather(pl.Series(activities.deal).replace(-1, None)),
            "outcome": pl.Series(OUTCOMES).gather(activities.outcome),
            "minutes": activities.minutes,
            "cold": pl.Series(["no", "yes"]).gather(activities.cold.astype(np.int64)),
        }
    )


def activity_seconds(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Time of day of each activity: between nine and six."""
    return 9 * 3600 + (number * 7919) % (9 * 3600)


def ticket_table(
    rng: np.random.Generator, stories: Stories, accounts: Accounts, units: int, offset: int
) -> pl.DataFrame:
    """`tickets`: a steady stream of good scores, and worse ones in the last weeks of those who leave."""
    span = stories.span
    account, opened = active_days(rng, stories, accounts, units * TICKETS, 3)
    leavers = np.flatnonzero((accounts.until < NEVER) & (accounts.until > span.first + 70))
    angry = np.repeat(leavers, 3)
    account = np.r_[account, angry]
    opened = np.r_[opened, np.maximum(accounts.until[angry] - rng.integers(1, 60, len(angry)), span.first)]
    order = np.lexsort((account, opened))
    upset = np.r_[np.zeros(len(account) - len(angry), dtype=bool), np.ones(len(angry), dtype=bool)][order]
    account, opened = account[order], opened[order]
    n = len(account)
    closed = opened + rng.exponential(np.where(upset, 9.0, 2.5)).astype(np.int64)
    score = np.where(upset, 1 + pick(rng, [4, 3, 2, 1], n), 1 + pick(rng, [1, 2, 6, 22, 30], n))
    done = closed <= span.last
    answered = done & (rng.random(n) < 0.6)
    return pl.DataFrame(
        {
            "ticket_id": numbered("TK-", np.arange(n) + offset + 1, 8),
            "account_id": accounts.ids.gather(account),
            "opened_on": dates(opened),
            "closed_on": dates(closed, done),
            "severity": pl.Series(_SEVERITIES).gather(np.where(upset, 2, pick(rng, [5, 4, 1], n))),
            "score": pl.Series(score).set(pl.Series(~answered), None),
            "kind": pl.Series(_TICKET_KINDS).gather(pick(rng, [5, 2, 2, 1], n)),
        }
    )
