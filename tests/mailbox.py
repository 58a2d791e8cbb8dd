"""A real mail server on this machine, with one box for everybody."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Box:
    """The server's box: (address, message) each. `refusing` answers as a server does that is too busy."""

    def __init__(self) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.refusing = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes a message in, or refuses it for now."""
        if self.refusing:
            return "451 try again later"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.received += [(address, found) for address in envelope.rcpt_tos]
        return "250 taken"

    @property
    def to(self) -> list[str]:
        """Whom it has mail for."""
        return sorted(address for address, _ in self.received)


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    """A running server, and Assay set up to send by it."""
    box = Box()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.ASSAY_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    controller.stop()
