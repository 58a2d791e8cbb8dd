"""Who is about to leave without a contract to end: good customers who have been quiet for too long, largest first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from core import show
from core.models import User
from metrics.published import WHOLE
from metrics.quiet import QuietBuyer, quiet_buyers
from metrics.within import Parts
from revenue.models import Account
from scoreboard.focus import Part
from scoreboard.pages.leaving import parts_asked
from scoreboard.pages.shape import Cell, Table, plain
from scoreboard.reading import Setting
from scoreboard.views.cuts import name_of_part

SHOWN = 20
HEADINGS = (
    "Customer", "At stake, a year", "Last purchase", "Days since", "Usual gap, days", "Chance to be there", "Owner",
)  # fmt: skip
DIMS = ("segment", "region", "industry", "rep", "team")


def gone_quiet(setting: Setting, part: Part) -> Table | None:
    """The list of one part of the company as of the run's day, in the reader's scope.

    None where nobody went quiet, and where customers cannot be cut that way: they have no route and no source.
    """
    asked = setting.within or (() if part == WHOLE else (part,))
    found = _of(asked, quiet_buyers(setting.run))
    found, names = _seen(setting.user, found)
    if not found:
        return None
    currency, today = setting.company.currency, setting.run.as_of
    one, worth = len(found) == 1, sum((each.year for each in found), Decimal(0))
    said = f"{len(found)} good customer{'' if one else 's'} without a contract {'has' if one else 'have'} gone quiet"
    first = f", the first {SHOWN}" if len(found) > SHOWN else ""
    of = " · ".join(map(name_of_part, parts_asked(setting, part))) or "all that you may see"
    return Table(
        "gone-quiet", f"{said}: {show.money(worth, currency)} a year is at stake",
        "Still counted as customers, but quiet for more than twice their usual gap and for longer than nine in ten of "
        "their gaps, or likelier gone than not by the model (BG/NBD) · "
        f"{currency} in the year up to the last purchase, largest first{first} · {of}, as of {show.day(today)} · "
        "source: revenue lines",
        HEADINGS,
        tuple(_row(each, names[each.account], setting) for each in found[:SHOWN]), wide=True, metric="p_alive",
    )  # fmt: skip


def _of(parts: Parts, found: Sequence[QuietBuyer]) -> list[QuietBuyer]:
    if any(dim not in DIMS for dim, _ in parts):
        return []
    return [each for each in found if all(getattr(each, dim) == member for dim, member in parts)]


def _seen(user: User, found: Sequence[QuietBuyer]) -> tuple[list[QuietBuyer], dict[int, str]]:
    """Those whose account the reader may see, and the names of the ones that are shown."""
    asked = found[:SHOWN] if user.sees_everything else found
    visible = Account.objects.visible_to(user).filter(pk__in=[each.account for each in asked])
    names = {each.pk: str(each) for each in visible.only("pk", "name", "key")}
    kept = [each for place, each in enumerate(found) if each.account in names or place >= len(asked)]
    return kept, names


def _row(each: QuietBuyer, name: str, setting: Setting) -> tuple[Cell, ...]:
    waited = (setting.run.as_of - each.last).days
    chance = None if each.alive is None else Decimal(str(round(each.alive, 4)))
    return (
        Cell(name, href=reverse("scoreboard:account", args=[each.account])),
        Cell(show.money(each.year, setting.company.currency), plain(each.year)),
        Cell(show.day(each.last), str(each.last)), Cell(f"{waited:,}", str(waited)),
        Cell("–" if each.gap is None else f"{each.gap.normalize():f}", "" if each.gap is None else plain(each.gap)),
        Cell(show.NONE if chance is None else show.rate(chance, 0), plain(chance)),
        Cell(each.rep or "–"),
    )  # fmt: skip
