"""The digest by mail: once for each person who wants it and Monday, from seven o'clock where the company is."""

from __future__ import annotations

from datetime import date, datetime
from email.mime.image import MIMEImage

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from coaching.mail import address, configured, headers
from coaching.monday_mail import monday_of
from core import audit
from core.models import Role, User
from scoreboard.digest.content import Digest, build
from scoreboard.models import DigestChoice, MailedDigest

ASKED = frozenset({Role.CEO, Role.SALES_LEADER, Role.MARKETING_LEADER})  # get it unless they switch it off
MAY = ASKED | {Role.OPERATOR, Role.SALES_MANAGER}  # may have it
log = structlog.get_logger()


class Illustrated(EmailMultiAlternatives):
    """A mail whose pictures belong to its HTML."""

    mixed_subtype = "related"


def may_have(user: User) -> bool:
    """Whether there is a digest for the person: everybody who answers for more than themself."""
    return user.is_active and user.role in MAY


def wants(user: User) -> bool:
    """Whether the person gets it by mail: as they chose, else as their role does."""
    chosen = DigestChoice.objects.filter(user=user).first()
    return may_have(user) and (chosen.wanted if chosen else user.role in ASKED)


@transaction.atomic
def choose(*, user: User, wanted: bool) -> None:
    """Switches one's digest on or off."""
    DigestChoice.objects.update_or_create(user=user, defaults={"wanted": wanted})
    audit.record(verb=f"switched the digest {'on' if wanted else 'off'}", actor=user, target=user)


def send_due(now: datetime) -> int:
    """Sends what is due at `now` and has not gone out; returns how many. One that fails does not stop the rest.

    What failed is tried again at the next ring, until the Monday is over.
    """
    day = monday_of(now)
    if day is None or not configured():
        return 0
    sent = 0
    for user in User.objects.filter(role__in=MAY, is_active=True).order_by("pk"):
        try:
            sent += wants(user) and send(user=user, day=day)
        except OSError as error:
            log.warning("a digest could not be sent", user=user.pk, error=type(error).__name__)
    return sent


@transaction.atomic
def send(*, user: User, day: date) -> bool:
    """Sends one person's digest; False if it went out before, another worker is sending it, or there are no numbers.

    The row is locked while the mail goes out and marked in the same transaction: a mail that failed leaves no mark.
    """
    MailedDigest.objects.get_or_create(user=user, monday=day)
    row = MailedDigest.objects.select_for_update(skip_locked=True).filter(user=user, monday=day, sent_at=None).first()
    digest = build(user) if row is not None else None
    if row is None or digest is None:
        return False
    message_of(digest, user, day).send()
    row.sent_at = timezone.now()
    row.save(update_fields=["sent_at"])
    audit.record(verb="mailed the digest", by="schedule", target=row)
    return True


def message_of(digest: Digest, user: User, day: date) -> EmailMultiAlternatives:
    """The mail: plain text, and HTML with its pictures beside it, so that nothing is fetched from anywhere."""
    context = {
        "digest": digest, "user": user, "day": day, "home": address("/"),
        "page": address(reverse("scoreboard:digest:preview")), "root": address("").rstrip("/"),
    }  # fmt: skip
    message = Illustrated(
        subject=" ".join(digest.subject.split()), body=render_to_string("digest/mail.txt", context), to=[user.email],
        headers=headers(switch=str(context["page"])),
    )  # fmt: skip
    message.attach_alternative(render_to_string("digest/mail.html", context), "text/html")
    for picture in digest.pictures.values():
        image = MIMEImage(picture.png, "png")
        image.add_header("Content-ID", f"<{picture.name}>")
        image.add_header("Content-Disposition", "inline", filename=f"{picture.name}.png")
        message.attach(image)
    return message
