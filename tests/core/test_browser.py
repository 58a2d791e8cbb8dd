"""The operators' pages and the account in a real browser: they fit a phone, and a security key works."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import people
from core.models import Role, Team, User

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def olive(transactional_db: None) -> User:
    return people.add_person(email="olive@example.com", name="Olive", role=Role.OPERATOR, by="test")


def enter(page: Page, olive: User, address: str) -> None:
    page.goto(f"{address}/sign-in/{people.issue_link(person=olive, by='test')}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/**")


def test_a_person_is_added_on_a_phone_and_every_page_fits(page: Page, live_server: Any, olive: User) -> None:
    Team.objects.create(name="Strategic accounts, central and eastern Europe")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    enter(page, olive, live_server.url)
    page.goto(f"{live_server.url}/people/add/")
    page.get_by_label("Name", exact=True).fill("Maximiliane von Hohenfels-Wittgenstein")
    page.get_by_label("E-mail address", exact=True).fill("a.very.long.address@sub.division.larkmoor.example")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add and make a link").click()
    expect(page.locator(".link-once")).to_contain_text("/sign-in/")
    added = User.objects.exclude(pk=olive.pk).get()
    assert added.team_names() == ("Strategic accounts, central and eastern Europe",)
    paths = ["/people/", f"/people/{added.pk}/", "/company/", "/audit/", "/account/", "/accounts/2fa/totp/activate/"]
    for path in [*paths, "/accounts/password/set/", "/accounts/2fa/webauthn/"]:
        page.goto(live_server.url + path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path


def test_a_security_key_is_set_up_and_then_asked_for(page: Page, live_server: Any, olive: User) -> None:
    """With the browser's own virtual key; WebAuthn takes names, not numbers, hence localhost."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    able = {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, **able}})
    enter(page, olive, address)
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.context.clear_cookies()
    enter(page, olive, address)
    assert page.url == f"{address}/accounts/2fa/authenticate/"
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/account/")
    expect(page.get_by_text("By link, with second factor")).to_be_visible()
