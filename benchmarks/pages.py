"""Every page as the role that uses it: the server's milliseconds at the median and the queries, for one company.

Twice: as the first page after a change that is no new run, when only what that run published may be known, and while
nothing changes at all.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.place import installation, manage, visitor

REPEATS = 7
AIM = 50, 12  # milliseconds after a change, queries while nothing changes
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
    return [
        f"{name}: milliseconds at the median of {REPEATS} and queries, after a change | while nothing changes",
        *lines,
    ]


def _of_role(role: str, pages: tuple[str, ...]) -> list[str]:
    client, ids = visitor(role), _ids()
    lines = []
    for page in pages:
        address = page.format(**ids)
        status = client.get(address).status_code  # the first visit fills what is kept for the run
        (changed, asked), (same, asked_again) = _timed(client, address, forget=True), _timed(client, address)
        beyond = "  beyond the aim" if changed > AIM[0] or asked_again > AIM[1] else ""
        answered = "" if status == 200 else f"  answered {status}"
        lines.append(
            f"  {role:<14} {page:<34} {changed:6.0f} ms {asked:4} | {same:6.1f} ms {asked_again:4}{beyond}{answered}"
        )
    return lines


def _timed(client: Any, address: str, *, forget: bool = False) -> tuple[float, int]:
    """Milliseconds at the median, and queries. `forget`: each time as after a change, though nothing is committed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from core.kept_pages import PAGES
    from core.unchanged import THINGS

    times = []
    for _ in range(REPEATS + 1):
        if forget:
            PAGES.clear()
            THINGS.clear()
        with CaptureQueriesContext(connection) as captured:
            began = time.monotonic()
            client.get(address)
            times.append(time.monotonic() - began)
    return statistics.median(times[1:]) * 1000, len(captured)


def _ids() -> dict[str, int]:
    """One record of each kind whose page is measured."""
    from revenue.models import ImportFile, Rep, RevenueLine

    line = RevenueLine.objects.exclude(account=None).order_by("pk")[0]
    return {
        "line": line.pk, "account": line.account_id or 0, "file": ImportFile.objects.order_by("pk")[0].pk,
        "rep": Rep.objects.exclude(manager=None).order_by("pk")[0].pk,
    }  # fmt: skip
