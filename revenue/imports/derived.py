"""Columns that follow from others where the file leaves them out, by the rules of the documentation."""

from __future__ import annotations

from collections.abc import Mapping

from revenue.ledger import Place
from revenue.objects import Kind

Expressions = dict[str, str]


def derived(place: Place, given: Mapping[str, str], currency: str) -> tuple[Expressions, Expressions]:
    """SQL for the columns that follow from those in `given`, and for those that new rows need and the file has no word
    on: an existing row keeps what it has of these. `currency` is the company's."""
    always: Expressions = {}
    new_only: Expressions = {}
    if "currency" in place.columns.values() and place.spec.name != "fx_rates":
        money = {place.columns[c.name] for c in place.spec.columns if c.kind is Kind.MONEY}
        speaks = "currency" in given or bool(money & given.keys()) or place.spec.name == "targets"
        company = "'" + currency.replace("'", "") + "'"
        (always if speaks else new_only)["currency"] = f"coalesce({given.get('currency', 'NULL::text')}, {company})"
    if place.spec.name == "deals" and {"stage", "is_won", "is_closed"} & given.keys():
        always |= _outcome(given)
    if place.spec.name == "subscriptions":
        speaks = "interval" in given
        (always if speaks else new_only)["interval"] = f"coalesce({given.get('interval', 'NULL::text')}, 'month')"
    return always, new_only


def _outcome(given: Mapping[str, str]) -> Expressions:
    """Won and closed, as given, else by the stages that every CRM knows; what is won is closed."""
    stage = f"lower({given.get('stage', 'NULL::text')})"
    won = f"coalesce({given.get('is_won', 'NULL::boolean')}, {stage} IN ('closed won', 'won'), false)"
    lost = f"{stage} IN ('closed lost', 'lost')"
    return {
        "is_won": won,
        "is_closed": f"({won} OR coalesce({given.get('is_closed', 'NULL::boolean')}, {lost}, false))",
    }
