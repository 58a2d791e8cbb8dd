"""Which touches and activities belong to which deal, in the order in which they happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.definitions.grouping import UNDATED, Ints, positions
from metrics.definitions.scene import Scene


@dataclass(frozen=True)
class Links:
    """Pairs of deal row and touch (or activity) row, sorted by deal, moment and id.

    `at` in seconds since 1970; `day` the company's own, in days since then.
    """

    deal: Ints
    row: Ints
    at: Ints
    day: Ints

    @property
    def heads(self) -> Ints:
        """Position of each deal's first pair."""
        first = np.ones(self.deal.size, dtype=bool)
        first[1:] = self.deal[1:] != self.deal[:-1]
        return np.flatnonzero(first)


def links(scene: Scene, frame: str) -> Links:
    """Rows of `touches` or `activities` on the deal itself, on its lead, or on its account; none after the close.

    A row that names a deal belongs to it alone; one that names only the account belongs to each of its deals.
    """
    return scene.once(("links", frame), lambda: _links(scene, frame))


def _links(scene: Scene, frame: str) -> Links:
    rows, deals = scene.rows(frame), scene.rows("deals")
    at, day = rows["at"].astype("datetime64[s]").astype(np.int64), rows.days("day")
    dated = ~np.isnat(rows["at"])
    own = rows["deal_id"].copy()
    if frame == "touches":
        leads = scene.rows("leads")
        by_lead, lead = join(leads["lead_id"], np.where(own < 0, rows["lead_id"], -1))
        own[by_lead] = leads["deal_id"][lead]
    direct, deal = join(deals["deal_id"], np.where(dated, own, -1))
    account = np.where(dated & (own < 0), rows["account_id"], -1)
    loose, loose_deal = join_many(deals["account_id"], account)
    row, deal = np.concatenate([direct, loose]), np.concatenate([deal, loose_deal])
    close = deals.days("close")[deal]
    closed = deals["is_closed"][deal] & (close != UNDATED)
    in_time = ~closed | (day[row] <= close)
    row, deal = row[in_time], deal[in_time]
    number = rows["touch_id" if frame == "touches" else "activity_id"]
    order = np.lexsort((number[row], at[row], deal))
    row = row[order]
    return Links(deal[order], row, at[row], day[row])


def join(ids: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Positions in `wanted` that are in `ids`, and where; negative ids match nothing, ids are distinct."""
    place = positions(ids, wanted)
    hit = np.flatnonzero((place >= 0) & (wanted >= 0))
    return hit, place[hit]


def join_many(ids: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """As `join`, where an id may stand several times: all pairs."""
    order = np.argsort(ids, kind="stable")
    ranked = ids[order]
    low, high = np.searchsorted(ranked, wanted), np.searchsorted(ranked, wanted, side="right")
    count = np.where(wanted >= 0, high - low, 0)
    left = np.repeat(np.arange(wanted.size), count)
    step = np.arange(left.size) - np.repeat(np.cumsum(count) - count, count)
    return left, order[low[left] + step]
