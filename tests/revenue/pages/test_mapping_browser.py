"""The mapping page as a person meets it: headings chosen and dragged, saved; the file of next week needs no word."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core.models import User
from revenue import tasks
from revenue.imports.saved_mappings import find_mapping
from revenue.models import ImportBatch, RevenueLine
from tests.revenue.imports.ledger import csv
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "Position,Kunde,Tag,Umsatz,Gewinn,Bemerkung"
FIRST = csv(HEAD, "1,Acme,2026-08-03,100.00,40.00,", "2,Bolt,2026-08-04,50.00,10.00,x", "3,Bolt,soon,1.00,0.50,")
SECOND = csv(HEAD, "4,Acme,2026-08-10,70.00,30.00,", "5,Cone,2026-08-11,8.00,3.00,")


@pytest.fixture(params=[1440, 360])
def screen(request: pytest.FixtureRequest, page: Page, live_server: Any, operator: User) -> Page:
    """Otto's browser, on a desk and on a phone."""
    cookie = signed_in(operator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": request.param, "height": 800})
    page.goto(f"{live_server.url}/imports/")
    return page


def upload(screen: Page, name: str, data: bytes) -> None:
    """Chooses a file on the imports page and waits until its row has heard what became of it."""
    screen.set_input_files("#files", {"name": name, "mimeType": "text/csv", "buffer": data})
    screen.get_by_role("button", name="Import", exact=True).click()
    row = screen.locator("li.file").filter(has_text=name)
    expect(row).to_contain_text("Waiting")
    tasks.work_off()
    expect(row.locator(".batch")).to_be_visible()


def choose(screen: Page, column: str, heading: str) -> None:
    """Drags a heading onto one of our columns where the strip of headings is shown, else chooses it."""
    chip = screen.locator(f'.headings [data-heading="{heading}"]')
    if not chip.is_visible():
        screen.get_by_label(f"Heading for {column}").select_option(heading)
        return
    place = screen.locator(f"fieldset:has(#from-{column})")
    place.scroll_into_view_if_needed()
    chip.drag_to(place)
    expect(chip).to_have_class("chip used")


def count(screen: Page, name: str) -> Any:
    """One of the trial's four counts."""
    return screen.locator("#trial .stat").filter(has=screen.get_by_text(name, exact=True)).locator("dd")


def test_an_unknown_file_is_mapped_and_the_next_one_needs_no_word(
    screen: Page, live_server: Any, tmp_path: Path
) -> None:
    upload(screen, "week-31.csv", FIRST)
    screen.locator("li.file .batch a").first.click()
    screen.get_by_role("link", name="Map its columns").click()
    screen.get_by_label("Each row is one of").select_option("revenue_lines")
    expect(screen.get_by_label("Heading for net_amount")).to_have_value("")  # nothing is guessed from German words

    screen.get_by_label("Heading for line_id").select_option("Position")
    screen.get_by_label("Heading for account", exact=True).select_option("Kunde")
    screen.get_by_label("Heading for booked_on").select_option("Tag")
    trial = screen.locator("#trial")
    expect(trial).to_contain_text("net_amount")  # what is missing is said while the person works
    choose(screen, "net_amount", "Umsatz")
    expect(screen.get_by_label("Heading for net_amount")).to_have_value("Umsatz")

    expect(count(screen, "Accepted")).to_have_text("2")
    expect(count(screen, "Rejected")).to_have_text("1")
    expect(trial).to_contain_text("soon")
    cost = screen.locator("fieldset:has(#from-cost)")
    cost.locator("summary").click()
    cost.get_by_label("Formula").fill("[Umsatz] - [Gewinn")
    cost.get_by_label("Formula").blur()
    expect(screen.locator("#trial .notice-bad")).to_be_visible()
    cost.get_by_label("Formula").fill("[Umsatz] - [Gewinn]")
    cost.get_by_label("Formula").blur()
    expect(count(screen, "Accepted")).to_have_text("2")
    assert not RevenueLine.objects.exists()
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")

    screen.get_by_label("Name of the mapping").fill("Shop")
    with screen.expect_download() as waiting:
        screen.get_by_role("button", name="Download as TOML").click()
    waiting.value.save_as(tmp_path / "shop.toml")
    exported = tomllib.loads((tmp_path / "shop.toml").read_text())
    assert exported["columns"]["net_amount"] == "Umsatz"
    assert exported["derive"] == {"cost": "[Umsatz] - [Gewinn]"}

    screen.get_by_role("button", name="Save and import").click()
    expect(screen.get_by_text("Mapping “Shop” is saved")).to_be_visible()
    tasks.work_off()
    assert RevenueLine.objects.count() == 2
    kept = find_mapping(HEAD.split(","))
    assert kept is not None and tomllib.loads(kept.toml) == exported  # noqa: PT018

    upload(screen, "week-32.csv", SECOND)
    newest = ImportBatch.objects.order_by("pk").last()
    assert newest is not None and (newest.status, newest.accepted) == ("done", 2)  # noqa: PT018
    expect(screen.locator("li.file").filter(has_text="week-32.csv")).to_contain_text("2 read: 2 new")
    assert RevenueLine.objects.get(key="4").cost == 40_0000
