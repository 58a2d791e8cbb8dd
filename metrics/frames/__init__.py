"""From the ledger to frames: SQL picks and names, integers stay integers, one function per frame.

`LOADERS` says which frames the ledger can give and from which objects each is made, so that an import knows what it
touches. Frames that no loader gives stay empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from metrics.definitions.frames import Frames
from metrics.frames import market, outlook, people, revenue
from metrics.frames.fetch import Array
from metrics.frames.kept import Growth, Keeper, Stamp
from metrics.frames.world import World

_DIMENSIONS = frozenset({"accounts", "reps", "products", "fx_rates"})


@dataclass(frozen=True)
class Loader:
    """How one frame is loaded, and the objects whose rows it is made of."""

    load: Callable[[World], pd.DataFrame]
    objects: frozenset[str]
    kept: bool = False  # between readings: facts that may be many, none of which appears without a change being noted
    daily: bool = False  # another one each day
    of_imports: Callable[[World, Sequence[int]], tuple[pd.DataFrame, Array]] | None = None  # rows that imports changed


def _loader(load: Callable[[World], pd.DataFrame], *objects: str, **rest: Any) -> Loader:
    return Loader(load, frozenset(objects) | _DIMENSIONS, **rest)


LOADERS: dict[str, Loader] = {
    "lines": _loader(revenue.lines, "revenue_lines", "deals", kept=True, of_imports=revenue.lines_of_imports),
    "deals": _loader(revenue.deals, "deals", "campaigns", kept=True),
    "deal_history": _loader(revenue.deal_history, "deal_history", "deals", kept=True),
    "subscriptions": _loader(revenue.subscriptions, "subscriptions", kept=True),
    "revaluations": _loader(outlook.revaluations, "subscriptions", kept=True, daily=True),
    "forecasts": _loader(outlook.forecasts, "deals", "deal_history", "campaigns", kept=True, daily=True),
    "accounts": _loader(market.accounts),
    "account_names": _loader(market.account_names, kept=True),
    "reps": _loader(people.reps, "coaching_sessions"),
    "products": _loader(market.products),
    "campaigns": _loader(market.campaigns, "campaigns"),
    "leads": _loader(market.leads, "leads", "deals", "campaigns"),
    "visitors": _loader(market.visitors, "touches", "deals", "leads", "campaigns", kept=True),
    "touches": _loader(market.touches, "touches", "deals", "leads", "campaigns", kept=True),
    "activities": _loader(people.activities, "activities", "deals", kept=True),
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


def load(names: Collection[str], world: World, *, afresh: bool = False) -> Frames:
    """The named frames from the ledger as it is now; the others are empty. `afresh` takes none that was kept."""
    keeper = Keeper() if world.whole and world.stamp else None
    for name, loader in LOADERS.items():  # in this order: what is made of others comes behind them
        if name not in names:
            continue
        if keeper is None or not loader.kept:
            world.loaded[name] = loader.load(world)
            continue
        stamp = Stamp(name, loader.objects, f"{world.stamp} {world.time_zone} {world.as_of if loader.daily else ''}")
        growth = None
        if loader.of_imports is not None:
            growth = Growth("revenue_lines", "line_id", "bookings_basis", partial(loader.of_imports, world))
        world.loaded[name], world.digests[name] = keeper.frame(
            stamp, partial(loader.load, world), afresh=afresh, growth=growth
        )
    found = Frames(**world.loaded)
    world.loaded = {}
    return found


def touched_by(objects: Collection[str]) -> set[str]:
    """The frames that rows of these objects go into."""
    return {name for name, loader in LOADERS.items() if loader.objects & set(objects)}
