"""Writes the company: Larkmoor Instruments, thirty months of exports up to the Friday before today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from revenue.demo import (  # fmt: skip
    accounts,
    activities,
    coaching,
    contacts,
    deals,
    finance,
    history,
    marketing,
    opportunities,
    products,
    revenue,
    subscriptions,
    training,
)
from revenue.demo.ids import OPPORTUNITY, salesforce_ids
from revenue.demo.mappings import write_mappings
from revenue.demo.people import People, groups_of, make_people
from revenue.demo.randoms import stream
from revenue.demo.span import Span
from revenue.demo.stories import Stories
from revenue.demo.totals import Counter, Totals
from revenue.demo.weeks import Rates, daily_level, make_rates
from revenue.demo.write import Folder

NAME = "Larkmoor Instruments"
CHUNK = 25  # units of scale written at a time: about 270,000 revenue lines, whatever the scale
MAX_SCALE = 1000


@dataclass(frozen=True)
class Plan:
    """What all chunks share."""

    seed: int
    scale: int
    span: Span
    stories: Stories
    people: People
    rates: Rates
    campaigns: marketing.Campaigns


def write_company(
    folder: Path, *, seed: int, today: date, scale: int = 1, say: Callable[[str], None] | None = None
) -> Totals:
    """Writes the exports below `folder` and says what they add up to.

    The same seed, day and scale give the same bytes. At scale 1: about 10,000 revenue lines, 2,500 deals, 450
    accounts, 29 reps; scale N has N times the accounts, deals and lines, and about ∛N times the reps. ValueError if
    the scale is not between 1 and 1000. Existing files of the same names are replaced when all are complete.
    """
    if not 1 <= scale <= MAX_SCALE:
        raise ValueError(f"scale is {scale}: it must be between 1 and {MAX_SCALE}")
    span = Span(today)
    plan = Plan(
        seed=seed, scale=scale, span=span, stories=Stories(span), people=make_people(span, scale),
        rates=make_rates(span, seed), campaigns=marketing.make_campaigns(span),
    )  # fmt: skip
    counter = Counter()
    with Folder(folder) as out:
        done = 0
        for chunk, units in enumerate(_chunks(scale)):
            _write_chunk(plan, out, counter, chunk, units, done)
            done += units
            if say is not None:
                say(f"{counter.sums['lines']:,} revenue lines so far, {done * 100 // scale} %")
        _write_company(plan, out, counter)
        write_mappings(folder)
        counter.rows = out.rows
    return counter.totals(seed=seed, scale=scale, span=span, rates=plan.rates)


def _chunks(scale: int) -> list[int]:
    return [CHUNK] * (scale // CHUNK) + ([scale % CHUNK] if scale % CHUNK else [])


def _write_chunk(plan: Plan, out: Folder, counter: Counter, chunk: int, units: int, done: int) -> None:
    """One chunk of accounts with everything that hangs on them."""
    span, stories, people, rates = plan.span, plan.stories, plan.people, plan.rates

    def rng(part: str) -> np.random.Generator:
        return stream(plan.seed, part, chunk)

    had = out.rows.get
    who = accounts.make_accounts(rng("accounts"), stories, people, units, done * accounts.PER_UNIT)
    sold = deals.make_deals(rng("deals"), stories, who, people, units)
    subs = subscriptions.make_subscriptions(rng("subscriptions"), stories, who, sold, people)
    level = daily_level(stories, plan.seed, span.business_days) * units
    lines, won_lines, typical = revenue.make_lines(
        rng("revenue"), stories, who, sold, subs, people, rates, level, units
    )
    worth = opportunities.value_deals(rng("worth"), sold, won_lines, subs, who, people, rates, typical)
    ids = salesforce_ids(OPPORTUNITY, np.arange(len(sold)) + had("salesforce/Opportunity.csv", 0) + 700_000)
    brought = marketing.deal_campaigns(plan.campaigns, sold)
    done_work = activities.make_activities(rng("activities"), stories, who, sold, people, units)

    out.append("salesforce/Account.csv", accounts.table(who, people, span.last))
    out.append("salesforce/Opportunity.csv", opportunities.table(sold, worth, who, people, span, ids, brought))
    name = "salesforce/OpportunityHistory.csv"
    out.append(name, history.table(rng("history"), sold, worth, people, span, ids, had(name, 0)))
    name = "finance/revenue_lines.csv"
    out.append(name, revenue.table(lines, who, ids, people, had(name, 0)))
    name = "finance/subscriptions.csv"
    out.append(name, subscriptions.table(subs, who, people, had(name, 0)))
    name = "hubspot/contacts.csv"
    met = contacts.make_contacts(rng("contacts"), sold, who, span, units)
    out.append(name, contacts.table(met, sold, who, people, ids, had(name, 0)))
    name = "hubspot/touches.csv"
    out.append(name, marketing.touch_table(rng("touches"), sold, span, ids, plan.campaigns, had(name, 0)))
    name = "people/activities.csv"
    out.append(name, activities.table(done_work, who, people, ids, had(name, 0)))
    name = "people/tickets.csv"
    out.append(name, activities.ticket_table(rng("tickets"), stories, who, units, had(name, 0)))
    share = min(1.0, groups_of(plan.scale) / plan.scale)
    sessions = coaching.meeting_sessions(rng("meetings"), stories, people, done_work, ids, share)
    _coach(out, counter, coaching.table(rng("ratings"), sessions, people, stories))

    counter.add_lines(lines, who, people, rates)
    counter.add_deals(sold, worth)
    counter.add_subscriptions(subs, who, span)


def _write_company(plan: Plan, out: Folder, counter: Counter) -> None:
    """What exists once: people and their weeks, products, campaigns, plan, cost and rates."""
    stories, people = plan.stories, plan.people
    by_month, by_team = counter.net_by["month"], counter.net_by["team"]
    targets = finance.monthly_plan(stories, by_month, plan.seed, plan.scale)
    sessions = coaching.weekly_sessions(stream(plan.seed, "coaching"), stories, people)
    _coach(out, counter, coaching.table(stream(plan.seed, "coaching ratings"), sessions, people, stories))
    _coach(out, counter, coaching.group_table(stories, people))
    out.append("people/reps.csv", people.table())
    out.append("people/hours.csv", training.hours_table(stream(plan.seed, "hours"), stories, people))
    out.append("people/trainings.csv", training.training_table(stories, people))
    out.append("people/change_events.csv", training.change_table(stories))
    out.append("people/sales_meetings.csv", training.meeting_table(stories, people))
    out.append("hubspot/campaigns.csv", marketing.campaign_table(plan.campaigns, plan.scale))
    out.append("finance/products.csv", products.table(stories.launch))
    out.append("finance/targets.csv", finance.target_table(stories, targets, by_team, people))
    out.append("finance/costs.csv", finance.cost_table(stories, by_month, people, plan.campaigns, plan.scale))
    out.append("finance/fx_rates.csv", finance.rate_table(plan.rates))


def _coach(out: Folder, counter: Counter, frame: pl.DataFrame) -> None:
    out.append("people/coaching_sessions.csv", frame)
    counter.add(coaching_minutes=coaching.rep_minutes([frame]))
