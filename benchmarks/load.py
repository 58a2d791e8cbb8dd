"""Fifty people at once, signed in, on connections that stay open, at the product as `manage.py up` runs it.

`python -m benchmarks.load FOLDER [--people 50] [--requests 3000]`: FOLDER holds a company's exports. Only this machine
is asked, and it ends after that many requests. The people share the machine with the product: it would do more alone.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.place import ROOT, installation, manage, visitor

PAGES = ("/", "/revenue/", "/pipeline/", "/coaching/", "/glossary/", "/metric/net_revenue/")
START_SECONDS = 120.0


def main() -> None:
    """Loads the company, runs the requests and prints the figures; exit 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--requests", type=int, default=3000)
    options = parser.parse_args()
    with installation() as home:
        manage("ingest", options.folder)
        manage("recompute")
        cookie = f"sessionid={visitor('ceo').cookies['sessionid'].value}"
        with running(home) as port:
            errors = run(port, cookie, people=options.people, requests=options.requests)
    if errors:
        sys.exit(1)


@contextmanager
def running(home: Path) -> Iterator[int]:
    """The product on the home; its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    command = [sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{port}"]
    with (home / "up.log").open("wb") as log:
        product = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ.copy())
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            if product.poll() is not None or time.monotonic() > deadline:
                sys.exit((home / "up.log").read_text())
            time.sleep(0.2)
        yield port
    finally:
        product.terminate()
        product.wait(60)


def run(port: int, cookie: str, *, people: int, requests: int) -> int:
    """Prints requests a second and what a person waits; returns the number of errors."""
    each = requests // people
    waits: list[float] = []
    errors: list[str] = []
    threads = [threading.Thread(target=_person, args=(port, cookie, i, each, waits, errors)) for i in range(people)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    cuts = statistics.quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
    print(
        f"{people} people at once, {people * each} requests: {len(waits) / seconds:.0f} a second,",
        f"{cuts[49] * 1000:.0f} ms at the median, {cuts[94] * 1000:.0f} ms at the 95th percentile,",
        f"{len(errors)} errors",
        *sorted(set(errors))[:5],
        sep="\n",
        flush=True,
    )
    return len(errors)


def _person(port: int, cookie: str, first: int, count: int, waits: list[float], errors: list[str]) -> None:
    """One after another, on one connection; a server may close it between two requests, as it may a browser's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(first, first + count):
        page = PAGES[number % len(PAGES)]
        began = time.monotonic()
        try:
            connection.request("GET", page, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            waits.append(time.monotonic() - began)
            if answer.status != 200:
                errors.append(f"{page} answered {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            errors.append(f"{page}: {type(error).__name__}")
            connection.close()
    connection.close()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    main()
