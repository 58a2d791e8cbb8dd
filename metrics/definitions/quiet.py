"""Who is about to leave without saying so: good customers without a contract who have been quiet for too long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.definitions.activity import rhythms, window
from metrics.definitions.customers import months_after
from metrics.definitions.grouping import UNDATED, Ints, Running
from metrics.definitions.lifetime import buyers
from metrics.definitions.scene import Scene

GAPS = 3  # fewer gaps between purchases are no rhythm that could be broken
DOUBTFUL = 0.5  # below this chance somebody is likelier gone than not


@dataclass(frozen=True)
class Quiet:
    """Those customers, by account, in the order of the accounts."""

    account: Ints
    last: Ints  # day of the last purchase, in days since 1970
    twice_gap: Ints  # twice the usual (median) gap between purchases, in days; 0 without one
    year: Ints  # net revenue of the twelve months up to and with the last purchase, ten-thousandths: what is at stake
    alive: npt.NDArray[np.float64]  # chance of still being a customer (BG/NBD); NaN where no model fits


def quiet(scene: Scene) -> Quiet:
    """Customers without a contract who are still counted as active, are worth it, and give reason to doubt.

    *Still counted as active*: the last purchase is within the activity window. *Worth it*: net revenue of the year that
    ends with the last purchase (a year to today would be small for the very reason that they are quiet) above zero and
    not below the median of all customers without a contract who had any. *Doubt*: longer quiet than twice the usual gap
    and than nine in ten of their own gaps, of which there must be three; or a chance of less than one half of still
    being a customer, by the model that is fitted over everybody (Fader, Hardie & Lee 2005).
    """
    found = rhythms(scene)
    waited = scene.as_of - found.last
    account, _, until = window(scene)
    ends = np.searchsorted(account, found.account, side="right") - 1  # each customer's last purchase
    active = until[ends] > scene.as_of
    broken = (found.gaps >= GAPS) & (waited > found.twice_median) & (waited > found.long)
    alive = _alive(scene, found.account)
    year = _year_to(scene, found.account, found.last)
    worth = (year > 0) & (year >= (np.median(year[year > 0]) if (year > 0).any() else 0))
    kept = active & worth & (broken | (alive < DOUBTFUL))
    return Quiet(found.account[kept], found.last[kept], found.twice_median[kept], year[kept], alive[kept])


def _alive(scene: Scene, account: Ints) -> npt.NDArray[np.float64]:
    """The model's chance of each account, which are those that it was asked of; NaN without a model."""
    chance = np.full(account.size, np.nan)
    fitted = buyers(scene) if account.size else None
    if fitted is not None:
        found, model = fitted
        chance[np.searchsorted(account, found.customer)] = model.p_alive(found.frequency, found.recency, found.age)
    return chance


def _year_to(scene: Scene, account: Ints, last: Ints) -> Ints:
    """Net revenue of each account in the twelve months up to and including a day of its own."""
    lines = scene.rows("lines")
    day = lines.days("day")
    used = (day != UNDATED) & (day <= scene.as_of) & (lines["account_id"] >= 0)
    paid = Running(lines["account_id"][used], day[used], lines["net"][used])
    return paid.upto(account, last) - paid.upto(account, months_after(last + 1, -12) - 1)
