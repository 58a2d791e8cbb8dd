"""Exchange rates: the newest one on or before a row's own day, never a silent 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

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
            converted[where[~bad]] = [
                int((Decimal(int(u)) * self.rates[currency][p]).to_integral_value(ROUND_HALF_EVEN))
                for u, p in zip(units[where[~bad]], position[~bad], strict=True)
            ]
        return converted, has_rate, missing
