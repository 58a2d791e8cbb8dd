"""Which heading is probably which of our columns: a start for the mapping page, never used without a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from revenue import objects
from revenue.imports.mapping.headings import Headings, fold, nearest
from revenue.objects import Column, Kind

_NUMBERS = (Kind.MONEY, Kind.NUMBER, Kind.RATE, Kind.INTEGER, Kind.PROBABILITY)
_DATES = (Kind.DATE, Kind.TIMESTAMP)
_DIGITS = re.compile(r"\d")
# Words that people write for our columns, by the end of our column's name; the vendors' own are in the presets.
_WORDS = {
    "account": ("customer", "customer name", "client", "company", "company name", "account name", "organisation"),
    "account_id": ("customer id", "client id", "company id", "customer number", "account number"),
    "name": ("title", "full name"),
    "net_amount": ("sales", "revenue", "net sales", "amount", "total", "net total", "subtotal", "invoice amount"),
    "amount": ("value", "revenue", "total", "mrr", "target"),
    "booked_on": ("order date", "invoice date", "date", "booking date", "transaction date"),
    "line_id": ("row id", "order line", "invoice number", "invoice id", "order id"),
    "owner": ("sales rep", "rep", "salesperson", "seller", "account manager"),
    "rep": ("owner", "employee", "salesperson", "employee id", "assigned to"),
    "rep_id": ("employee id", "user id"),
    "created_on": ("created", "created at", "create date", "signup date", "date"),
    "close_on": ("close date", "closing date", "expected close"),
    "starts_on": ("start date", "start", "valid from"),
    "ends_on": ("end date", "end", "valid to"),
    "opened_on": ("submitted at", "opened", "created at"),
    "closed_on": ("closed at", "closed", "resolved at"),
    "severity": ("priority",),
    "score": ("satisfaction score", "csat", "nps"),
    "product": ("product name", "item", "sku", "plan"),
    "held_on": ("date", "training date", "session date"),
    "topic": ("subject", "training program name", "program"),
    "touched_at": ("started at", "timestamp", "date"),
    "channel": ("utm medium", "source", "utm source", "medium"),
    "campaign": ("utm campaign",),
    "cost": ("spend", "actual cost"),
    "month": ("date", "date day"),
    "hired_on": ("hire date",),
    "manager": ("reports to",),
}


def suggest(headings: Sequence[str], sample: pl.DataFrame | None, object: str) -> dict[str, str]:
    """Our column → the heading it probably is, for a table that nobody has mapped yet; each heading at most once.

    Spellings are tried first (our own names, then common words), then the nearest name; a heading whose cells cannot
    be of the column's kind (letters where a number belongs) is not offered. KeyError if there is no such object.
    """
    table = Headings(headings)
    spec = objects.get(object)
    found: dict[str, str] = {}
    for certain in (True, False):
        for column in spec.columns:
            if column.name in found:
                continue
            free = [h for h in table.texts if h.strip() and h not in found.values()]
            likely = _spelled(column, free) if certain else nearest(column.name, free, 1)
            heading = next((h for h in likely if _may_be(column, table, h, sample)), None)
            if heading is not None:
                found[column.name] = heading
    return {name: found[name] for name in spec.names if name in found}


def _spelled(column: Column, free: Sequence[str]) -> list[str]:
    wanted = [fold(w) for w in (column.name, *_WORDS.get(column.name, ()))]
    by_fold = {fold(h): h for h in reversed(free)}
    return [by_fold[w] for w in wanted if w in by_fold]


def _may_be(column: Column, table: Headings, heading: str, sample: pl.DataFrame | None) -> bool:
    at = table.texts.index(heading)
    if sample is None or f"c{at}" not in sample.columns:
        return True
    cells = [c for c in sample.get_column(f"c{at}").head(200).to_list() if c and c.strip()]
    if not cells or column.kind not in (*_NUMBERS, *_DATES):
        return True
    letters = sum(1 for c in cells if not _DIGITS.search(c))
    return letters * 5 <= len(cells)  # a few blanks written as words ("n/a") do not rule a column out
