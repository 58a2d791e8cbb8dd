"""Exchange rates: the newest one on or before a row's own day, never a silent 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
import polars as pl

from metrics.frames.fetch import Array, fetch


@dataclass(frozen=True)
class Rates:
    """Per currency the days (since 1970, ascending) and the rates that hold from them on."""

    company: str
    days: dict[str, Array]
    rates: dict[str, list[Decimal]]

    @classmethod
    def load(cls, company: str) -> Rates:
        """All rates in the ledger. Of two sources that give a rate for one day, the one imported last holds."""
        table = fetch(
            "SELECT DISTINCT ON (currency, on_date) currency, (on_date - DATE '1970-01-01') AS day, rate::text AS rate "
            "FROM revenue_fxrate ORDER BY currency, on_date, batch_id DESC, id DESC",
            text=("currency", "rate"),
        )
        days, rates = {}, {}
        for (currency,), rows in table.group_by(["currency"], maintain_order=True):
            days[str(currency)] = rows["day"].to_numpy()
            rates[str(currency)] = [Decimal(r) for r in rows["rate"]]
        return cls(company, days, rates)

    def convert(self, units: Array, currencies: pl.Series, on: pl.Series) -> tuple[Array, Array, dict[str, int]]:
        """Units in the company currency (half-even at the fourth decimal), which have a rate, what is missing."""
        foreign = (currencies != self.company).fill_null(False).to_numpy()
        has_rate = np.ones(len(units), dtype=bool)
        missing: dict[str, int] = {}
        if not foreign.any():
            return units, has_rate, missing
        converted = units.copy()
        codes = currencies.to_numpy()
        day = on.fill_null(-(10**9)).to_numpy()
        for currency in sorted(set(codes[foreign])):
            where = np.flatnonzero(foreign & (codes == currency))
            starts = self.days.get(currency, np.array([], dtype=np.int64))
            position = np.searchsorted(starts, day[where], side="right") - 1
            # What has no date (an open deal without a close date) takes the newest rate.
            position = np.where(day[where] == -(10**9), len(starts) - 1, position)
            bad = position < 0
            if bad.any():
                missing[str(currency)] = int(bad.sum())
                has_rate[where[bad]] = False
                converted[where[bad]] = 0
            used = where[~bad]
            if used.size:
                converted[used] = exchange(units[used], self.rates[currency], position[~bad])
        return converted, has_rate, missing

    def value_on(self, units: Array, currency: str, day: Array) -> tuple[Array, Array]:
        """Units of one currency at the rate in force on each day, and where there is none yet (0)."""
        position = np.searchsorted(self.days.get(currency, _NO_DAYS), day, side="right") - 1
        told = position >= 0
        value = np.zeros(len(units), dtype=np.int64)
        if told.any():
            value[told] = exchange(units[told], self.rates[currency], position[told])
        return value, told


_NO_DAYS = np.array([], dtype=np.int64)
_ROOM = 2**62


def exchange(units: Array, rates: list[Decimal], place: Array) -> Array:
    """units × rates[place], half-even to whole units, exact: in 64-bit integers where nothing can overflow."""
    parts = [_fraction(rate) for rate in rates]
    if all(top * bottom < _ROOM for top, bottom in parts):
        top = np.array([top for top, _ in parts], dtype=np.int64)[place]
        bottom = np.array([bottom for _, bottom in parts], dtype=np.int64)[place]
        if float((np.abs(units) / bottom * top).max(initial=0.0)) < _ROOM:
            whole, rest = np.divmod(units, bottom)
            floor, remainder = np.divmod(rest * top, bottom)
            result: Array = whole * top + floor
            return np.asarray(result + ((2 * remainder > bottom) | ((2 * remainder == bottom) & (result % 2 != 0))))
    with localcontext() as context:
        context.prec = 60
        return np.array(
            [int((int(u) * rates[p]).to_integral_value(ROUND_HALF_EVEN)) for u, p in zip(units, place, strict=True)],
            dtype=np.int64,
        )


def _fraction(rate: Decimal) -> tuple[int, int]:
    _, digits, exponent = rate.normalize().as_tuple()
    number = int("".join(map(str, digits)))
    power = int(exponent)
    return (number * 10**power, 1) if power >= 0 else (number, 10**-power)
