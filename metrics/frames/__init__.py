"""From the ledger to frames: SQL picks and names, integers stay integers, one function per frame.

`LOADERS` says which frames the ledger can give and from which objects each is made, so that an import knows what it
touches. Frames that no loader gives stay empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pandas as pd

from metrics.definitions.frames import Frames
from metrics.frames import market, outlook, people, revenue
from metrics.frames.world import World

_DIMENSIONS = frozenset({"accounts", "reps", "products", "fx_rates"})


@dataclass(frozen=True)
class Loader:
    """How one frame is loaded, and the objects whose rows it is made of."""

    load: Callable[[World], pd.DataFrame]
    objects: frozenset[str]


def _loader(load: Callable[[World], pd.DataFrame], *objects: str) -> Loader:
    return Loader(load, frozenset(objects) | _DIMENSIONS)


LOADERS: dict[str, Loader] = {
    "lines": _loader(revenue.lines, "revenue_lines", "deals"),
    "deals": _loader(revenue.deals, "deals", "campaigns"),
    "deal_history": _loader(revenue.deal_history, "deal_history", "deals"),
    "subscriptions": _loader(revenue.subscriptions, "subscriptions"),
    "revaluations": _loader(outlook.revaluations, "subscriptions"),
    "forecasts": _loader(outlook.forecasts, "deals", "deal_history", "campaigns"),
    "accounts": _loader(market.accounts),
    "reps": _loader(people.reps, "coaching_sessions"),
    "products": _loader(market.products),
    "campaigns": _loader(market.campaigns, "campaigns"),
    "leads": _loader(market.leads, "leads", "deals", "campaigns"),
    "touches": _loader(market.touches, "touches", "deals", "leads", "campaigns"),
    "activities": _loader(people.activities, "activities", "deals"),
    "hours": _loader(people.hours, "hours"),
    "pulses": _loader(people.pulses, "pulses"),
    "costs": _loader(market.costs, "costs", "campaigns"),
    "targets": _loader(market.targets, "targets"),
    "tickets": _loader(market.tickets, "tickets"),
    "coaching_sessions": _loader(people.coaching_sessions, "coaching_sessions", "deals"),
    "trainings": _loader(people.trainings, "trainings"),
    "change_events": _loader(people.change_events, "change_events"),
    "sales_meetings": _loader(people.sales_meetings, "sales_meetings"),
    "commitments": _loader(people.commitments, "coaching_sessions"),
}


def load(names: Collection[str], world: World) -> Frames:
    """The named frames from the ledger as it is now; the others are empty."""
    for name in LOADERS:  # in this order: what is made of others comes behind them
        if name in names:
            world.loaded[name] = LOADERS[name].load(world)
    found = Frames(**world.loaded)
    world.loaded = {}
    return found


def touched_by(objects: Collection[str]) -> set[str]:
    """The frames that rows of these objects go into."""
    return {name for name, loader in LOADERS.items() if loader.objects & set(objects)}
