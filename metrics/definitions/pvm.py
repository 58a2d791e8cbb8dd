"""Price, volume and mix: why revenue changed against the year before, product by product, to the last decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Direction, Function, Unit, shaped
from metrics.definitions.grouping import Ints, Windows, group
from metrics.definitions.growth import days, lines_from
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut

_DIMS = ("segment", "region", "team", "route")


@dataclass(frozen=True)
class Effects:
    """Ten-thousandths per group. They add up to value now − value before."""

    volume: Ints
    mix: Ints
    price: Ints
    new: Ints
    lost: Ints


def effects(group_of: Ints, size: int, v0: Ints, q0: Ints, v1: Ints, q1: Ints) -> Effects:
    """Effects of rows (one per group and product; value in ten-thousandths, quantity in any unit), summed by group.

    volume = (Q1 − Q0)·P̄0, mix = Σ q1·p0 − Q1·P̄0, price = Σ (p1 − p0)·q1 over products of both periods; a product
    without the other period is new or lost. One without a positive quantity in both has no price: its whole change
    is price.
    """
    here, there = (v1 != 0) | (q1 != 0), (v0 != 0) | (q0 != 0)
    both = here & there & (q0 > 0) & (q1 > 0)
    odd = here & there & ~both

    def total(values: np.ndarray, which: np.ndarray) -> np.ndarray:
        return np.bincount(group_of[which], weights=values[which], minlength=size)

    def exact(values: Ints, which: np.ndarray) -> Ints:
        found = np.zeros(size, dtype=np.int64)
        np.add.at(found, group_of[which], values[which])
        return found

    before, q_before, q_now = total(v0, both), total(q0, both), total(q1, both)
    mean = before / np.where(q_before == 0, 1, q_before)
    at_old_prices = total(v0 / np.where(q0 == 0, 1, q0) * q1, both)
    volume = np.rint((q_now - q_before) * mean).astype(np.int64)
    old = np.rint(at_old_prices).astype(np.int64)
    mix = old - exact(v0, both) - volume
    price = exact(v1, both) - old + exact(v1 - v0, odd)
    return Effects(volume, mix, price, exact(v1, here & ~there), -exact(v0, there & ~here))


def _windows(cut: Cut) -> tuple[int, Windows, Windows, Windows]:
    """Number of products, and money, pieces and lines by (member, product)."""
    lines = cut.scene.rows("lines")
    products, rank = cut.scene.once("product ranks", lambda: np.unique(lines["product_id"], return_inverse=True))
    width = max(int(products.size), 1)
    rows, first = lines_from(cut, 1)
    grouping = group((cut.codes("lines") * width + rank)[rows], lines.days("day")[rows])
    # A line without a quantity counts as one piece.
    quantity = np.where(lines["quantity_known"], lines["quantity"], 10_000 * lines["n"])
    sums = [Windows(grouping, grouping.sum(column[rows]), first) for column in (lines["net"], quantity, lines["n"])]
    return width, sums[0], sums[1], sums[2]


def _effects(cut: Cut, grain: Grain) -> tuple[Ints, Ints, Effects, Ints] | None:
    """Periods, members, effects (member by period, flattened) and number of lines."""
    products, money, pieces, count = cut.once("pvm windows", partial(_windows, cut))
    if not money.members.size:
        return None
    calendar, as_of = cut.setting.calendar, cut.setting.as_of
    first = date(1970, 1, 1) + timedelta(money.first_day)
    periods = [
        p for p in cut.periods_asked(grain, money.first_day, cut.scene.as_of)
        if calendar.year_before(p).end > first
    ]  # fmt: skip
    if not periods:
        return None
    own = days([p.start for p in periods]), days([min(p.end, as_of + timedelta(1)) for p in periods])
    bases = [calendar.to_date(p, calendar.year_before(p), as_of) for p in periods]
    base = days([b[0] for b in bases]), days([b[1] for b in bases])
    members, row = np.unique(money.members // products, return_inverse=True)
    group_of = (row[:, None] * len(periods) + np.arange(len(periods))).reshape(-1)
    size = members.size * len(periods)
    flat = [w.between(*span).reshape(-1) for span in (base, own) for w in (money, pieces)]
    n = np.bincount(group_of, weights=(count.between(*own) + count.between(*base)).reshape(-1), minlength=size)
    return own[0], members, effects(group_of, size, *flat), n.astype(np.int64)


def _register(name: str, label: str, formula: str) -> None:
    def values(cut: Cut) -> Long:
        tables = []
        for grain in cut.grains:
            found = cut.once(("pvm", grain), partial(_effects, cut, grain))
            if found is None:
                continue
            periods, members, parts, n = found
            member, period = np.repeat(members, periods.size), np.tile(periods, members.size)
            seen = n > 0
            tables.append(long(grain, period[seen], member[seen], numerator=getattr(parts, name)[seen], n=n[seen]))
        return stack(tables)

    values.__doc__ = formula
    shaped(
        f"pvm_{name}", label, Unit.MONEY, reads=("lines",), family="growth", dims=_DIMS, zero=True,
        functions=(Function.SALES, Function.PRODUCT), direction=Direction.NEUTRAL,
        grains=(Grain.MONTH, Grain.QUARTER, Grain.YEAR), formula=f"{formula} Against the same period of the year "
        f"before.",
        why="Growth by price, by pieces or by dearer products are three different companies.",
    )(values)  # fmt: skip


_register("volume", "Volume effect", "(Pieces now − pieces before) × mean price before, over products of both periods.")
_register("mix", "Mix effect", "Pieces now at each product's old price − pieces now at the mean price before.")
_register("price", "Price effect", "(Price now − price before) × pieces now, over products of both periods.")
_register("new", "New products", "Revenue of products that sold nothing before.")
_register("lost", "Lost products", "Minus the revenue before of products that sell nothing now.")
