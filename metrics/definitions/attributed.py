"""Credit for won deals by channel under every model, and what campaigns cost and brought."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.periods import Grain
from metrics.definitions.attribution_models import POSITIONAL, Floats, Paths, removal_effects, time_decay
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.grouping import UNDATED, Ints, group, settled_sum
from metrics.definitions.links import join, join_many, links
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut, Scene

FAMILY = "contribution and attribution"
MODELS = (*POSITIONAL, "time_decay", "markov", "shapley")
CAMPAIGN_MODEL = "linear"
_WHOLE = 2.0**50  # a deal's credit in whole parts
_NEVER = np.iinfo(np.int64).min
_WHO = (Function.MARKETING, Function.SALES)


class Journeys:
    """The touches of every deal in order, with the channel of each touch and whether the deal was won."""

    def __init__(self, scene: Scene) -> None:
        deals, touches, leads = scene.rows("deals"), scene.rows("touches"), scene.rows("leads")
        found = links(scene, "touches")
        self.deal, self.touch = found.deal, found.row
        column = touches.frame["channel"].cat
        self.channels = [str(channel) for channel in column.categories]
        self.channel = column.codes.to_numpy().astype(np.int64)[self.touch]
        named = self.channel >= 0  # a touch without a channel is none
        self.deal, self.touch, self.channel = self.deal[named], self.touch[named], self.channel[named]
        lead = np.full(len(deals), _NEVER, dtype=np.int64)
        left, right = join_many(leads["deal_id"], deals["deal_id"])
        begun = leads.days("created")[right]
        dated = begun != UNDATED
        np.maximum.at(lead, left[dated], begun[dated])
        created = deals.days("created")
        opened = np.where(created == UNDATED, _NEVER, created)
        direct = np.array([name.lower() in {"direct", "(direct)", "none"} for name in self.channels], dtype=bool)
        at, day = found.at[named], found.day[named]
        self.paths = Paths(
            self.deal, at, day, direct[self.channel] if direct.size else at > at, lead[self.deal], opened[self.deal]
        )
        self.won = (deals["is_closed"] & deals["is_won"])[self.deal]
        self._weights: dict[str, Floats] = {}
        self.half_life = scene.setting.policy.attribution_half_life_days

    def weights(self, model: str) -> Floats:
        """Share of its deal that each touch gets; they sum to 1 for each deal. Worked out once per model."""
        if model not in self._weights:
            self._weights[model] = self._weights_of(model)
        return self._weights[model]

    def _weights_of(self, model: str) -> Floats:
        if model in POSITIONAL:
            return POSITIONAL[model](self.paths)
        if model == "time_decay":
            return time_decay(self.paths, self.half_life)
        if not self.deal.size:
            return np.zeros(0)
        worth = self._effects() if model == "markov" else np.ones(len(self.channels))
        return self._by_channel(worth)

    def _by_channel(self, worth: Floats) -> Floats:
        """Each channel of a path once, in proportion to its worth; on the channel's first touch."""
        key = self.deal * len(self.channels) + self.channel
        once = np.zeros(key.size, dtype=bool)
        once[np.unique(key, return_index=True)[1]] = True
        weight = np.where(once, worth[self.channel], 0.0)
        total = np.bincount(self.deal, weights=weight)[self.deal]
        count = np.bincount(self.deal, weights=once)[self.deal]
        return np.asarray(np.where(total > 0, weight / np.where(total > 0, total, 1), once / np.maximum(count, 1)))

    def _effects(self) -> Floats:
        heads = self.paths.starts
        _, path = np.unique(self.deal, return_inverse=True)
        _, effects = removal_effects(path, self.channel, self.won[heads], len(self.channels))
        return np.maximum(effects, 0.0)


def journeys(scene: Scene) -> Journeys:
    """The journeys, made once."""
    return scene.once("journeys", lambda: Journeys(scene))


def credit(deal: Ints, weight: Floats, amount: Ints) -> Ints:
    """Ten-thousandths of each deal's amount per touch: rounded so that each deal's credit sums to its amount.

    `deal` is sorted. What a deal's touches get does not hang on the deals before it: shares add up as whole numbers.
    """
    total = np.cumsum(np.rint(weight * _WHOLE).astype(np.int64))  # of all deals: differences are right even past 2^63
    starts = np.flatnonzero(np.diff(deal, prepend=-1))
    size = np.diff(np.append(starts, deal.size))
    given = total - np.repeat(total[starts] - np.rint(weight[starts] * _WHOLE).astype(np.int64), size)
    share = np.rint(given / _WHOLE * amount[deal]).astype(np.int64)
    share[starts + size - 1] = amount[deal[starts]]
    first = np.zeros(deal.size, dtype=bool)
    first[starts] = True
    return np.where(first, share, share - np.roll(share, 1))


@shaped(
    "attributed", "Revenue attributed to channels", Unit.MONEY, looks_ahead=True,
    reads=("deals", "touches", "leads"), family=FAMILY,
    functions=_WHO, own_dims=("model", "channel"), zero=True, direction=Direction.NEUTRAL,
    dims=("segment", "region", "product_family"), grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.ALL),
    formula="Amount of won deals spread over the channels that touched them before the close, under each model; what "
    "no "
    "channel touched stands under 'no touch'.",
    why="The spread over the models is the uncertainty: no model is the truth.",
)  # fmt: skip
def attributed(cut: Cut) -> Long:
    """Credit per model and channel; each model sums to bookings."""
    deals, found = cut.scene.rows("deals"), journeys(cut.scene)
    won, close, codes = deals["is_closed"] & deals["is_won"], deals.days("close"), cut.codes("deals")
    untouched = won & ~np.isin(np.arange(len(deals)), found.deal)
    names = np.array([*found.channels, "no touch"], dtype=object)
    width = names.size
    mine = found.won
    row = np.concatenate([found.deal[mine], np.flatnonzero(untouched)])
    channel = np.concatenate([found.channel[mine], np.full(int(untouched.sum()), width - 1)])
    grouping = group(codes[row] * width + channel, close[row])
    tables = []
    for model in MODELS:
        weight = found.weights(model)[mine]
        given = np.concatenate([credit(found.deal[mine], weight, deals["amount"]), deals["amount"][untouched]])
        cells = grouping.sum(given)
        n = grouping.sum(np.concatenate([weight > 0, np.ones(int(untouched.sum()), dtype=bool)]))
        for grain in cut.grains:
            runs = grouping.rollup(grain, cut.setting.calendar)
            size = runs.period.size
            tables.append(
                long(
                    grain, runs.period, runs.member // width, undated=runs.undated, numerator=runs.sum(cells),
                    n=runs.sum(n), model=np.full(size, model, dtype=object), channel=names[runs.member % width],
                )
            )  # fmt: skip
    return stack(tables)


_CAMPAIGN: dict[str, Any] = {
    "reads": ("campaigns", "touches", "deals", "leads"), "family": FAMILY, "functions": (Function.MARKETING,),
    "dims": (), "grains": (Grain.ALL,), "own_dims": ("campaign",), "zero": True,
}  # fmt: skip


def _campaigns(cut: Cut) -> tuple[Ints, Ints, Floats, Floats, Ints]:
    """Campaign id, cost, attributed wins, attributed revenue and touched wins of campaigns with a known cost."""
    campaigns, touches, deals = (cut.scene.rows(name) for name in ("campaigns", "touches", "deals"))
    found = journeys(cut.scene)
    ids, cost = campaigns["campaign_id"][campaigns["cost_known"]], campaigns["cost"][campaigns["cost_known"]]
    hit, place = join(ids, np.where(found.won, touches["campaign_id"][found.touch], -1))
    weight = found.weights(CAMPAIGN_MODEL)[hit]
    wins = settled_sum(place, weight, ids.size)
    money = settled_sum(place, weight * deals["amount"][found.deal[hit]], ids.size) / 10_000
    return ids, cost, wins, money, np.bincount(place, minlength=ids.size)


@shaped(
    "campaign_cpa", "Cost per attributed win", Unit.MONEY, **_CAMPAIGN, direction=Direction.DOWN,
    empty="no win attributed", formula="Campaign cost divided by the wins attributed to it (linear model).",
    why="Leads are cheap; customers are not.",
)  # fmt: skip
def campaign_cpa(cut: Cut) -> Long:
    """cost / attributed wins, by campaign id."""
    ids, cost, wins, _, n = _campaigns(cut)
    value = np.where(wins > 0, cost / 10_000 / np.where(wins > 0, wins, 1), np.nan)
    period, member = np.full(ids.size, UNDATED), np.zeros(ids.size)
    return long(Grain.ALL, period, member, value=value, n=n, campaign=ids.astype(str).astype(object))


@shaped(
    "campaign_roas", "Return on campaign spend", Unit.RATIO, **_CAMPAIGN, empty="no cost",
    formula="Revenue attributed to the campaign (linear model) divided by its cost.",
    why="What a unit of spend brought back.",
)  # fmt: skip
def campaign_roas(cut: Cut) -> Long:
    """attributed revenue / cost, by campaign id."""
    ids, cost, _, money, n = _campaigns(cut)
    value = np.where(cost > 0, money / np.where(cost > 0, cost, 1) * 10_000, np.nan)
    period, member = np.full(ids.size, UNDATED), np.zeros(ids.size)
    return long(Grain.ALL, period, member, value=value, n=n, campaign=ids.astype(str).astype(object))
