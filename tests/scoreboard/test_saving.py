"""Drawings that come with the page are saved as PNG and SVG, as Plotly's charts are, and their values as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from playwright.sync_api import BrowserContext, Page

from core.models import User
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_browser import enter, published

__all__ = ["published"]
SVG = "{http://www.w3.org/2000/svg}"


def saved(page: Page, kind: str) -> Path:
    """The file that the button of the page's drawing gives."""
    with page.expect_download() as download:
        page.locator(f"[data-drawing] [data-save={kind}]").first.click()
    assert download.value.suggested_filename == f"revenue-by-week-recent.{kind}"
    return Path(download.value.path())


def test_the_line_beside_the_number_is_saved_as_it_looks(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url)
    drawing = ElementTree.parse(saved(page, "svg")).getroot()  # noqa: S314 - our own drawing
    strokes = {line.get("stroke") for line in drawing.iter(f"{SVG}polyline")}
    assert "rgb(21, 32, 43)" in strokes  # the look of the style sheet, in the file itself
    assert saved(page, "png").read_bytes().startswith(b"\x89PNG")


def test_its_values_are_a_file(published: dict[str, User]) -> None:
    rows = signed_in(published["ceo"]).get("/?csv=recent").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Week,Net revenue,Last year"
    assert len(rows) in (14, 15)  # thirteen full weeks, and the running one
    assert all(len(row.split(",")) == 3 for row in rows)
