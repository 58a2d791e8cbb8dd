"""The Monday list by mail: once for each manager and Monday, from seven o'clock where the company is."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from datetime import date, datetime

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from coaching import mail
from coaching.models import MailedList
from coaching.monday import Monday, monday
from core import audit
from core.models import Company, Role, User
from revenue.models import Rep

SEVEN = 7
log = structlog.get_logger()


def monday_of(now: datetime) -> date | None:
    """The Monday whose lists are to go out at `now`: from seven o'clock to midnight of the company's own Monday."""
    local = now.astimezone(zoneinfo.ZoneInfo(Company.current().time_zone))
    return local.date() if local.weekday() == 0 and local.hour >= SEVEN else None


def send_lists(now: datetime) -> int:
    """Sends what is due at `now` and has not gone out; returns how many. One that fails does not stop the rest.

    What failed is tried again at the next ring, until the Monday is over.
    """
    day = monday_of(now)
    if day is None or not mail.configured():
        return 0
    sent = 0
    for manager in User.objects.filter(role=Role.SALES_MANAGER, is_active=True).order_by("pk"):
        try:
            sent += send_list(user=manager, day=day)
        except OSError as error:
            log.warning("a Monday list could not be sent", user=manager.pk, error=type(error).__name__)
    return sent


@transaction.atomic
def send_list(*, user: User, day: date) -> bool:
    """Sends one manager's list; False if it went out before, or another worker is sending it.

    The row is locked while the mail goes out and marked in the same transaction: a mail that failed leaves no mark.
    """
    MailedList.objects.get_or_create(user=user, monday=day)
    row = MailedList.objects.select_for_update(skip_locked=True).filter(user=user, monday=day, sent_at=None).first()
    if row is None:
        return False
    context = context_of(monday(user, day))
    subject = f"Your week in coaching, {day:%-d %B}"
    mail.send(to=user.email, subject=subject, template="monday", context={"user": user, "today": day, **context})
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    audit.record(verb="mailed Monday list", by="schedule", target=row)
    return True


def context_of(found: Monday) -> dict[str, object]:
    """What the mail says: names and counts. The words of commitments stay on the page, for those who sign in."""
    debriefs, due = Counter(m.rep_id for m in found.debriefs), Counter(c.rep_id for c in found.due)
    names: dict[int | None, Rep] = {m.rep_id: m.rep for m in found.debriefs if m.rep}
    names |= {c.rep_id: c.rep for c in found.due}
    return {
        "uncoached": found.uncoached,
        "debriefs": [(names[pk], n) for pk, n in debriefs.most_common()],
        "due": [(names[pk], n) for pk, n in due.most_common()],
        "stale": found.stale,
        "overdue": found.overdue,
        "plans": found.plans,
        "nothing": not any((found.uncoached, found.debriefs, found.due, found.stale, found.overdue, found.plans)),
        "link": mail.address(reverse("coaching:monday")),
    }
