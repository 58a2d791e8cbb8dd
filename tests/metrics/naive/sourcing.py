"""Who brought a deal, naively: deal by deal, touch by touch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive
from tests.metrics.naive.worlds import Row

SOURCES = ("marketing", "sales", "partner", "customer")


def _named(function: str | None) -> str:
    return function.lower() if function and function.lower() in SOURCES else "unknown"


def _belongs(row: Row, deal: Row, leads: dict[int, int | None]) -> bool:
    """To the deal that a row names; else to that of its lead; else to every deal of its account."""
    named = row.get("deal_id")
    if named is None and row.get("lead_id") is not None:
        named = leads.get(row["lead_id"])
    if named is not None:
        return bool(named == deal["deal_id"])
    return row["account_id"] is not None and row["account_id"] == deal["account_id"]


def before_close(view: View, frame: str) -> dict[int, list[Row]]:
    """Touches or activities of each deal up to its close, in order."""

    def make() -> dict[int, list[Row]]:
        leads = {r["lead_id"]: r["deal_id"] for r in view.whole["leads"]}
        rows = sorted(
            (r for r in view.whole[frame] if r["at"] is not None),
            key=lambda r: (r["at"], r["touch_id" if frame == "touches" else "activity_id"]),
        )
        return {
            deal["deal_id"]: [
                r for r in rows
                if _belongs(r, deal, leads) and not (deal["is_closed"] and deal["close"] and r["at"] > deal["close"])
            ]
            for deal in view.whole["deals"]
        }  # fmt: skip

    found: dict[int, list[Row]] = view.once(("before close", frame), make)
    return found


def _by_field(view: View, deal: Row) -> str:
    return _named(deal["source_function"])


def _is_from_customer(deal: Row) -> bool:
    return (deal["deal_type"] or "").lower() in ("expansion", "renewal")


def _first_touch(view: View, deal: Row) -> str:
    if _is_from_customer(deal):
        return "customer"
    touches = before_close(view, "touches")[deal["deal_id"]]
    return _named(touches[0]["function"]) if touches else "unknown"


def _before_sales(view: View, deal: Row) -> str:
    """Marketing if it came before the first sales activity; sales if not; without either the first touch says."""
    if _is_from_customer(deal):
        return "customer"
    touches = before_close(view, "touches")[deal["deal_id"]]
    acts = before_close(view, "activities")[deal["deal_id"]]
    marketing = min((r["at"] for r in touches if _named(r["function"]) == "marketing"), default=None)
    selling = min(
        [r["at"] for r in acts] + [r["at"] for r in touches if _named(r["function"]) == "sales"], default=None
    )
    if marketing is None and selling is None:
        return _first_touch(view, deal)
    if marketing is not None and (selling is None or marketing < selling):
        return "marketing"
    return "sales"


def _register(key: str, rule: Callable[[View, Row], str], won: bool) -> None:
    def answer(view: View) -> Answer:
        sums: dict[Any, int] = {}
        for row in view.rows["deals"]:
            if row["is_won"] if won else not row["is_closed"]:
                source = view.once((key, row["deal_id"]), partial(rule, view, row))
                place = view.bucket(row["close"]), source
                sums[place] = sums.get(place, 0) + (row["amount"] or 0)
        return {place: money(value) for place, value in sums.items()}

    naive(key)(answer)


for _name, _rule in (("by_field", _by_field), ("first_touch", _first_touch), ("before_sales", _before_sales)):
    _register(f"sourced_{_name}", _rule, won=True)
    _register(f"sourced_pipeline_{_name}", _rule, won=False)


@naive("influenced")
def influenced(view: View) -> Answer:
    """Won deals that marketing touched in the ninety days before the close."""

    def touched(deal: Row) -> bool:
        close: date | None = deal["close"]
        return close is not None and any(
            _named(r["function"]) == "marketing" and r["at"] >= close - timedelta(90)
            for r in before_close(view, "touches")[deal["deal_id"]]
        )

    answer: Answer = {}
    for period, rows in grouped(view, "deals", "close", lambda r: r["is_won"]).items():
        mine = [row for row in rows if touched(row)]
        answer[period] = Cell(money(sum(row["amount"] or 0 for row in mine)), len(mine))
    return answer
