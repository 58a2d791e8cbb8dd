"""In a real browser: the leaders prepare, differ, sign and present; and the CEO's Monday, click by click."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.models import User
from metrics.models import MetricValue
from revenue.models import RevenueLine
from scoreboard.meetings import frozen_deck
from scoreboard.meetings.actions import arrange, prepare
from scoreboard.models import Annotation, Meeting
from tests.scoreboard import world
from tests.scoreboard.meetings.conftest import DAY
from tests.scoreboard.test_browser import enter, overflow


@pytest.fixture
def published(transactional_db: None) -> dict[str, User]:
    """The people of a published company, committed so that the server's threads see it."""
    people = world.people()
    world.publish()
    world.ledger()
    return people


def test_leaders_prepare_differ_sign_and_present(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    url = live_server.url
    enter(context, published["sales_leader"], url)
    page.goto(f"{url}/meetings/")
    page.get_by_role("link", name="Prepare a meeting").click()
    page.locator(".choice", has_text="Board").click()
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Board meeting")
    first = page.locator("#slide-headline")
    first.get_by_text("Your part and the title").click()
    first.get_by_label("What you say").fill("We closed Acme.")
    first.get_by_role("button", name="Keep your part").click()
    expect(page.locator("#slide-headline .parts")).to_contain_text("We closed Acme.")
    page.get_by_role("button", name="I stand by these numbers").click()
    expect(page.get_by_role("heading", name="You have signed")).to_be_visible()

    enter(context, published["marketing_leader"], url)
    page.reload()
    page.get_by_text("I hold another number").click()
    page.get_by_label("What you hold instead").fill("$1.3 M")
    page.get_by_label("Why", exact=True).fill("Refunds of August")
    page.get_by_role("button", name="Record the difference").click()
    expect(page.get_by_role("heading", name="The leaders differ on 1 number")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("button", name="I stand by these numbers").click()
    expect(page.get_by_role("heading", name="Signed by both")).to_be_visible()

    page.get_by_role("link", name="Present").click()
    _present(page)
    kept = Meeting.objects.get()
    assert [mark.name for mark in frozen_deck(kept).signatures] == ["Sales leader Person", "Marketing leader Person"]


def test_a_table_and_its_chart_stand_side_by_side_on_a_screen_and_under_each_other_on_a_phone(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    meeting = prepare(actor=published["ceo"], kind="board", held_on=DAY)
    keys = ["margin-against-discount", *meeting.slides.exclude(key="margin").values_list("key", flat=True)]
    arrange(actor=published["ceo"], meeting=meeting, keys=list(dict.fromkeys(keys))[:12])
    enter(context, published["ceo"], live_server.url)
    page.set_viewport_size({"width": 1440, "height": 810})
    page.goto(f"{live_server.url}/meetings/{meeting.pk}/present/#s1")
    slide = page.locator(".slide.now")
    expect(slide.locator(".chart-plot.drawn .main-svg").first).to_be_visible()
    table, chart = (slide.locator(part).bounding_box() for part in (".slide-table", ".slide-charts"))
    assert table is not None
    assert chart is not None
    assert table["x"] + table["width"] <= chart["x"]
    assert abs(table["y"] - chart["y"]) < 2
    page.set_viewport_size({"width": 360, "height": 740})
    table, chart = (slide.locator(part).bounding_box() for part in (".slide-table", ".slide-charts"))
    assert table is not None
    assert chart is not None
    assert chart["y"] + chart["height"] <= table["y"]
    assert overflow(page) <= 0


def _present(page: Page) -> None:
    """One slide a screen, by keys; notes and timer; Escape leaves."""
    now = page.locator(".slide.now")
    expect(now).to_have_count(1)
    expect(now).to_contain_text("We closed Acme.")
    expect(page.locator("[data-place]")).to_have_text(f"1 / {page.locator('[data-slide]').count()}")
    expect(now.locator(".chart-plot.drawn .main-svg").first).to_be_visible()
    assert page.locator(".draft-mark").count() == 0
    page.keyboard.press("ArrowRight")
    expect(page.locator("#s2")).to_have_class("slide now")
    page.keyboard.press(" ")
    expect(page.locator("#s3")).to_have_class("slide now")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    expect(page.locator("#s1")).to_have_class("slide now")
    expect(page.locator("#s1 .slide-notes")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("#s1 .slide-notes")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(".slide").last).to_have_class("slide now")
    expect(page.locator("[data-timer]")).not_to_have_text("0:00", timeout=3000)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.keyboard.press("Escape")
    page.wait_for_url("**/meetings/*/")


def test_without_scripts_the_slides_stand_below_each_other(
    browser: Browser, live_server: Any, published: dict[str, User]
) -> None:
    meeting = prepare(actor=published["ceo"], kind="weekly", held_on=DAY)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    enter(context, published["ceo"], live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/meetings/{meeting.pk}/present/")
    slides = page.locator(".slide")
    tops = [slides.nth(i).bounding_box() for i in range(slides.count())]
    assert slides.count() == meeting.slides.count() + 2  # and what the numbers mean, and what is decided
    assert all(a and b and a["y"] + a["height"] <= b["y"] for a, b in pairwise(tops))
    expect(page.get_by_text("DRAFT").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("path", ["/monday/", "/meetings/", "/meetings/prepare/", "/meetings/{pk}/",
                                  "/meetings/{pk}/present/", "/annotations/", "/annotations/new/"])  # fmt: skip
def test_it_fits_a_phone(
    path: str, page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    meeting = prepare(actor=published["ceo"], kind="board", held_on=DAY)
    enter(context, published["ceo"], live_server.url)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(live_server.url + path.format(pk=meeting.pk))
    assert overflow(page) <= 0


def test_from_the_verdict_to_an_action_in_five_clicks(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    """Verdict → what changed → why → row → action, beginning on the page that follows the sign-in."""
    MetricValue.objects.filter(metric="net_revenue", grain="week", period=date(2026, 9, 14), dim="").update(
        value=Decimal(400_000), numerator=Decimal(400_000)
    )
    RevenueLine.objects.filter(key="L-1").update(booked_on=date(2026, 9, 15))
    enter(context, published["ceo"], live_server.url)
    page.goto(live_server.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Winning")  # the verdict
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Monday").click()  # 1: what changed
    page.get_by_role("link", name="Net revenue stood at").click()  # 2: why
    expect(page.get_by_role("heading", name="Net revenue", exact=True)).to_be_visible()
    page.get_by_role("link", name="The revenue lines behind it").click()  # 3: the rows
    page.get_by_role("link", name="L-1", exact=True).click()  # 4: the record
    page.get_by_role("link", name="Write an action").click()  # 5: the action
    page.get_by_label("What happened").fill("One large order")
    page.get_by_label("What is done about it").fill("Ask for the next one")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Ask for the next one")).to_be_visible()
    assert Annotation.objects.get().about.startswith("/rows/revenue_lines/")
