"""Who is about to leave: contracts that end within ninety days and have nothing to follow them, largest first.

Buyers without a contract are in `quiet`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from core import show
from core.money import to_decimal
from metrics.frames.revenue import INTERVALS
from metrics.published import home_of
from metrics.within import Parts
from revenue.models import Subscription
from scoreboard.focus import Part
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import Setting
from scoreboard.rowsets import SUBSCRIPTIONS, Rows, cut_rows
from scoreboard.views.cuts import name_of_part

DAYS, SHOWN = 90, 20


def leaving(setting: Setting, part: Part) -> Table | None:
    """The list of one part of the company as of the run's day, in the reader's scope.

    None where nothing ends, and where contracts cannot be cut that way: they have no route and no source.
    """
    today = setting.run.as_of
    later = Subscription.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on")), account=OuterRef("account")
    )
    rows: Rows = Subscription.objects.visible_to(setting.user).filter(
        ~Exists(later), ends_on__gt=today, ends_on__lte=today + timedelta(DAYS), amount__gt=0, account__isnull=False
    )
    asked = parts_asked(setting, part)
    try:
        for each in asked:
            rows = cut_rows(rows, SUBSCRIPTIONS, *each)
    except ValueError:
        return None
    of = " · ".join(map(name_of_part, asked)) or "all that you may see"
    found = [(each, _yearly(each)) for each in rows.select_related("account", "owner").order_by(F("ends_on"), "pk")]
    if not found:
        return None
    found.sort(key=lambda pair: -pair[1])
    home = setting.company.currency
    worth = sum((value for each, value in found if each.currency == home), Decimal(0))
    one = len(found) == 1
    said = f"{len(found)} contract{'' if one else 's'} worth {show.money(worth, home)} a year"
    return Table(
        "leaving", f"{said} end{'s' if one else ''} within {DAYS} days with none to follow",
        f"Largest first{f', the first {SHOWN}' if len(found) > SHOWN else ''} · {of}, as of {show.day(today)} · "
        "source: subscriptions",
        ("Customer", "Ends", "Worth a year", "Owner"),
        tuple(_row(each, value) for each, value in found[:SHOWN]), words=True,
    )  # fmt: skip


def parts_asked(setting: Setting, part: Part) -> Parts:
    """The parts of the company that a list is about, all of them together; none for all that the reader may see."""
    return setting.within or (() if part == home_of(setting.user) else (part,))


def _row(each: Subscription, value: Decimal) -> tuple[Cell, ...]:
    account = reverse("scoreboard:account", args=[each.account_id])
    return (
        Cell(str(each.account), href=account), Cell(show.day(each.ends_on), str(each.ends_on)),
        Cell(show.money(value, each.currency), plain(value)), Cell(str(each.owner) if each.owner else "–"),
    )  # fmt: skip


def _yearly(each: Subscription) -> Decimal:
    return to_decimal(each.amount) * INTERVALS.get(each.interval or "", 12)
