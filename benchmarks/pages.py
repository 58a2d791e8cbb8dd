"""Server time and queries of every page that needs no argument, and of a rep, an account and a number's rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.place import installation, manage, visitor

REPEATS = 7
AIM_SECONDS, AIM_QUERIES = 0.05, 12
_EXAMPLES = {
    "scoreboard:explain": {"key": "net_revenue"},
    "scoreboard:entry": {"key": "win_rate"},
    "scoreboard:metric_rows": {"key": "net_revenue"},
}
_LEFT_OUT = ("api", "webauthn", "logout", "sw", "manifest")


def measure(folder: Path, name: str) -> list[str]:
    """A line per page of the company in `folder`, the slowest first, and how many miss the aim."""
    with installation():
        manage("ingest", folder)
        manage("recompute")
        return report(name)


def report(name: str) -> list[str]:
    """The lines for the installation that is running."""
    found = [(role, address, *timed(client, address)) for role, client, address in _visits()]
    found.sort(key=lambda row: -row[2])
    lines = [f"{name}: {role:13} {address:34} {seconds * 1000:5.0f} ms {queries:3} queries"
             for role, address, seconds, queries in found]  # fmt: skip
    slow = sum(seconds > AIM_SECONDS for _, _, seconds, _ in found)
    many = sum(queries > AIM_QUERIES for *_, queries in found)
    middle = statistics.median(seconds for _, _, seconds, _ in found)
    return [
        *lines,
        f"{name}: {len(found)} pages, {middle * 1000:.0f} ms at the median; {slow} above {AIM_SECONDS * 1000:.0f} ms, "
        f"{many} with more than {AIM_QUERIES} queries",
    ]


def timed(client: Any, address: str) -> tuple[float, int]:
    """Median seconds and number of queries of one page, after a first visit."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return statistics.median(times), len(captured)


def _visits() -> Iterator[tuple[str, Any, str]]:
    """(role, client, address) of each page: the CEO's, then what only a manager or an operator has."""
    from core.models import Role

    seen: set[str] = set()
    for role in (Role.CEO, Role.SALES_MANAGER, Role.OPERATOR):
        client = visitor(role)
        for address in _addresses():
            if role == Role.SALES_MANAGER and "/coaching/" not in address and address != "/":
                continue
            if (address in seen and role != Role.SALES_MANAGER) or not _is_page(client.get(address)):
                continue
            seen.add(address)
            yield str(role.value), client, address


def _is_page(answer: Any) -> bool:
    return answer.status_code == 200 and str(answer.headers.get("Content-Type", "")).startswith("text/html")


def _addresses() -> list[str]:
    from django.urls import NoReverseMatch, get_resolver, reverse

    from revenue.models import Account, Rep

    found = []
    for name in dict.fromkeys(_names(get_resolver().url_patterns)):
        if any(word in name for word in _LEFT_OUT):
            continue
        try:
            found.append(reverse(name, kwargs=_EXAMPLES.get(name)))
        except NoReverseMatch:
            continue
    rep, account = Rep.objects.order_by("pk").first(), Account.objects.order_by("pk").first()
    found += [reverse("scoreboard:rep", args=[rep.pk])] if rep else []
    return found + ([reverse("scoreboard:account", args=[account.pk])] if account else [])


def _names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from _names(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield f"{space}{each.name}"
