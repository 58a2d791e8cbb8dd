"""The ideal customer profile: proposed from the best customers, and held against what became of those who fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.customers import customers, durability
from metrics.definitions.fit import match
from metrics.definitions.grouping import Ints, exact_sum
from metrics.definitions.links import join
from metrics.definitions.quality_policy import Attribute, Profile
from metrics.definitions.scene import Scene
from metrics.policy.checks import NUMBER_ATTRIBUTES, TEXT_ATTRIBUTES

READS = ("lines", "accounts", "subscriptions")
TOP = 0.10  # the best customers: this share of those with gross profit
LEAST = 3  # best customers that must have a member before it is proposed
LIFT = 1.2  # how much more frequent it must be among the best
Z95 = 1.959963984540054
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lift:
    """One attribute: its share among the best customers and among all of whom it is known, and how many those are."""

    attribute: Attribute
    best: float | None
    all: float | None
    known: int

    @property
    def lift(self) -> float | None:
        """How many times more frequent among the best; None where it cannot be told."""
        return self.best / self.all if self.best is not None and self.all else None


@dataclass(frozen=True)
class Band:
    """Customers old enough to judge, by fit at the win, and how many were kept past the early-churn window."""

    name: str
    customers: int
    kept: int

    @property
    def retention(self) -> float | None:
        """Kept / customers."""
        return self.kept / self.customers if self.customers else None


@dataclass(frozen=True)
class BackTest:
    """Whether fit predicted retention: those who fit less the others, with the 95 % interval (None: too few)."""

    bands: tuple[Band, ...]
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Tried:
    """What a profile would say of the customers there are."""

    customers: int
    best: int
    lifts: tuple[Lift, ...]
    back_test: BackTest


class Base:
    """Customers with their gross profit so far, and the account of each."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.found = customers(scene)
        lines = scene.rows("lines")
        known, place = self.found.place(lines["account_id"])
        known &= lines["cost_known"] & (lines.days("day") <= scene.as_of)
        profit = exact_sum(place[known], (lines["net"] - lines["cost"])[known], max(self.found.account.size, 1))
        self.best = _top(profit[: self.found.account.size])
        self.at, self.row = join(scene.rows("accounts")["account_id"], self.found.account)

    def matched(self, attribute: Attribute) -> tuple[Flags, Flags]:
        """Which customers have the attribute, and of which it is known."""
        fits, known = match(self.scene.rows("accounts"), attribute)
        size = self.found.account.size
        mine, told = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        mine[self.at], told[self.at] = fits[self.row], known[self.row]
        return mine, told


def _top(profit: Ints) -> Flags:
    good = profit > 0
    count = int(np.ceil(good.sum() * TOP - 1e-9))
    best = np.zeros(profit.size, dtype=bool)
    best[np.argsort(-profit, kind="stable")[:count]] = True
    return best & good


def base() -> Base:
    """The customers of the ledger as it is now."""
    setting = current_setting()
    return Base(Scene(snapshot(READS, world_of(setting)), setting))


def lift(found: Base, attribute: Attribute) -> Lift:
    """How much more frequent an attribute is among the best customers."""
    fits, known = found.matched(attribute)
    best = known & found.best
    return Lift(
        attribute,
        float((fits & best).sum() / best.sum()) if best.any() else None,
        float(fits.sum() / known.sum()) if known.any() else None,
        int(known.sum()),
    )


def proposed(found: Base) -> Profile:
    """Attributes that are at least LIFT times as frequent among the best customers; weights grow with the lift.

    Of a text attribute the members that lead; of a number the range of the middle eight tenths of the best.
    """
    kept = [each for name in TEXT_ATTRIBUTES if (each := _text(found, name))]
    kept += [each for name in NUMBER_ATTRIBUTES if (each := _number(found, name))]
    return Profile(tuple(kept))


def _weight(found: Base, attribute: Attribute) -> Attribute | None:
    told = lift(found, attribute)
    if told.lift is None or told.lift < LIFT:
        return None
    weight = max(1, min(5, round(2 * (told.lift - 1) + (told.best or 0))))
    return Attribute(attribute.name, weight, attribute.members, attribute.low, attribute.high)


def _text(found: Base, name: str) -> Attribute | None:
    accounts = found.scene.rows("accounts")
    codes = accounts.frame[name].cat.codes.to_numpy().astype(np.int64)[found.row]
    names = [str(member) for member in accounts.frame[name].cat.categories]
    best = np.bincount(codes[found.best[found.at] & (codes >= 0)], minlength=len(names))
    every = np.bincount(codes[codes >= 0], minlength=len(names))
    if not best.sum():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        lifts = np.where(every > 0, (best / best.sum()) / (every / every.sum()), 0.0)
    members = frozenset(names[i] for i in np.flatnonzero((lifts >= LIFT) & (best >= LEAST)))
    return _weight(found, Attribute(name, 1, members)) if members else None


def _number(found: Base, name: str) -> Attribute | None:
    accounts = found.scene.rows("accounts")
    known = accounts[f"{name}_known"][found.row] & found.best[found.at]
    values = accounts[name][found.row][known]
    if values.size < LEAST:
        return None
    low, high = (int(np.quantile(values, share, method="lower")) for share in (0.1, 0.9))
    return _weight(found, Attribute(name, 1, low=_rounded(low, -1), high=_rounded(high + 1, 1)))


def _rounded(edge: int, way: int) -> int:
    """The edge with two leading digits, downwards (-1) or upwards (1): a range is not known to the last dollar."""
    step: int = 10 ** max(len(str(abs(edge))) - 2, 0)
    return edge // step * step if way < 0 else -(-edge // step) * step


def tried(found: Base, profile: Profile) -> Tried:
    """Lifts of the profile's attributes, and the back-test at the fit line of the quality policy in force."""
    line = max(found.scene.setting.policy.quality, key=lambda policy: policy.since).fit_line
    hit, known = np.zeros(found.found.account.size, dtype=np.int64), np.zeros(found.found.account.size, dtype=np.int64)
    for attribute in profile.attributes:
        fits, told = found.matched(attribute)
        hit += attribute.weight * fits
        known += attribute.weight * told
    _, kept, judged = durability(found.scene)
    fits = (known > 0) & (hit * 10_000 >= line * known)
    groups = (("They fit", fits), ("They do not fit", (known > 0) & ~fits), ("Not known", known == 0))
    bands = tuple(Band(name, int((which & judged).sum()), int((which & judged & kept).sum())) for name, which in groups)
    lifts = tuple(lift(found, attribute) for attribute in profile.attributes)
    return Tried(found.found.account.size, int(found.best.sum()), lifts, _difference(bands))


def _difference(bands: tuple[Band, ...]) -> BackTest:
    """Newcombe's (1998) interval of the difference of two shares, from Wilson's of each."""
    one, other = bands[0], bands[1]
    if one.customers < 10 or other.customers < 10:
        return BackTest(bands, None, None, None)
    p, q = one.kept / one.customers, other.kept / other.customers
    (l1, u1), (l2, u2) = _wilson(one.kept, one.customers), _wilson(other.kept, other.customers)
    low = p - q - float(np.sqrt((p - l1) ** 2 + (u2 - q) ** 2))
    high = p - q + float(np.sqrt((u1 - p) ** 2 + (q - l2) ** 2))
    return BackTest(bands, p - q, low, high)


def _wilson(kept: int, n: int) -> tuple[float, float]:
    p = kept / n
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    width = Z95 / (1 + Z95**2 / n) * float(np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n)))
    return centre - width, centre + width
