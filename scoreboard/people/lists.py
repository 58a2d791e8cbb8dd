"""Short lists of ledger rows as tables whose names lead on: deals, lines, subscriptions, tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse

from core import show
from core.money import text as money_text
from core.money import to_decimal
from scoreboard.pages.shape import Cell, Table

SHOWN = 12
Rows = QuerySet[Any]


def account_cell(row: Any) -> Cell:
    """The account's name, leading to its page."""
    if row.account_id is None:
        return Cell(row.account_name or "–")
    return Cell(str(row.account), href=reverse("scoreboard:account", args=[row.account_id]))


def owner_cell(row: Any) -> Cell:
    """The owner's name, leading to their page."""
    return Cell(str(row.owner), href=reverse("scoreboard:rep", args=[row.owner_id])) if row.owner_id else Cell("–")


def record_cell(row: Any, object: str) -> Cell:
    """The record itself, leading to what came in."""
    return Cell(str(row) or row.key, href=reverse("scoreboard:row", args=[object, row.pk]))


def money(amount: int | None, currency: str | None) -> Cell:
    """An amount in its own currency, in full."""
    if amount is None:
        return Cell("–", number=True)
    written = show.money_exact(to_decimal(amount), currency) if currency else money_text(amount)
    return Cell(written, money_text(amount), number=True)


def day(when: date | None) -> Cell:
    """A day, or nothing."""
    return Cell(show.day(when), when.isoformat()) if when else Cell("–")


def deals(rows: Rows, *, with_account: bool) -> tuple[Table | None, Table | None]:
    """What is open, largest first, and what was closed last: of each the first, and how many; all in one query."""
    ranked = rows.filter(implied=False).annotate(over=Coalesce("is_closed", Value(False)))
    ranked = ranked.annotate(
        all=Window(Count("*"), partition_by="over"),
        place=Window(
            RowNumber(),
            order_by=[
                Case(When(over=False, then="amount")).desc(nulls_last=True),
                Case(When(over=True, then="close_on")).desc(nulls_last=True),
                Case(When(over=True, then=-F("id")), default=F("id"), output_field=BigIntegerField()),
            ],
            partition_by="over",
        ),
    )
    shown = list(ranked.filter(place__lte=SHOWN).select_related("account", "owner").order_by("over", "place"))
    return (
        _deals("open-deals", "open", [d for d in shown if not d.over], "Largest first", with_account),
        _deals("closed-deals", "closed", [d for d in shown if d.over], "Newest first", with_account),
    )


def _deals(key: str, state: str, shown: Sequence[Any], order: str, with_account: bool) -> Table | None:
    if not shown:
        return None
    count = shown[0].all
    made = tuple(
        (
            record_cell(deal, "deals"), account_cell(deal) if with_account else owner_cell(deal),
            Cell(deal.stage or "–"), money(deal.amount, deal.currency), day(deal.close_on),
        )
        for deal in shown
    )  # fmt: skip
    won = f", {sum(1 for d in shown if d.is_won)} of those below won" if state == "closed" else ""
    return Table(
        key, f"{count:,} deal{'s' if count != 1 else ''} {state}{won}", f"{order} · source: deals",
        ("Deal", "Account" if with_account else "Owner", "Stage", "Amount", "Closes" if state == "open" else "Closed"),
        made, wide=True, words=True,
    )  # fmt: skip


def lines(rows: Rows, *, with_account: bool) -> Table | None:
    """The newest revenue lines, each with the way to its five answers."""
    shown = list(rows.select_related("account", "product", "owner").order_by("-booked_on", "-pk")[:SHOWN])
    if not shown:
        return None
    made = tuple(
        (
            record_cell(line, "revenue_lines"), day(line.booked_on),
            account_cell(line) if with_account else owner_cell(line), Cell(str(line.product) if line.product else "–"),
            Cell(line.route or "–"), money(line.net_amount, line.currency),
            Cell("Is it good revenue?", href=reverse("scoreboard:policy:line", args=[line.pk])),
        )
        for line in shown
    )  # fmt: skip
    return Table(
        "lines", "The newest revenue lines", "Newest first, amounts as invoiced · source: revenue lines",
        ("Line", "Booked on", "Account" if with_account else "Sold by", "Product", "Route", "Net", "Quality"),
        made, wide=True, words=True,
    )  # fmt: skip


def latest_to_end(rows: Rows) -> Rows:
    """Subscriptions in the order in which a list shows them: the open ones, then the last to end."""
    return rows.select_related("product").order_by(F("ends_on").desc(nulls_first=True), "-starts_on")


def subscriptions(shown: Sequence[Any], today: date) -> Table | None:
    """Subscriptions in the order given."""
    if not shown:
        return None
    running = sum(1 for s in shown if s.starts_on <= today and (s.ends_on is None or s.ends_on > today))
    made = tuple(
        (
            record_cell(each, "subscriptions"), Cell(str(each.product) if each.product else "–"), day(each.starts_on),
            day(each.ends_on) if each.ends_on else Cell("open"), money(each.amount, each.currency),
            Cell(each.interval or "–"),
        )
        for each in shown[:SHOWN]
    )  # fmt: skip
    return Table(
        "subscriptions", f"{running} of {len(shown)} subscription{'s' if len(shown) != 1 else ''} running",
        "The last to end first · source: subscriptions", ("Subscription", "Product", "Starts", "Ends", "Amount", "Per"),
        made, wide=True, words=True,
    )  # fmt: skip


def tickets(rows: Rows) -> Table | None:
    """Tickets, newest first."""
    counted = rows.annotate(all=Window(Count("*")), still_open=Window(Count("pk", filter=Q(closed_on=None))))
    shown = list(counted.order_by(F("opened_on").desc(nulls_last=True), "-pk")[:SHOWN])
    if not shown:
        return None
    count, open_now = shown[0].all, shown[0].still_open
    made = tuple(
        (Cell(t.key), Cell(t.kind or "–"), Cell(t.severity or "–"), day(t.opened_on), day(t.closed_on),
         Cell(money_text(t.score) if t.score is not None else "–"))
        for t in shown
    )  # fmt: skip
    return Table(
        "tickets", f"{count:,} ticket{'s' if count != 1 else ''}, {open_now} still open",
        "Newest first · source: tickets", ("Ticket", "Kind", "Severity", "Opened", "Closed", "Score"), made,
        wide=True, words=True,
    )  # fmt: skip
