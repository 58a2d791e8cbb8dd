"""In a real browser: a pack is asked for, watched and taken; its page opens from the disk, alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core.models import User
from scoreboard.packs.html import html
from tests.scoreboard import world
from tests.scoreboard.packs import decks
from tests.scoreboard.test_browser import enter, overflow


@pytest.fixture
def published(transactional_db: None) -> dict[str, User]:
    """The people of a published company, committed so that the server and the worker see it."""
    people = world.people()
    world.publish()
    return people


def test_a_pack_is_made_while_the_page_watches_without_a_reload(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User],
    celery_worker: subprocess.Popen[str],
) -> None:  # fmt: skip
    enter(context, published["ceo"], live_server.url)
    page.goto(f"{live_server.url}/packs/")
    page.get_by_label("PowerPoint").uncheck()
    page.get_by_role("button", name="Make the pack").click()
    page.evaluate("window.stayed = true")
    expect(page.locator(".pack .badge-good")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.stayed")
    with page.expect_download() as download:
        page.locator(".pack-files a", has_text="PDF").click()
    assert download.value.suggested_filename == "the-company-board-review-q3-2026.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) <= 0, width


def test_the_page_of_a_pack_opens_from_the_disk_with_its_charts_alive(page: Page, tmp_path: Path) -> None:
    deck = decks.deck()
    (tmp_path / "pack.html").write_bytes(html(deck))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{tmp_path}/pack.html")
    expect(page.locator(".plot.drawn .main-svg .bars").first).to_be_attached()
    charts = sum(len(slide.charts) for slide in deck.slides)
    assert page.locator(".plot.drawn").count() == charts
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")


def test_it_shows_its_charts_without_a_script(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "pack.html").write_bytes(html(decks.deck()))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{tmp_path}/pack.html")
    assert page.locator(".plot > svg").count() == 5
    expect(page.locator(".plot > svg").first).to_be_visible()
    page.locator("summary").first.click()
    expect(page.locator("details td").first).to_be_visible()
    context.close()
