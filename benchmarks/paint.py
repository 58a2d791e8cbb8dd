"""What a person sees, and when: the largest contentful paint of a cold visit, with the processor slowed down four-fold.

Chromium, driven as the browser tests drive it, at the product as `manage.py up` runs it. Each visit has a browser
profile of its own, so nothing is in a cache; the server has been asked before, as it has been on any Monday.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.load import running
from benchmarks.place import installation, manage, visitor
from tests.chromium import MISSING, find

VISITS, SLOWER, AIM = 5, 4, 1500  # visits at the median, times slower, milliseconds
PAGES = ("/", "/monday/", "/revenue/", "/quality/", "/pipeline/", "/coaching/")
SIZES = {"desk": (1440, 900), "phone": (360, 740)}
_OBSERVE = """
window.seen = {lcp: 0, of: "", shift: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    seen.lcp = entry.startTime;
    seen.of = entry.element ? entry.element.tagName.toLowerCase() + "." + entry.element.className : "";
  }
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
_READ = """() => ({...seen, first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
                   answered: performance.getEntriesByType("navigation")[0].responseEnd})"""
SETTLED = 2500  # milliseconds after the load in which a larger paint may still come


def measure(folder: Path) -> list[str]:
    """A line for each page and size with the company in `folder`, those beyond the aim marked."""
    program = find()
    if program is None:
        return [MISSING]
    with installation() as home:
        manage("ingest", folder)
        manage("recompute")
        cookie = {"name": "sessionid", "value": visitor("ceo").cookies["sessionid"].value}
        with running(home) as port, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            try:
                return report(browser, f"http://127.0.0.1:{port}", cookie)
            finally:
                browser.close()


def report(browser: Browser, url: str, cookie: dict[str, str]) -> list[str]:
    """The lines for the product that answers at `url`."""
    lines = [f"largest contentful paint of a cold visit, processor {SLOWER} times slower, median of {VISITS} visits"]
    for page in PAGES:
        for size, (width, height) in SIZES.items():
            visit(browser, url, cookie, page, width, height)
            seen = [visit(browser, url, cookie, page, width, height) for _ in range(VISITS)]
            largest, first, answered = (
                statistics.median(s[name] for s in seen) for name in ("lcp", "first", "answered")
            )
            beyond = "  beyond the aim" if largest > AIM else ""
            lines.append(
                f"  {page:<12} {size:<6} {largest:6.0f} ms ({seen[-1]['of'] or 'text'}), first paint {first:5.0f} ms, "
                f"answer {answered:4.0f} ms, layout shift {max(s['shift'] for s in seen):.3f}{beyond}"
            )
    return lines


def visit(browser: Browser, url: str, cookie: dict[str, str], page: str, width: int, height: int) -> dict[str, Any]:
    """One cold visit: milliseconds since it began, the element that was painted largest, and the layout shift."""
    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": url}])
        tab = context.new_page()
        tab.add_init_script(_OBSERVE)
        context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        tab.goto(f"{url}{page}", wait_until="load")
        tab.wait_for_timeout(SETTLED)
        seen: dict[str, Any] = tab.evaluate(_READ)
        return seen
    finally:
        context.close()
