"""Rows that wait for an exchange rate: they are in no number until there is one of their day or an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.copy import rows

# Object: its table, the day whose rate counts ("" for the newest), and the name of the amount.
_OBJECTS: dict[str, tuple[str, str, str]] = {
    "revenue_lines": ("revenue_revenueline", "booked_on", "net_amount"),
    "deals": ("revenue_deal", "close_on", "amount"),
    "subscriptions": ("revenue_subscription", "starts_on", "amount"),
    "costs": ("revenue_cost", "month", "amount"),
    "campaigns": ("revenue_campaign", "starts_on", "cost"),
    "products": ("revenue_product", "", "list_price"),
    "targets": ("metrics_target", "period_start", "amount"),
    "trainings": ("coaching_training", "held_on", "cost"),
}


@dataclass(frozen=True)
class Held:
    """One row of the ledger that is in no number. `first` is the first day with a rate of its currency, if any."""

    object: str
    id: int
    key: str
    currency: str
    day: date | None
    amount: int
    first: date | None


def _query(what: str, name: str) -> str:
    table, day, amount = _OBJECTS[name]
    when = f"t.{day}" if day else "NULL::date"
    return (
        f"SELECT {what.format(when=when, amount=f't.{amount}')} FROM {table} t LEFT JOIN "
        "(SELECT currency, min(on_date) AS first FROM revenue_fxrate GROUP BY currency) r ON r.currency = t.currency "
        f"WHERE t.currency <> %s AND t.{amount} IS NOT NULL AND (r.first IS NULL OR {when} < r.first)"
    )


def held_counts(currency: str) -> dict[str, dict[str, int]]:
    """How many rows of each object wait, by their currency; `currency` is the company's."""
    found: dict[str, dict[str, int]] = {}
    for name in _OBJECTS:
        counts = rows(_query("t.currency, count(*)", name) + " GROUP BY t.currency ORDER BY t.currency", [currency])
        if counts:
            found[name] = {str(code): int(count) for code, count in counts}
    return found


def held_days(currency: str, objects: Sequence[str]) -> list[tuple[str, date | None, str, int]]:
    """(object, day, currency, how many rows) of the rows of these objects that wait, in order."""
    return [
        (name, day, str(code), int(count))
        for name in objects
        for day, code, count in rows(
            _query("{when}, t.currency, count(*)", name) + " GROUP BY 1, 2 ORDER BY 1, 2", [currency]
        )
    ]


def held_rows(currency: str, objects: Sequence[str] = tuple(_OBJECTS), most: int = 500) -> list[Held]:
    """The rows themselves, object by object and newest first, at most `most` of each object."""
    what = "t.id, t.key, t.currency, {when}, {amount}, r.first"
    return [
        Held(name, *row)
        for name in objects
        for row in rows(
            _query(what, name) + f" ORDER BY {_day(name)} t.id LIMIT {int(most)}", [currency]
        )
    ]  # fmt: skip


def _day(name: str) -> str:
    day = _OBJECTS[name][1]
    return f"t.{day} DESC NULLS LAST," if day else ""


def by_currency(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Rows over all objects, by currency."""
    total: dict[str, int] = {}
    for currencies in counts.values():
        for code, count in currencies.items():
            total[code] = total.get(code, 0) + count
    return dict(sorted(total.items()))
