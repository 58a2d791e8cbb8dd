"""Columns of text and typed values as the files carry them."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

_CENT = Decimal("0.01")


def dates(days: NDArray[np.int64], known: NDArray[np.bool_] | None = None) -> pl.Series:
    """ISO dates of day numbers; empty where not `known`."""
    column = pl.Series(days.astype(np.int32)).cast(pl.Date)
    return column if known is None else column.set(pl.Series(~known), None)


def stamps(days: NDArray[np.int64], seconds: NDArray[np.int64]) -> pl.Series:
    """Timestamps as Salesforce writes them: `2026-09-21T15:00:00.000Z`."""
    moments = pl.Series((days * 86_400 + seconds) * 1000).cast(pl.Datetime("ms"))
    return moments.dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def cents(values: NDArray[np.int64], known: NDArray[np.bool_] | None = None) -> pl.Series:
    """Exact decimals with two places from hundredths; empty where not `known`."""
    column = (
        pl.Series("money", values)
        .cast(pl.Decimal(18, 0))
        .to_frame()
        .select(pl.col("money") * pl.lit(_CENT))
        .to_series()
    )
    return column if known is None else column.set(pl.Series(~known), None)
