"""Alerts by mail: one mail to an owner with all that is new, each alert once, in the owner's own scope."""

from __future__ import annotations

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from coaching.mail import address, configured, headers
from core import audit
from core.models import User
from scoreboard.models import Alert

log = structlog.get_logger()


def send_all() -> int:
    """Mails each owner what is new, if mail is set up; returns how many mails went out. One that fails waits."""
    if not configured():
        return 0
    sent = 0
    waiting = Alert.objects.open().filter(mailed_at=None, rule__mail=True, rule__owner__is_active=True)
    owners = waiting.values_list("rule__owner", flat=True).order_by("rule__owner").distinct()
    for owner in User.objects.filter(pk__in=list(owners)).order_by("pk"):
        try:
            sent += send(owner=owner)
        except OSError as error:
            log.warning("alerts could not be mailed", user=owner.pk, error=type(error).__name__)
    return sent


@transaction.atomic
def send(*, owner: User) -> bool:
    """Mails one owner; False if there is nothing that another worker is not sending already.

    The alerts are locked while the mail goes out and marked in the same transaction: a mail that failed leaves no mark.
    """
    new = Alert.objects.visible_to(owner).open().filter(mailed_at=None, rule__owner=owner, rule__mail=True)
    alerts = list(new.select_related("rule").select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
    if not alerts:
        return False
    alerts.sort(key=lambda a: a.valence)  # bad news first
    context: dict[str, object] = {"alerts": alerts, "link": address(reverse("scoreboard:alerts:list"))}
    first = alerts[0].title
    subject = first if len(alerts) == 1 else f"{len(alerts)} alerts: {first}"
    context["subject"] = subject
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()), body=render_to_string("alerts/mail.txt", context), to=[owner.email],
        headers=headers(switch=address(reverse("scoreboard:alerts:rules"))),
    )  # fmt: skip
    message.attach_alternative(render_to_string("alerts/mail.html", context), "text/html")
    message.send()
    Alert.objects.filter(pk__in=[a.pk for a in alerts]).update(mailed_at=timezone.now())
    audit.record(verb="mailed alerts", by="schedule", target=owner, alerts=[a.pk for a in alerts])
    return True
