"""From a query to typed columns: COPY out as CSV, polars to parse, numpy to hold; much faster than fetching rows.

Queries name their columns by what they are: dates come as days since 1970, booleans as 0/1, everything else as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from core.copy import copy_query
from metrics.definitions.frames import SCHEMAS, check

Array = npt.NDArray[Any]
Category = Any  # pandas' Categorical of texts; its stubs are generic, the class is not
EPOCH = "DATE '1970-01-01'"


def fetch(query: str, params: Sequence[Any] = (), *, text: Sequence[str] = ()) -> pl.DataFrame:
    """The query's rows. Columns named in `text` are strings, all others 64-bit integers; NULL is null."""
    data = copy_query(query, params)
    head = data.readline().decode().strip().split(",")
    data.seek(0)
    schema: dict[str, Any] = {name: pl.String if name in text else pl.Int64 for name in head}
    return pl.read_csv(data, schema=schema)


def day(column: str) -> str:
    """SQL for a date column as days since 1970."""
    return f"({column} - {EPOCH})"


def moment(column: str) -> str:
    """SQL for a moment as `at`, seconds since 1970, and as `day` in the time zone that the query's parameter names."""
    return f"extract(epoch FROM {column})::bigint AS at, {day(f'({column} AT TIME ZONE %s)::date')} AS day"


def days(series: pl.Series) -> Array:
    """datetime64[s] of days since 1970; null is NaT."""
    values = series.fill_null(0).to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return np.where(series.is_null().to_numpy(), np.datetime64("NaT"), values)


def moments(series: pl.Series) -> Array:
    """datetime64[s] of seconds since 1970; null is NaT."""
    values = series.fill_null(0).to_numpy().astype("datetime64[s]")
    return np.where(series.is_null().to_numpy(), np.datetime64("NaT"), values)


def ids(series: pl.Series) -> Array:
    """int64 row ids; null is -1."""
    return series.fill_null(-1).to_numpy()


def amounts(series: pl.Series) -> Array:
    """int64 units; null is 0 (its `…_known` column says so)."""
    return series.fill_null(0).to_numpy()


def known(series: pl.Series) -> Array:
    """Which values are there."""
    return series.is_not_null().to_numpy()


def flags(series: pl.Series) -> Array:
    """Booleans of 0/1; null is False."""
    found: Array = series.fill_null(0).to_numpy() == 1
    return found


def category(series: pl.Series) -> Category:
    """A text column as a pandas categorical with its members in order; null is NaN."""
    members = series.drop_nulls().unique().sort()
    codes = series.cast(pl.Enum(members)).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    return pd.Categorical.from_codes(codes.tolist() if len(codes) < 2 else codes, categories=_index(members))


def _index(members: pl.Series) -> Any:
    return pd.Index(members.to_list(), dtype="str")


class Labels:
    """A label per row id: for the members of a dimension that hang on an account, a rep or a product."""

    def __init__(self, row_ids: Array, labels: pl.Series) -> None:
        self._categories = category(labels)
        self._index: Any = pd.Index(row_ids)

    def of(self, row_ids: Array) -> Category:
        """The labels of these ids; -1 and unknown ids have none."""
        positions = self._index.get_indexer(row_ids)
        codes = np.append(np.asarray(self._categories.codes, dtype=np.int64), -1)
        return pd.Categorical.from_codes(codes[positions], categories=self._categories.categories)


def first_of(preferred: Category, fallback: Category) -> Category:
    """`preferred` where it has a member, else `fallback`."""
    categories = preferred.categories.union(fallback.categories)
    one = _recode(preferred, categories)
    other = _recode(fallback, categories)
    return pd.Categorical.from_codes(np.where(one < 0, other, one), categories=categories)


def _recode(column: Category, categories: Any) -> Array:
    lookup = np.append(categories.get_indexer(column.categories), -1)
    codes: Array = lookup[np.asarray(column.codes, dtype=np.int64)]
    return codes


def frame(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The frame called `name`, checked against its schema."""
    made = pd.DataFrame({column: columns[column] for column in SCHEMAS[name]}, copy=False)
    check(name, made)
    return made
