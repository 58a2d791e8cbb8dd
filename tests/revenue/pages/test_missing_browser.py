"""The list of what an export lacks as a person meets it: ticked, what would happen, done, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core.models import User
from revenue.models import Deal
from tests.revenue.imports.ledger import bring, csv
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "deal_id,name,account,stage,amount,currency"
ROWS = [f"D{n},Deal {n},Acme,Open,{n * 100},USD" for n in range(1, 8)]


@pytest.fixture(params=[1440, 360])
def screen(request: pytest.FixtureRequest, page: Page, live_server: Any, operator: User) -> Page:
    """Otto's browser, on a desk and on a phone, on the list of an export that lacks D6 and D7."""
    bring("d.csv", csv(HEAD, *ROWS), source="crm")
    batch = bring("d.csv", csv(HEAD, *ROWS[:5]), source="crm")
    cookie = signed_in(operator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": request.param, "height": 800})
    page.goto(f"{live_server.url}/imports/{batch.pk}/")
    page.get_by_role("link", name="See and decide").click()
    return page


def test_all_are_ticked_taken_out_and_taken_back(screen: Page) -> None:
    expect(screen.get_by_role("heading", level=1)).to_have_text("Deals missing since last time: 2")
    wide = screen.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    screen.get_by_label("All on this page").check()
    expect(screen.get_by_label("Deal 6")).to_be_checked()
    screen.get_by_role("button", name="Take out of the ledger").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Take 2 records out of the ledger?")
    expect(screen.locator("main")).to_contain_text("$1,300.00")
    assert Deal.objects.count() == 7
    screen.get_by_role("button", name="Take 2 records out").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Nothing missing since last time")
    assert Deal.objects.count() == 5
    screen.get_by_role("button", name="Take it back").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Deals missing since last time: 2")
    assert Deal.objects.count() == 7


def test_one_that_is_found_is_kept(screen: Page) -> None:
    screen.get_by_label("Find by name or id").fill("deal 7")
    screen.get_by_role("button", name="Find", exact=True).click()
    screen.get_by_label("All 1 that “deal 7” finds").check()
    screen.get_by_role("button", name="Keep").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Deals missing since last time: 1")
    expect(screen.locator("main")).to_contain_text("Kept")
