"""Mail is off until it is set up, and a setting that makes no sense stops the start."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_unset_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSAY_SMTP_URL", raising=False)
    assert env.smtp("ASSAY_SMTP_URL") is None
    assert env.sender("ASSAY_MAIL_FROM", needed=False) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u%40x:p%2Fw@mail.example.com", ("mail.example.com", 587, "u@x", "p/w", True, False)),
        ("smtp://relay:25?starttls=no", ("relay", 25, "", "", False, False)),
        ("smtps://u:p@mail.example.com", ("mail.example.com", 465, "u", "p", False, True)),
    ],
)
def test_a_server_is_read(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]) -> None:
    monkeypatch.setenv("ASSAY_SMTP_URL", url)
    found = env.smtp("ASSAY_SMTP_URL")
    assert found is not None
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == expected


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail", "smtp://", "smtp://u:secret@h:x", "smtp://h?starttls=?"]
)
def test_nonsense_is_refused_without_repeating_a_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ASSAY_SMTP_URL", url)
    with pytest.raises(ImproperlyConfigured, match="ASSAY_SMTP_URL cannot be read") as refused:
        env.smtp("ASSAY_SMTP_URL")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("given", ["", "nobody", "@x", "a@"])
def test_a_sender_is_an_address(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ASSAY_MAIL_FROM", given)
    with pytest.raises(ImproperlyConfigured, match="write an address"):
        env.sender("ASSAY_MAIL_FROM", needed=True)


def test_a_sender_may_have_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_MAIL_FROM", "Assay <assay@example.com>")
    assert env.sender("ASSAY_MAIL_FROM", needed=True) == "Assay <assay@example.com>"
