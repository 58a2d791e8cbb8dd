"""(b) Full recomputation, and (c) the first screen's server time and queries, at two sizes of the company."""

from __future__ import annotations

import statistics
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.place import installation, manage, visitor

REPEATS = 15


def measure(folder: Path, name: str) -> list[str]:
    """Both figures for the company in `folder`."""
    with installation():
        manage("ingest", folder)
        aggregate = plain_aggregate()
        done = manage("recompute")
        seconds = done.document["seconds"]
        families = by_family()
        page, queries = first_screen()
    return [
        f"{name}: full recomputation {seconds:.1f} s ({done.document['values']:,} values), whole command "
        f"{done.seconds:.1f} s, peak {done.megabytes:,.0f} MB; one SQL aggregate over the lines {aggregate:.2f} s",
        *(
            f"{name}: {family}: {seconds:.1f} s, {seconds / aggregate:.1f} times the aggregate"
            for family, seconds in families
        ),
        f"{name}: first screen {page * 1000:.0f} ms at the median, {queries} queries",
    ]


def plain_aggregate() -> float:
    """Seconds of one aggregate over all revenue lines, the best of three."""
    from core.copy import rows

    query = (
        "SELECT date_trunc('month', booked_on) AS month, sum(net_amount), sum(cost), count(*) "
        "FROM revenue_revenueline GROUP BY month"
    )
    best = float("inf")
    for _ in range(3):
        began = time.monotonic()
        rows(query)
        best = min(best, time.monotonic() - began)
    return best


def by_family() -> list[tuple[str, float]]:
    """Seconds of each family's definitions over all periods and cuts, one after the other in this process."""
    from metrics.compute.families import evaluate_families
    from metrics.compute.runs import snapshot
    from metrics.compute.setting import current_setting, world_of
    from metrics.definitions.registry import all_metrics
    from metrics.definitions.scene import Scene

    setting, metrics = current_setting(), all_metrics()
    scene = Scene(snapshot({name for metric in metrics for name in metric.reads}, world_of(setting)), setting)
    began: list[tuple[str, float]] = []

    def say(text: str) -> None:
        began.append((text.removeprefix("computing "), time.monotonic()))

    for _ in evaluate_families(metrics, scene, say):
        pass
    say("")
    return [(family, after - at) for (family, at), (_, after) in pairwise(began)]


def first_screen_html() -> str:
    """The first screen as it is sent."""
    return str(visitor("ceo").get("/").content.decode())


def first_screen() -> tuple[float, int]:
    """Median seconds and number of queries of the first screen, in this process, for a CEO."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = visitor("ceo")
    client.get("/")
    times = []
    for _ in range(REPEATS):
        began = time.monotonic()
        response = client.get("/")
        times.append(time.monotonic() - began)
        if response.status_code != 200:
            raise SystemExit(f"the first screen answered {response.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    return statistics.median(times), len(captured)
