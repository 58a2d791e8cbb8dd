"""What coaching sends by mail, if mail is set up: never a note, the words of a commitment or what was practised."""

from __future__ import annotations

from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from coaching.models import Attendance
from coaching.policy import KIND_LABELS

FIRST_NAMED = 3  # ALLOWED_HOSTS begins with the three names of this machine; those of ASSAY_HOSTS follow


def configured() -> bool:
    """Whether an operator has set up mail (ASSAY_SMTP_URL). Without it nothing is sent: nothing leaves unasked."""
    return bool(settings.ASSAY_MAIL)


def address(path: str) -> str:
    """The full address of a page, for whoever is not on one: the first name in ASSAY_HOSTS."""
    host = (settings.ALLOWED_HOSTS[FIRST_NAMED:] or ["localhost:8000"])[0]
    return f"{'https' if settings.ASSAY_HTTPS else 'http'}://{host}{path}"


def headers(*, switch: str = "") -> dict[str, str]:
    """What every mail says of itself: written by a program, with an id of the sender's domain, never of this machine.

    `switch` is the address of the page where its reader turns it off. Source: RFC 3834 (no answer from an absent
    reader's machine), RFC 2369 (mail programs show the switch as their own button).
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    known = {"Message-ID": make_msgid(domain=domain or "localhost"), "Auto-Submitted": "auto-generated"}
    return known | ({"List-Unsubscribe": f"<{switch}>"} if switch else {})


def send(*, to: str, subject: str, template: str, context: dict[str, object]) -> None:
    """One mail from `coaching/mail/<template>.txt` and `.html`. Raises OSError where the server does not take it."""
    text = render_to_string(f"coaching/mail/{template}.txt", context)
    message = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=headers())
    message.attach_alternative(render_to_string(f"coaching/mail/{template}.html", context), "text/html")
    message.send()


def ask_rating(attendance: Attendance, path: str) -> None:
    """Asks one rep whether one session was useful."""
    session = attendance.session
    context: dict[str, object] = {
        "kind": KIND_LABELS[session.kind].lower(),
        "held_on": session.held_on,
        "manager": session.manager,
        "link": address(path),
    }
    subject = "Was your coaching session useful?"
    send(to=str(attendance.rep.email), subject=subject, template="rating", context=context)
