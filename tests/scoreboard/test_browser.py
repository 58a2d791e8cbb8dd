"""In a real browser: charts are drawn, the policy holds, the page is useful without scripts and fits a phone.

The `page` fixture fails on any error in the console, and so on each violation of the content policy.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from core.models import SignInLink, User
from scoreboard.views.story import PAGES
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in


@pytest.fixture
def published(transactional_db: None) -> dict[str, User]:
    """The people of a published company, committed so that the server's threads see it."""
    people = world.people()
    world.publish()
    world.ledger()
    return people


def enter(context: BrowserContext, user: User, url: str) -> None:
    """Signs the browser in."""
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_charts_are_drawn_in_both_themes_without_a_complaint(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.goto(f"{live_server.url}/revenue/")
    expect(page.locator(".chart-plot.drawn .main-svg").first).to_be_attached()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    with page.expect_download() as download:
        page.locator("[data-save=png]").first.click()
    assert download.value.suggested_filename == "revenue-by-month.png"


def test_a_window_pulled_wider_gets_back_the_words_that_a_phone_has_no_room_for(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/revenue/")
    words = page.locator("[data-name=revenue-by-month] .xtick")
    expect(words.first).to_be_attached()
    few = words.count()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(words).not_to_have_count(few)
    assert words.count() > few


# Words under a chart that run into the next one.
TOUCHING = """() => [...document.querySelectorAll(".chart-plot.drawn")].flatMap(frame => {
  const words = [...frame.querySelectorAll(".xaxislayer-above .xtick text")].map(word => word.getBoundingClientRect());
  words.sort((a, b) => a.left - b.left);
  return words.slice(1).filter((word, i) => word.left < words[i].right).map(() => frame.dataset.name);
})"""


def test_no_words_under_a_chart_run_into_each_other(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    for width in (1440, 1024, 800, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/revenue/")
        expect(page.locator(".chart-plot.drawn .xtick").first).to_be_attached()
        assert page.evaluate(TOUCHING) == [], width
    # As large as on a wall or a slide, where there is no more room than before.
    page.add_init_script(
        "document.addEventListener('readystatechange', () => "
        "document.documentElement.style.setProperty('--chart-scale', '1.6'))"
    )
    for width in (1440, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/revenue/")
        expect(page.locator(".chart-plot.drawn .xtick").first).to_be_attached()
        assert page.evaluate(TOUCHING) == [], width


def test_on_paper_charts_are_dark_on_light_and_as_wide_as_the_paper(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/revenue/")
    drawn = page.locator("[data-name=revenue-by-month] .main-svg").first
    expect(drawn).to_be_attached()
    # The listener comes after the page's own, and sees what is printed.
    page.evaluate("""() => addEventListener("beforeprint", () => {
        const frame = document.querySelector("[data-name=revenue-by-month]");
        const bars = [...frame.querySelectorAll(".bars .point path")].map((bar) => getComputedStyle(bar).fill);
        window.printed = [frame.querySelector(".main-svg").getAttribute("viewBox"),
                          getComputedStyle(document.body).color, bars];
    })""")
    page.pdf()
    box, ink, bars = page.evaluate("window.printed")
    width, height = box.split()[2:]
    assert (float(width), float(height)) > (300, 100)
    assert ink == "rgb(21, 32, 43)"
    assert ink in bars  # the actual months, dark as the ink
    expect(drawn).not_to_have_attribute("viewBox", box)  # on the screen it follows the window again
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(237, 241, 244)"


def test_from_the_verdict_to_the_record_in_three_clicks(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.goto(live_server.url)
    page.locator(".hero-number").click()
    page.get_by_role("link", name="The revenue lines behind it").click()
    page.get_by_role("link", name="L-3").click()
    expect(page.locator("main")).to_contain_text("lines.csv")


def test_every_page_fits_a_phone(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["operator"], live_server.url)
    page.set_viewport_size({"width": 360, "height": 740})
    pages = [f"/{slug}/" for slug in PAGES]
    for path in ("/", "/revenue/", *pages, "/glossary/", "/metric/win_rate/", "/metric/net_revenue/rows/", "/imports/"):
        page.goto(live_server.url + path)
        assert overflow(page) <= 0, path


def test_the_first_screen_is_useful_without_scripts(browser: Any, live_server: Any, published: dict[str, User]) -> None:
    context = browser.new_context(java_script_enabled=False)
    enter(context, published["ceo"], live_server.url)
    page = context.new_page()
    page.goto(live_server.url)
    expect(page.locator(".hero-number")).to_be_visible()
    expect(page.locator(".spark polyline").first).to_be_attached()
    page.get_by_text("Values as a table").click()
    expect(page.locator(".chart-tools table")).to_be_visible()
    context.close()


def test_a_sign_in_link_works_in_a_browser(page: Page, live_server: Any, published: dict[str, User]) -> None:
    page.goto(f"{live_server.url}/sign-in/{SignInLink.issue(user=published['ceo'])}/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".hero-number")).to_be_visible()
