"""Sign-in links, the theme and the health check."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import AuditEvent, Role, SignInLink, User
from core.templatetags.show import address


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.com", name="Alice", role=Role.CEO)


def test_looking_at_a_link_does_not_use_it_up(alice: User) -> None:
    token = SignInLink.issue(user=alice)
    client = Client()
    for _ in range(3):
        assert client.get(f"/sign-in/{token}/").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_link_signs_in_once(alice: User) -> None:
    token = SignInLink.issue(user=alice)
    client = Client(enforce_csrf_checks=True)
    client.get(f"/sign-in/{token}/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post(f"/sign-in/{token}/", form).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert AuditEvent.objects.filter(verb="signed in by link", actor_id=alice.pk).count() == 1
    assert Client().post(f"/sign-in/{token}/").status_code == 410


def test_an_unknown_link_says_nothing_about_anyone(db: None) -> None:
    response = Client().post("/sign-in/nonsense/")
    assert response.status_code == 410
    assert b"no longer works" in response.content


def test_the_form_may_be_posted_from_its_own_page(alice: User) -> None:
    """A no-referrer policy would turn the browser's Origin into "null", which the CSRF check refuses."""
    response = Client().get(f"/sign-in/{SignInLink.issue(user=alice)}/")
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_the_theme_is_kept_and_leads_nowhere_else(db: None) -> None:
    response = Client().post("/theme/", {"theme": "dark", "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"
    assert response.cookies["theme"].value == "dark"
    assert Client().post("/theme/", {"theme": "pink", "next": "/revenue/"}).cookies["theme"].value == ""


def test_it_rejects_get() -> None:
    assert Client().get("/theme/").status_code == 405


def test_health(db: None) -> None:
    response = Client().get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": True, "redis": True}


def test_an_address_for_forms_says_so_to_a_browser_and_nothing_to_a_program(db: None) -> None:
    shown = Client().get("/theme/", headers={"Accept": "text/html"})
    assert (shown.status_code, shown["Allow"]) == (405, "POST")
    assert "takes what a form sends" in shown.content.decode()
    assert Client().get("/theme/", headers={"Accept": "application/json"}).content == b""


def test_the_door_names_each_field_once(db: None) -> None:
    door = Client().get("/accounts/login/").content.decode()
    assert "placeholder" not in door
    assert "Keep me signed in" in door


def test_an_address_breaks_where_people_would_break_it() -> None:
    assert address("ann.lee@<b>.example") == "ann.<wbr>lee@<wbr>&lt;b&gt;.<wbr>example"
