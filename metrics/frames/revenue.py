"""Frames of revenue: lines (or the won deals that stand in for them), deals, their history, subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from metrics.definitions.basis import lines_from_deals
from metrics.frames.fetch import (
    Array,
    Labels,
    amounts,
    category,
    day,
    days,
    fetch,
    first_of,
    flags,
    frame,
    ids,
    known,
    moment,
    moments,
)
from metrics.frames.sourcing import functions_of
from metrics.frames.world import World

INTERVALS = {"month": 12, "quarter": 4, "year": 1}
# Sources whose revenue is in revenue lines: those of the lines, and of the accounts and deals that lines refer to.
_SOURCES_WITH_LINES = """
SELECT source_id FROM revenue_account WHERE id IN (SELECT DISTINCT account_id FROM revenue_revenueline)
UNION SELECT source_id FROM revenue_deal WHERE id IN (SELECT DISTINCT deal_id FROM revenue_revenueline)
UNION (SELECT source_id FROM revenue_revenueline LIMIT 1)
UNION SELECT s.id FROM revenue_source s WHERE EXISTS (SELECT 1 FROM revenue_revenueline l WHERE l.source_id = s.id)
"""


def lines(world: World) -> pd.DataFrame:
    """Revenue lines; for sources that have none, their won deals by close date ("bookings basis")."""
    table = fetch(
        f"SELECT id, {day('booked_on')} AS day, account_id, deal_id, product_id, owner_id, net_amount, cost, "
        "list_amount, quantity, currency, route, region, segment FROM revenue_revenueline"
        + (f" WHERE {_in_batches(world)}" if world.batches else world.where("account_id", "id")),
        text=("currency", "route", "region", "segment"),
    )
    if world.batches:  # of sources that had lines before: no deal stands in that did not
        return _lines(table, world)
    only = world.where("d.account_id")
    stand_in = lines_from_deals(
        _deals(world, f"{only}{' AND' if only else ' WHERE'} d.source_id NOT IN ({_SOURCES_WITH_LINES})")
    )
    if table.height == 0:
        return stand_in
    booked = _lines(table, world)
    if stand_in.empty:
        return booked
    return frame("lines", _concat("lines", booked, stand_in))


def _in_batches(world: World) -> str:
    return f"batch_id IN ({', '.join(str(int(batch)) for batch in world.batches)})"


def lines_of_imports(world: World, batches: Sequence[int]) -> tuple[pd.DataFrame, Array]:
    """The revenue lines that these imports were the last to change, and the ids of all of them (some have no rate)."""
    world.batches = tuple(batches)
    try:
        changed = fetch(f"SELECT id FROM revenue_revenueline WHERE {_in_batches(world)}")
        return lines(world), ids(changed["id"])
    finally:
        world.batches = ()


def _lines(table: pl.DataFrame, world: World) -> pd.DataFrame:
    net, has_rate = world.convert(amounts(table["net_amount"]), table["currency"], table["day"])
    if not has_rate.all():
        table, net = table.filter(pl.Series(has_rate)), net[has_rate]
    cost, _ = world.convert(amounts(table["cost"]), table["currency"], table["day"])
    listed, _ = world.convert(amounts(table["list_amount"]), table["currency"], table["day"])
    accounts, products, deals = ids(table["account_id"]), ids(table["product_id"]), ids(table["deal_id"])
    dims = world.account_dims(accounts)
    functions, motions = _of_deals(world)
    return frame(
        "lines",
        {
            "line_id": ids(table["id"]),
            "day": days(table["day"]),
            "account_id": accounts,
            "deal_id": deals,
            "product_id": products,
            "owner_id": ids(table["owner_id"]),
            "net": net,
            "cost": cost,
            "cost_known": known(table["cost"]),
            "list_amount": listed,
            "list_amount_known": known(table["list_amount"]),
            "quantity": amounts(table["quantity"]),
            "quantity_known": known(table["quantity"]),
            "bookings_basis": pd.Series(False, index=range(table.height)),
            "n": pd.Series(1, index=range(table.height), dtype="int64"),
            **dims,
            "segment": first_of(category(table["segment"]), dims["segment"]),
            "region": first_of(category(table["region"]), dims["region"]),
            **world.rep_dims(ids(table["owner_id"])),
            "product_family": world.family(products),
            "route": category(table["route"]),
            "motion": motions.of(deals),
            "source_function": functions.of(deals),
        },
    )


def _of_deals(world: World) -> tuple[Labels, Labels]:
    """What lines take from their deal: the function that sourced it, and the motion in which it was sold."""
    where = world.where("account_id")
    if world.batches:
        where = f" WHERE id IN (SELECT deal_id FROM revenue_revenueline WHERE {_in_batches(world)})"
    table = fetch(
        f"SELECT id, lead_source, deal_type, motion FROM revenue_deal{where} ORDER BY id",
        text=("lead_source", "deal_type", "motion"),
    )
    deals = ids(table["id"])
    functions = functions_of(table["lead_source"], table["deal_type"], world.policy)
    return Labels(deals, functions), Labels(deals, table["motion"])


def deals(world: World) -> pd.DataFrame:
    """All deals."""
    return _deals(world, "")


def _deals(world: World, where: str) -> pd.DataFrame:
    table = fetch(
        f"SELECT d.id, d.account_id, d.owner_id, d.product_id, d.campaign_id, {day('d.created_on')} AS created, "
        f"{day('d.close_on')} AS close, d.amount, d.currency, d.probability, d.is_closed::int AS is_closed, "
        "d.is_won::int AS is_won, d.stage, d.deal_type, d.lead_source, d.motion, d.forecast_category, d.list_amount, "
        f"d.cost, d.route FROM revenue_deal d{where}{' AND' if where else ' WHERE'} NOT d.implied",
        text=("currency", "stage", "deal_type", "lead_source", "motion", "forecast_category", "route"),
    )
    amount, has_rate = world.convert(amounts(table["amount"]), table["currency"], table["close"])
    listed, _ = world.convert(amounts(table["list_amount"]), table["currency"], table["close"])
    cost, _ = world.convert(amounts(table["cost"]), table["currency"], table["close"])
    accounts, products = ids(table["account_id"]), ids(table["product_id"])
    return frame(
        "deals",
        {
            "deal_id": ids(table["id"]),
            "account_id": accounts,
            "owner_id": ids(table["owner_id"]),
            "product_id": products,
            "campaign_id": ids(table["campaign_id"]),
            "created": days(table["created"]),
            "close": days(table["close"]),
            "amount": amount,
            "amount_known": known(table["amount"]) & has_rate,
            "probability": amounts(table["probability"]),
            "probability_known": known(table["probability"]),
            "is_closed": flags(table["is_closed"]) | flags(table["is_won"]),  # what is won is closed
            "is_won": flags(table["is_won"]),
            **{c: category(table[c]) for c in ("stage", "deal_type", "lead_source", "forecast_category")},
            "list_amount": listed,
            "list_amount_known": known(table["list_amount"]),
            "cost": cost,
            "cost_known": known(table["cost"]),
            **world.account_dims(accounts),
            **world.rep_dims(ids(table["owner_id"])),
            "product_family": world.family(products),
            "route": category(table["route"]),
            "motion": category(table["motion"]),
            "source_function": category(functions_of(table["lead_source"], table["deal_type"], world.policy)),
        },
    )


# A stage in which a deal is open now ends none, whatever it is called.
_OUTCOME = """
CASE WHEN h.is_closed THEN CASE WHEN h.is_won THEN 'won' ELSE 'lost' END WHEN NOT h.is_closed THEN 'open'
WHEN h.stage IS NULL THEN NULL
WHEN h.stage IN (SELECT o.stage FROM revenue_deal o WHERE NOT o.is_closed AND o.stage IS NOT NULL) THEN 'open'
WHEN h.stage ~* '\\mlost\\M' THEN 'lost' WHEN h.stage ~* '\\mwon\\M' THEN 'won' ELSE 'open' END
"""


def deal_history(world: World) -> pd.DataFrame:
    """What deals were at earlier moments."""
    table = fetch(
        f"SELECT h.deal_id, {moment('h.changed_at')}, h.stage, h.amount, h.probability, "
        f"{day('h.close_on')} AS close, h.forecast_category, d.currency, {_OUTCOME} AS outcome "
        "FROM revenue_dealhistory h LEFT JOIN revenue_deal d ON d.id = h.deal_id",
        [world.time_zone],
        text=("stage", "forecast_category", "currency", "outcome"),
    )
    currency = table["currency"].fill_null(world.currency)
    amount, has_rate = world.convert(amounts(table["amount"]), currency, table["day"])
    return frame(
        "deal_history",
        {
            "deal_id": ids(table["deal_id"]),
            "at": moments(table["at"]),
            "day": days(table["day"]),
            "stage": category(table["stage"]),
            "amount": amount,
            "amount_known": known(table["amount"]) & has_rate,
            "probability": amounts(table["probability"]),
            "probability_known": known(table["probability"]),
            "close": days(table["close"]),
            "forecast_category": category(table["forecast_category"]),
            "outcome": category(table["outcome"]),
        },
    )


def subscriptions(world: World) -> pd.DataFrame:
    """Subscriptions with their value per year, at the rate of the day they started."""
    table = fetch(
        f"SELECT id, account_id, product_id, owner_id, {day('starts_on')} AS starts, {day('ends_on')} AS ends, "
        f'amount, "interval", currency FROM revenue_subscription{world.where("account_id")}',
        text=("interval", "currency"),
    )
    times = table["interval"].replace_strict(INTERVALS, default=12, return_dtype=pl.Int64).to_numpy()
    annual, has_rate = world.convert(amounts(table["amount"]) * times, table["currency"], table["starts"])
    if not has_rate.all():
        table, annual = table.filter(pl.Series(has_rate)), annual[has_rate]
    accounts, products = ids(table["account_id"]), ids(table["product_id"])
    owners, account_owners = ids(table["owner_id"]), world.owner_of(accounts)
    return frame(
        "subscriptions",
        {
            "subscription_id": ids(table["id"]),
            "account_id": accounts,
            "product_id": products,
            "owner_id": owners,
            "starts": days(table["starts"]),
            "ends": days(table["ends"]),
            "annual": annual,
            **world.account_dims(accounts),
            # Movements are a customer's: they count for whoever owns the account.
            **world.rep_dims(np.where(account_owners < 0, owners, account_owners)),
            "product_family": world.family(products),
        },
    )


def _concat(name: str, one: pd.DataFrame, other: pd.DataFrame) -> dict[str, object]:
    columns: dict[str, object] = {}
    for column in one.columns:
        a, b = one[column], other[column]
        if str(a.dtype) == "category":
            columns[column] = pd.api.types.union_categoricals([a, b])
        else:
            columns[column] = pd.concat([a, b], ignore_index=True)
    return columns
