"""Every page as the role that uses it: the server's milliseconds at the median and the queries, for one company.

Three times: as the first page after a new run, when nothing is known; as the first after any other change, when only
what the run published may be known; and while nothing changes at all.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.place import installation, manage, visitor

REPEATS = 7
AIM = 50, 12  # milliseconds and queries, after a change that is no new run
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
           "/coaching/training/", "/coaching/meetings-without/", "/coaching/cadence/", "/metric/net_revenue/",
           "/metric/net_revenue/rows/", "/reps/{own_rep}/", "/customers/{own_account}/", "/alerts/")  # fmt: skip
REP = ("/", "/revenue/", "/metric/net_revenue/", "/coaching/me/")


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
        f"{name}: milliseconds at the median of {REPEATS} and queries, after a new run | after a change"
        " | while nothing changes",
        *lines,
    ]


def _of_role(role: str, pages: tuple[str, ...]) -> list[str]:
    client = visitor(role)
    ids = _ids() | _own_ids(role)
    lines = []
    for page in pages:
        address = page.format(**ids)
        status = client.get(address).status_code  # the first visit fills what is kept for the run
        run, change, nothing = (_timed(client, address, forget=kept) for kept in ("all", "change", ""))
        beyond = "  beyond the aim" if change[0] > AIM[0] or change[1] > AIM[1] else ""
        answered = "" if status == 200 else f"  answered {status}"
        lines.append(
            f"  {role:<14} {page:<34} {run[0]:6.0f} ms {run[1]:4} | {change[0]:6.0f} ms {change[1]:4}"
            f" | {nothing[0]:6.1f} ms {nothing[1]:4}{beyond}{answered}"
        )
    return lines


def _timed(client: Any, address: str, *, forget: str) -> tuple[float, int]:
    """Milliseconds at the median, and queries. `forget`: each time as after a `change`, or as after a new run (`all`),
    though nothing is committed; "" forgets nothing.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from core.kept_pages import PAGES
    from core.unchanged import THINGS
    from metrics.published import OF_THE_RUN

    times = []
    for _ in range(REPEATS + 1):
        if forget:
            PAGES.clear()
            THINGS.clear()
        if forget == "all":
            OF_THE_RUN.clear()
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


def _own_ids(role: str) -> dict[str, int]:
    """For a manager, a rep of the team and an account of theirs; for others, none."""
    from core.models import User
    from revenue.models import Account, Rep

    user = User.objects.filter(role=role).order_by("pk")[0]
    if role != "sales_manager":
        return {}
    account = Account.objects.visible_to(user).order_by("pk")[0]
    return {"own_rep": Rep.objects.visible_to(user).order_by("-pk")[0].pk, "own_account": account.pk}
