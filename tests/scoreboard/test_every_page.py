"""Every page that the resolver knows, for the leader, the manager and the operator, on a phone and on a desk.

No accessibility finding of WCAG 2.2 A and AA in light and dark, no sideways scroll, a way in by the keyboard alone, and
(by the `page` fixture) no error in the console, which the content policy's violations are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from playwright.sync_api import BrowserContext, Page, expect

from core.models import User
from revenue.models import Account, RevenueLine
from tests.revenue.imports.ledger import bring, csv
from tests.rows import one_of_each
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_browser import enter, overflow

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"],
    "preload": False,  # style sheets are fetched for experimental rules alone, which are not asked for
}  # fmt: skip
SIZES: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1440, "light"), (360, "dark"))
ROLES = ("ceo", "sales_manager", "operator")
# Addresses with a part in them, each by one example; what has none is asked as it is.
EXAMPLES: dict[str, dict[str, Any]] = {
    "scoreboard:explain": {"key": "net_revenue"},
    "scoreboard:entry": {"key": "win_rate"},
    "scoreboard:metric_rows": {"key": "net_revenue"},
    "revenue:quality_item": {"key": "close_in_past"},
}
# Pages of one row: the sort of row that each takes, and what stands in its address. Other addresses that take an id
# are parts of pages, files, or take what a form sends.
OF_A_ROW: dict[str, tuple[str, str]] = {
    "coaching:edit": ("session", "pk"), "core:person": ("person", "pk"), "revenue:batch": ("batch", "id"),
    "revenue:map": ("file", "id"), "revenue:missing": ("batch", "id"), "scoreboard:account": ("account", "id"),
    "scoreboard:alerts:rule": ("rule", "pk"), "scoreboard:annotations:one": ("annotation", "id"),
    "scoreboard:meetings:one": ("meeting", "id"), "scoreboard:meetings:present": ("meeting", "id"),
    "scoreboard:policy:line": ("line", "id"), "scoreboard:rep": ("rep", "id"),
}  # fmt: skip
A_MANAGERS = ("coaching:edit", "scoreboard:account", "scoreboard:rep")  # the others are as the leader sees them
DEALS = "deal_id,name,account,stage,amount,currency"
SKIPPED = ("api", "webauthn", "logout")


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Every named address, with its namespaces."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from names(each.url_patterns, inner)
        elif each.name:
            yield f"{space}{each.name}"


def rows_to_open(people: dict[str, User], lines: list[RevenueLine]) -> dict[str, int]:
    """A row of each sort; the import is the second of two whole exports, and lacks two deals of the first."""
    found = one_of_each(people, lines)
    deals = [f"D{n},Deal {n},Acme,Open,{n}00,USD" for n in range(1, 8)]
    bring("d.csv", csv(DEALS, *deals), source="plain")
    batch = bring("d.csv", csv(DEALS, *deals[:5]), source="plain")
    return found | {"batch": batch.pk, "file": batch.file_id}


def addresses(ids: dict[str, int], role: str) -> list[str]:
    """The addresses that need no example, and those that have one, of the rows `ids` by sort."""
    found = []
    for name in dict.fromkeys(names(get_resolver().url_patterns)):
        if any(word in name for word in SKIPPED):
            continue
        try:
            found.append(reverse(name, kwargs=EXAMPLES.get(name)))
        except NoReverseMatch:
            continue
    chosen = A_MANAGERS if role == "sales_manager" else OF_A_ROW
    of_rows = [reverse(name, kwargs={OF_A_ROW[name][1]: ids[OF_A_ROW[name][0]]}) for name in chosen]
    return [*found, *of_rows, reverse("scoreboard:row", args=["deals", ids["deal"]])]


def pages(user: User, asked: list[str]) -> list[str]:
    """Those of them that are pages of this person: found, of HTML, and nowhere else."""
    client = signed_in(user)
    kept = []
    for address in asked:
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            kept.append(address)
    return kept


@pytest.fixture
def published(transactional_db: None) -> dict[str, User]:
    """A published company with an account, committed so that the server sees it."""
    people = world.people()
    world.publish()
    lines = world.ledger()
    account = Account.objects.create(source=lines[0].source, key="A-1", name="Quarry Works", owner=lines[0].owner)
    type(lines[0]).objects.filter(pk=lines[0].pk).update(account=account)
    return people


def problems(page: Page) -> list[str]:
    """What axe finds on the page that is open."""
    found = page.evaluate("options => axe.run(document, options)", RULES)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]} ({len(each['nodes'])})" for each in found]


# Cells of tables that are cards on a phone whose words, or the label before them, run out of them. A label is drawn by
# the style: it has no box of its own, only a width.
SPILLED = """() => [...document.querySelectorAll(".stacked td")].filter(cell => {
  const words = document.createRange(), box = cell.getBoundingClientRect();
  words.selectNodeContents(cell);
  const within = words.getBoundingClientRect(), label = getComputedStyle(cell, "::before");
  const beside = within.top - box.top < parseFloat(getComputedStyle(cell).lineHeight) / 2;
  const start = words.getClientRects()[0]?.left - (beside && label.content !== "none" ? parseFloat(label.width) : 0);
  return within.width > 0 && (start < box.left - 1 || within.left < box.left - 1 || within.right > box.right + 1);
}).map(cell => `spills: ${cell.dataset.label} ${cell.textContent.trim().slice(0, 40)}`).slice(0, 5)"""


@pytest.mark.parametrize("role", ROLES)
def test_no_page_keeps_anybody_out(
    role: str, page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    script = Axe().axe_script
    ids = rows_to_open(published, list(RevenueLine.objects.order_by("pk")))
    enter(context, published[role], live_server.url)
    asked = pages(published[role], addresses(ids, role))
    assert len(asked) > 15
    sizes = SIZES
    if role == "operator":  # what the leader has not seen already
        asked = sorted(set(asked) - set(pages(published["ceo"], asked)))
    if role == "sales_manager":  # on a phone, between two meetings
        sizes = SIZES[1:]
    wrong: dict[str, list[str]] = {}
    for address in asked:
        page.goto(live_server.url + address, wait_until="load")
        page.evaluate(script)
        for width, theme in sizes:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)
            found = problems(page) + page.evaluate(SPILLED)
            if overflow(page) > 0:
                found.append(f"{overflow(page)} pixels wider than {width}")
            if found:
                wrong[f"{address} at {width}"] = found
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())


def test_words_of_a_card_stay_inside_it(page: Page, live_server: Any, transactional_db: None) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(live_server.url + reverse("account_login"), wait_until="load")
    page.evaluate(
        """() => { document.querySelector("main").innerHTML = `<table class="table stacked"><tbody><tr>
        <th scope="row">Alice</th><td class="num" data-label="Debriefs">20.5 % <span class="soft">n 1,117</span></td>
        <td class="num" data-label="Last session">27 Nov 2026</td><td class="num" data-label="Held of planned">
        <span class="soft">none planned so far</span></td></tr></tbody></table>` }"""
    )
    assert page.locator(".stacked td").count() == 3
    assert page.evaluate(SPILLED) == []


def test_the_keyboard_leads_everywhere(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("Retention")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/revenue/")
    page.keyboard.press("[")
    page.wait_for_url("**period=2026Q2**")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.locator("#q").fill("quarry")
    expect(page.locator("#results")).to_contain_text("Quarry Works")
    page.locator("#q").press("g")
    assert page.url.endswith("/search/")


def test_from_the_verdict_to_the_crm_record_in_three_clicks(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.goto(live_server.url)
    page.locator(".hero-number").click()
    page.get_by_role("link", name="The revenue lines behind it").click()
    page.get_by_role("link", name="Quarry Works").click()
    expect(page.locator("h1")).to_have_text("Quarry Works")
    expect(page.locator("main")).to_contain_text("Id in crm")
    page.get_by_role("link", name="L-1").click()
    expect(page.locator("main")).to_contain_text("lines.csv")
