"""Won deals that stand in for revenue lines, where a company has none: the "bookings basis"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from metrics.definitions.frames import DIMENSIONS, check


def basis_of(bookings_basis: Sequence[bool] | np.ndarray) -> str:
    """What must be said of numbers made of these lines (see `lines_from_deals`); "" where all are revenue lines."""
    stand_in = np.asarray(bookings_basis, dtype=bool)
    if not stand_in.any():
        return ""
    return "bookings basis" if stand_in.all() else "partly bookings basis"


def lines_from_deals(deals: pd.DataFrame) -> pd.DataFrame:
    """A `lines` frame of the won deals with an amount, dated by close; `bookings_basis` is set on every row."""
    won = deals[deals["is_closed"] & deals["is_won"] & deals["amount_known"]]
    size = len(won)
    columns = {
        "line_id": won["deal_id"], "day": won["close"], "account_id": won["account_id"], "deal_id": won["deal_id"],
        "product_id": won["product_id"], "owner_id": won["owner_id"], "net": won["amount"], "cost": won["cost"],
        "cost_known": won["cost_known"], "list_amount": won["list_amount"],
        "list_amount_known": won["list_amount_known"], "quantity": np.zeros(size, dtype=np.int64),
        "quantity_known": np.zeros(size, dtype=bool), "bookings_basis": np.ones(size, dtype=bool),
        "n": np.ones(size, dtype=np.int64), **{dim: won[dim] for dim in DIMENSIONS},
    }  # fmt: skip
    lines = pd.DataFrame(columns).reset_index(drop=True)
    check("lines", lines)
    return lines
