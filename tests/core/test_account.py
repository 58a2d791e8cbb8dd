"""One's own account: password, second factor, sessions; and what of django-allauth is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from core.models import AuditEvent, Role, SignInLink, User

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.com", name="Alice", role=Role.CEO, password=PASSWORD)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_signing_out_elsewhere_keeps_this_session(alice: User) -> None:
    bob = User.objects.create_user("bob@example.com", name="Bob", role=Role.CEO)
    here, there, bobs = signed_in(alice), signed_in(alice), signed_in(bob)
    assert "Signed in at 2 places" in here.get("/account/").content.decode()
    text = here.post("/account/sign-out-elsewhere/", follow=True).content.decode()
    assert "Signed out of 1 other place." in text
    assert there.get("/account/").status_code == 302
    assert (here.get("/account/").status_code, bobs.get("/account/").status_code) == (200, 200)


def test_changing_the_password_signs_out_everywhere_and_is_audited(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice)
    data = {"oldpassword": PASSWORD, "password1": "another long pass phrase", "password2": "another long pass phrase"}
    assert here.post("/accounts/password/change/", data).status_code == 302
    assert {c.get("/account/").status_code for c in (here, there)} == {302}
    assert AuditEvent.objects.filter(verb="changed the password", actor_id=alice.pk).count() == 1


def test_somebody_with_a_link_only_sets_up_a_second_factor(db: None, django_capture_on_commit_callbacks: Any) -> None:
    dana = User.objects.create_user("dana@example.com", name="Dana", role=Role.REP)
    client = Client()
    client.post(f"/sign-in/{SignInLink.issue(user=dana)}/")
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{16,})"', page)
    assert found
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(found.group(1))})
    assert response.headers["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "10 of 10 codes are left" in codes
    assert "Show" in client.get("/account/").content.decode()
    kinds = set(Authenticator.objects.filter(user=dana).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    added = AuditEvent.objects.filter(verb="added a second factor", actor_id=dana.pk)
    assert {event.detail["type"] for event in added} == {"totp", "recovery_codes"}


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/reset/", "login/code/confirm/"],
)
def test_nobody_signs_up_changes_their_address_or_resets_by_mail(alice: User, path: str) -> None:
    """A rep who could choose an address could choose whose rows they see."""
    assert signed_in(alice).get(f"/accounts/{path}").status_code == 404
    assert Client().post(f"/accounts/{path}", {"email": "bob@example.com"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "password/change/",
        "reauthenticate/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "logout/",
        "inactive/",
    ],
)
def test_every_page_of_the_account_opens(alice: User, path: str) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert b"Assay" in response.content
