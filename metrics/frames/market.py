"""Frames of the market: accounts, products, campaigns, leads, touches, costs, targets, tickets."""

from __future__ import annotations

import pandas as pd
import polars as pl

from metrics.frames.fetch import amounts, category, day, days, fetch, flags, frame, ids, known, moment, moments
from metrics.frames.sourcing import FUNCTIONS, functions_of
from metrics.frames.visits import is_visit
from metrics.frames.world import World


def accounts(world: World) -> pd.DataFrame:
    """Accounts and their attributes. Annual revenue is taken in the company currency."""
    table = fetch(
        f"SELECT id, parent_id, owner_id, {day('created_on')} AS created, strategic::int AS strategic, employees, "
        f"annual_revenue, country FROM revenue_account{world.where('id')} ORDER BY id",
        text=("country",),
    )
    own = ids(table["id"])
    return frame(
        "accounts",
        {
            "account_id": own,
            "parent_id": ids(table["parent_id"]),
            "owner_id": ids(table["owner_id"]),
            "created": days(table["created"]),
            "strategic": flags(table["strategic"]),
            "strategic_known": known(table["strategic"]),
            "employees": amounts(table["employees"]),
            "employees_known": known(table["employees"]),
            "annual_revenue": amounts(table["annual_revenue"]),
            "annual_revenue_known": known(table["annual_revenue"]),
            "country": category(table["country"]),
            **world.account_dims(own),
        },
    )


def account_names(world: World) -> pd.DataFrame:
    """What accounts are called, for what is told account by account."""
    table = fetch(
        "SELECT id, CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || key || ')' ELSE name END "
        f"|| CASE WHEN count(*) OVER (PARTITION BY name, key) > 1 THEN ' #' || id ELSE '' END AS name "
        f"FROM revenue_account{world.where('id')} ORDER BY id",
        text=("name",),
    )
    return frame("account_names", {"account_id": ids(table["id"]), "name": category(table["name"])})


def products(world: World) -> pd.DataFrame:
    """Products with list price and unit cost, at today's newest rate where they are in another currency."""
    table = fetch(
        f"SELECT id, list_price, unit_cost, currency, {day('launched_on')} AS launched "
        "FROM revenue_product ORDER BY id",
        text=("currency",),
    )
    currency = table["currency"].fill_null(world.currency)
    none = table["launched"].clear().extend_constant(None, table.height)
    price, has_price_rate = world.convert(amounts(table["list_price"]), currency, none)
    cost, has_cost_rate = world.convert(amounts(table["unit_cost"]), currency, none)
    own = ids(table["id"])
    return frame(
        "products",
        {
            "product_id": own,
            "list_price": price,
            "list_price_known": known(table["list_price"]) & has_price_rate,
            "unit_cost": cost,
            "unit_cost_known": known(table["unit_cost"]) & has_cost_rate,
            "launched": days(table["launched"]),
            "product_family": world.family(own),
        },
    )


def campaigns(world: World) -> pd.DataFrame:
    """Campaigns and what they cost."""
    table = fetch(
        f"SELECT id, channel, function, {day('starts_on')} AS starts, {day('ends_on')} AS ends, cost, currency "
        "FROM revenue_campaign ORDER BY id",
        text=("channel", "function", "currency"),
    )
    cost, has_rate = world.convert(amounts(table["cost"]), table["currency"].fill_null(world.currency), table["starts"])
    return frame(
        "campaigns",
        {
            "campaign_id": ids(table["id"]),
            "channel": category(table["channel"]),
            "function": category(table["function"]),
            "starts": days(table["starts"]),
            "ends": days(table["ends"]),
            "cost": cost,
            "cost_known": known(table["cost"]) & has_rate,
        },
    )


def leads(world: World) -> pd.DataFrame:
    """Leads and the days on which they became more."""
    table = fetch(
        f"SELECT l.id, l.account_id, l.campaign_id, l.converted_deal_id, l.channel, {day('l.created_on')} AS created, "
        f"{day('l.mql_on')} AS mql, {day('l.sql_on')} AS sql, lower(c.function) AS function FROM revenue_lead l "
        "LEFT JOIN revenue_campaign c ON c.id = l.campaign_id WHERE NOT l.implied",
        text=("channel", "function"),
    )
    account = ids(table["account_id"])
    return frame(
        "leads",
        {
            "lead_id": ids(table["id"]),
            "account_id": account,
            "campaign_id": ids(table["campaign_id"]),
            "deal_id": ids(table["converted_deal_id"]),
            "channel": category(table["channel"]),
            "created": days(table["created"]),
            "mql": days(table["mql"]),
            "sql": days(table["sql"]),
            **world.account_dims(account),
            "source_function": category(_brought_by(table, world)),
        },
    )


def _brought_by(table: pl.DataFrame, world: World) -> pl.Series:
    """The function of each lead: its campaign's where that names one, else what its channel says."""
    said = functions_of(table["channel"], pl.repeat(None, table.height, dtype=pl.String, eager=True), world.policy)
    return table.select(
        pl.when(pl.col("function").is_in(FUNCTIONS)).then(pl.col("function")).otherwise(pl.lit(said))
    ).to_series()


_FIRST_VISITS = """
SELECT DISTINCT ON (v.lead_id, v.account_id) v.lead_id, coalesce(l.account_id, v.account_id) AS account_id,
coalesce(l.channel, v.channel) AS channel, lower(coalesce(o.function, v.function)) AS function,
{day} AS day,
CASE WHEN v.lead_id IS NOT NULL THEN NOT l.implied ELSE EXISTS (
    SELECT 1 FROM revenue_lead a WHERE a.account_id = v.account_id AND NOT a.implied
) END::int AS became_lead
FROM (
    SELECT t.id, t.touched_at, t.lead_id, t.channel, coalesce(t.function, c.function) AS function,
    CASE WHEN t.lead_id IS NULL THEN coalesce(t.account_id, d.account_id) END AS account_id
    FROM revenue_touch t LEFT JOIN revenue_deal d ON d.id = t.deal_id
    LEFT JOIN revenue_campaign c ON c.id = t.campaign_id WHERE t.kind = ANY(%s)
) v LEFT JOIN revenue_lead l ON l.id = v.lead_id LEFT JOIN revenue_campaign o ON o.id = l.campaign_id
WHERE v.lead_id IS NOT NULL OR v.account_id IS NOT NULL
ORDER BY v.lead_id, v.account_id, v.touched_at, v.id
"""


def visitors(world: World) -> pd.DataFrame:
    """Who visited the website, once each: a touch whose kind says so, by its lead, else its account or its deal's.

    An id that stands as the lead of a visit and never came as a lead is a visitor who did not become one. A lead's own
    channel and campaign count before those of the visit, as they do in the steps that follow.
    """
    kinds = fetch("SELECT DISTINCT kind FROM revenue_touch WHERE kind IS NOT NULL", text=("kind",))["kind"]
    table = fetch(
        _FIRST_VISITS.format(day=day("(v.touched_at AT TIME ZONE %s)::date")),
        [world.time_zone, [kind for kind in kinds if is_visit(kind)]],
        text=("channel", "function"),
    )
    account = ids(table["account_id"])
    return frame(
        "visitors",
        {
            "lead_id": ids(table["lead_id"]),
            "account_id": account,
            "day": days(table["day"]),
            "channel": category(table["channel"]),
            "became_lead": flags(table["became_lead"]),
            **world.account_dims(account),
            "source_function": category(_brought_by(table, world)),
        },
    )


def touches(world: World) -> pd.DataFrame:
    """Contacts of marketing, sales and partners."""
    table = fetch(
        f"SELECT id, {moment('touched_at')}, deal_id, account_id, lead_id, campaign_id, channel, "
        "function, kind, cost FROM revenue_touch",
        [world.time_zone],
        text=("channel", "function", "kind"),
    )
    return frame(
        "touches",
        {
            "touch_id": ids(table["id"]),
            "at": moments(table["at"]),
            "day": days(table["day"]),
            "deal_id": ids(table["deal_id"]),
            "account_id": ids(table["account_id"]),
            "lead_id": ids(table["lead_id"]),
            "campaign_id": ids(table["campaign_id"]),
            "channel": category(table["channel"]),
            "function": category(table["function"]),
            "kind": category(table["kind"]),
            "cost": amounts(table["cost"]),
            "cost_known": known(table["cost"]),
        },
    )


def costs(world: World) -> pd.DataFrame:
    """What functions spent, by month."""
    table = fetch(
        f"SELECT {day('month')} AS day, amount, currency, category, campaign_id, team, function FROM revenue_cost",
        text=("currency", "category", "team", "function"),
    )
    amount, has_rate = world.convert(amounts(table["amount"]), table["currency"], table["day"])
    made = frame(
        "costs",
        {
            "day": days(table["day"]),
            "amount": amount,
            "category": category(table["category"]),
            "campaign_id": ids(table["campaign_id"]),
            "team": category(table["team"]),
            "source_function": category(table["function"]),
        },
    )
    return made if has_rate.all() else made[has_rate].reset_index(drop=True)


_BY_HAND = """
SELECT 1 FROM metrics_target h JOIN revenue_source s ON s.id = h.source_id AND s.name = 'assay'
WHERE h.source_id <> t.source_id AND h.metric = t.metric AND h.period_start = t.period_start
AND h.period_end = t.period_end AND h.team IS NOT DISTINCT FROM t.team AND h.rep_id IS NOT DISTINCT FROM t.rep_id
AND h.segment IS NOT DISTINCT FROM t.segment AND h.function IS NOT DISTINCT FROM t.function
"""


def targets(world: World) -> pd.DataFrame:
    """Targets, half-open; money in the company currency at the rate of their first day.

    One set by hand counts instead of an imported one for the same metric, days and scope.
    """
    table = fetch(
        f"SELECT metric, {day('period_start')} AS starts, {day('period_end')} AS ends, amount, currency, rep_id, team, "
        f"segment, function FROM metrics_target t WHERE NOT EXISTS ({_BY_HAND})",
        text=("metric", "currency", "team", "segment", "function"),
    )
    amount, has_rate = world.convert(
        amounts(table["amount"]), table["currency"].fill_null(world.currency), table["starts"]
    )
    reps = world.rep_dims(ids(table["rep_id"]))
    made = frame(
        "targets",
        {
            "metric": category(table["metric"]),
            "start": days(table["starts"]),
            "end": days(table["ends"]),
            "amount": amount,
            "team": category(table["team"]),
            "rep": reps["rep"],
            "segment": category(table["segment"]),
            "source_function": category(table["function"]),
        },
    )
    return made if has_rate.all() else made[has_rate].reset_index(drop=True)


def tickets(world: World) -> pd.DataFrame:
    """What customers asked or complained about."""
    table = fetch(
        f"SELECT id, account_id, {day('opened_on')} AS opened, {day('closed_on')} AS closed, score, severity, kind "
        "FROM revenue_ticket",
        text=("severity", "kind"),
    )
    account = ids(table["account_id"])
    return frame(
        "tickets",
        {
            "ticket_id": ids(table["id"]),
            "account_id": account,
            "opened": days(table["opened"]),
            "closed": days(table["closed"]),
            "score": amounts(table["score"]),
            "score_known": known(table["score"]),
            "severity": category(table["severity"]),
            "kind": category(table["kind"]),
            **world.account_dims(account),
        },
    )
