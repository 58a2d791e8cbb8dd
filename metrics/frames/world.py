"""What many frames share: the labels of accounts, reps and products, exchange rates, the company's settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import polars as pl

from core.periods import Calendar
from metrics.definitions.policy import Policy
from metrics.frames.fetch import Array, Labels, fetch, ids
from metrics.frames.rates import Rates


@dataclass
class World:
    """Loaded once per computation, as far as frames ask for it."""

    currency: str
    time_zone: str
    policy: Policy
    as_of: date = date.max
    calendar: Calendar = field(default_factory=Calendar)
    loaded: dict[str, pd.DataFrame] = field(default_factory=dict)  # frames that others are made of
    only: tuple[int, int] | None = None  # one revenue line and its account (-1: none): what else there is stays out
    batches: tuple[int, ...] = ()  # lines of these imports alone; none: all of them
    stamp: str = ""  # fingerprint of the setting; without one no frame is kept
    digests: dict[str, str] = field(default_factory=dict)  # of frames that were kept, or are now

    @property
    def whole(self) -> bool:
        """Whether frames have all rows of the ledger."""
        return self.only is None and not self.batches

    def where(self, column: str, row: str = "") -> str:
        """The condition of `only` on the account in `column`, or the line in `row`; nothing for the whole company."""
        if self.only is None:
            return ""
        line, account = (int(each) for each in self.only)
        return f" WHERE ({column} = {account}" + (f" OR {row} = {line})" if row else ")")

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Accounts with the dimensions that hang on them."""
        return fetch(
            "SELECT id, segment, industry, region, owner_id FROM revenue_account ORDER BY id",
            text=("segment", "industry", "region"),
        )

    @cached_property
    def reps(self) -> pl.DataFrame:
        """Reps with a label that is theirs alone: the name, with the id behind it where two share one."""
        return fetch(
            "SELECT id, CASE WHEN count(*) OVER (PARTITION BY coalesce(name, key)) > 1 "
            "THEN coalesce(name, key) || ' (' || key || ')' ELSE coalesce(name, key) END AS label, team "
            "FROM revenue_rep ORDER BY id",
            text=("label", "team"),
        )

    @cached_property
    def products(self) -> pl.DataFrame:
        """Products with their family."""
        return fetch("SELECT id, family FROM revenue_product ORDER BY id", text=("family",))

    @cached_property
    def rates(self) -> Rates:
        """Exchange rates into the company currency."""
        return Rates.load(self.currency)

    @cached_property
    def _account_labels(self) -> dict[str, Labels]:
        keys = ids(self.accounts["id"])
        return {dim: Labels(keys, self.accounts[dim]) for dim in ("segment", "industry", "region")}

    @cached_property
    def _rep_labels(self) -> dict[str, Labels]:
        keys = ids(self.reps["id"])
        return {"rep": Labels(keys, self.reps["label"]), "team": Labels(keys, self.reps["team"])}

    @cached_property
    def _families(self) -> Labels:
        return Labels(ids(self.products["id"]), self.products["family"])

    def account_dims(self, accounts: Array) -> dict[str, object]:
        """segment, industry and region of account ids."""
        return {dim: labels.of(accounts) for dim, labels in self._account_labels.items()}

    def rep_dims(self, reps: Array) -> dict[str, object]:
        """rep and team of rep ids."""
        return {dim: labels.of(reps) for dim, labels in self._rep_labels.items()}

    def family(self, products: Array) -> object:
        """Product family of product ids."""
        return self._families.of(products)

    def owner_of(self, accounts: Array) -> Array:
        """The owner of each account, -1 if it has none."""
        keys = ids(self.accounts["id"])
        owners = np.append(ids(self.accounts["owner_id"]), -1)
        positions = np.searchsorted(keys, accounts)
        found = np.where((positions < len(keys)) & (accounts >= 0), positions, len(keys))
        hit = np.append(keys, -2)[found] == accounts
        chosen: Array = np.where(hit, owners[found], -1)
        return chosen

    def convert(self, units: Array, currencies: pl.Series, on: pl.Series) -> tuple[Array, Array]:
        """Amounts in the company currency at the rate of their day, and which of them have a rate.

        `on` is days since 1970. The amount of a row without a rate is 0; `frames.held` lists such rows.
        """
        converted, has_rate, _ = self.rates.convert(units, currencies, on)
        return converted, has_rate
