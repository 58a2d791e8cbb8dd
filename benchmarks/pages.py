"""Every page as the role that uses it: the server's milliseconds at the median and the queries, for one company."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.place import installation, manage, visitor

REPEATS = 7
AIM = 50, 12  # milliseconds, queries
CEO = (
    "/", "/monday/", "/revenue/", "/quality/", "/retention/", "/pipeline/", "/sales-marketing/", "/productivity/",
    "/quality/lines/", "/metric/net_revenue/", "/metric/win_rate/?by=segment", "/metric/net_revenue/rows/",
    "/rows/revenue_lines/{line}/", "/reps/{rep}/", "/customers/{account}/", "/meetings/", "/packs/", "/alerts/",
    "/alerts/rules/", "/annotations/", "/policy/", "/profile/", "/bonus/", "/targets/", "/restatements/",
    "/glossary/", "/glossary/nrr/", "/search/?q=north", "/saved/", "/wall/", "/account/", "/coaching/",
    "/coaching/training/", "/coaching/cadence/", "/coaching/meetings-without/", "/coaching/effect/",
    "/coaching/meetings/",
)  # fmt: skip
OPERATOR = ("/imports/", "/imports/files/{file}/", "/imports/quality/", "/imports/merges/", "/people/", "/company/",
            "/audit/")  # fmt: skip
MANAGER = ("/", "/revenue/", "/pipeline/", "/coaching/", "/coaching/log/", "/coaching/monday/", "/coaching/sessions/",
           "/coaching/training/")  # fmt: skip
REP = ("/", "/revenue/", "/coaching/me/")


def measure(folder: Path, name: str) -> list[str]:
    """A line for each page of the company in `folder`, those beyond the aims marked."""
    with installation():
        manage("ingest", folder)
        manage("recompute")
        return report(name)


def report(name: str) -> list[str]:
    """The lines for the installation that is running."""
    who = {"ceo": CEO, "operator": OPERATOR, "sales_manager": MANAGER, "rep": REP}
    lines = [line for role, pages in who.items() for line in _of_role(role, pages)]
    return [f"{name}: milliseconds at the median of {REPEATS}, queries", *lines]


def _of_role(role: str, pages: tuple[str, ...]) -> list[str]:
    client, ids = visitor(role), _ids()
    lines = []
    for page in pages:
        milliseconds, queries, status = _timed(client, page.format(**ids))
        beyond = "  beyond the aim" if milliseconds > AIM[0] or queries > AIM[1] else ""
        answered = "" if status == 200 else f"  answered {status}"
        lines.append(f"  {role:<14} {page:<34} {milliseconds:6.0f} ms {queries:4} queries{beyond}{answered}")
    return lines


def _timed(client: Any, address: str) -> tuple[float, int, int]:
    """Milliseconds at the median, queries and the status; the first visit fills what is kept and is not counted."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    status = client.get(address).status_code
    times = []
    for _ in range(REPEATS):
        began = time.monotonic()
        client.get(address)
        times.append(time.monotonic() - began)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return statistics.median(times) * 1000, len(captured), status


def _ids() -> dict[str, int]:
    """One record of each kind whose page is measured."""
    from revenue.models import ImportFile, Rep, RevenueLine

    line = RevenueLine.objects.exclude(account=None).order_by("pk")[0]
    return {
        "line": line.pk, "account": line.account_id or 0, "file": ImportFile.objects.order_by("pk")[0].pk,
        "rep": Rep.objects.exclude(manager=None).order_by("pk")[0].pk,
    }  # fmt: skip
