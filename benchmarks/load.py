"""Fifty people at once, signed in, on connections that stay open, at the product as `manage.py up` runs it.

`python -m benchmarks.load FOLDER [--people 50] [--requests 6000]`: FOLDER holds a company's exports. Only this machine
is asked, and it ends after that many requests. The people share the machine with the product: it would do more alone.

Three times: fifty leaders, managers and reps, each signed in as themself, first visits included; the same while
somebody commits a change every second, after which no page may be given again; and all as one and the same leader.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.place import ROOT, installation, manage, signed_in, visitor

PAGES = ("/", "/revenue/", "/pipeline/", "/coaching/", "/glossary/", "/metric/net_revenue/")
OF_A_REP = ("/", "/revenue/", "/pipeline/", "/coaching/me/", "/glossary/", "/metric/net_revenue/")
ROLES = ("ceo", "sales_manager", "sales_leader", "sales_manager", "rep")  # of each five people
START_SECONDS = 120.0


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, and the pages that they look at in turn."""

    cookie: str
    pages: tuple[str, ...]


def main() -> None:
    """Loads the company, runs the requests and prints the figures; exit 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--requests", type=int, default=6000)
    options = parser.parse_args()
    with installation() as home:
        manage("ingest", options.folder)
        manage("recompute")
        with running(home) as port:
            errors = measure(port, options.people, options.requests)
    if errors:
        sys.exit(1)


def measure(port: int, count: int, requests: int) -> int:
    """Prints the three figures for the product at `port`; returns the number of errors."""
    people = everybody(count)
    print("each as themself, nothing changes", flush=True)
    errors = run(port, people, requests=requests)
    print("each as themself, a change every second", flush=True)
    with changing():
        errors += run(port, people, requests=requests)
    print("all as one leader, nothing changes", flush=True)
    return errors + run(port, people[:1] * count, requests=requests)


def everybody(count: int) -> list[Person]:
    """People with an account of their own each: leaders, managers of all teams in turn, and reps of the company."""
    from core.models import Team, User
    from revenue.models import Rep

    visitor("ceo")  # the demonstration's people, and a client's settings
    teams, reps = list(Team.objects.order_by("pk")), iter(Rep.objects.filter(user=None).exclude(team=None))
    people = []
    for number in range(count):
        role, address = ROLES[number % len(ROLES)], f"load-{number}@larkmoor.example"
        user = User.objects.filter(email=address).first()
        if user is None:
            user = User.objects.create_user(address, name=f"Person {number}", role=role)
            if role == "sales_manager" and teams:
                user.teams.add(teams[number % len(teams)])
            if role == "rep" and (rep := next(reps, None)):
                Rep.objects.filter(pk=rep.pk).update(user=user)
        client = signed_in(user)
        pages = OF_A_REP if role == "rep" else PAGES
        people.append(Person(f"sessionid={client.cookies['sessionid'].value}", pages))
    return people


@contextmanager
def changing(seconds: float = 1.0) -> Iterator[None]:
    """Commits a row every so many seconds, from a thread of its own."""
    from django.db import connection

    from core.audit import record

    over = threading.Event()

    def commit() -> None:
        while not over.wait(seconds):
            record(verb="measured", by="benchmark")
        connection.close()

    thread = threading.Thread(target=commit)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


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


def run(port: int, people: Sequence[Person], *, requests: int) -> int:
    """Prints requests a second and what a person waits; returns the number of errors."""
    each = requests // len(people)
    waits: list[float] = []
    errors: list[str] = []
    threads = [
        threading.Thread(target=_visits, args=(port, person, place, each, waits, errors))
        for place, person in enumerate(people)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    cuts = statistics.quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
    print(
        f"  {len(people)} people at once, {len(people) * each} requests: {len(waits) / seconds:.0f} a second,",
        f"  {cuts[49] * 1000:.0f} ms at the median, {cuts[94] * 1000:.0f} ms at the 95th percentile,",
        f"  {len(errors)} errors",
        *sorted(set(errors))[:5],
        sep="\n",
        flush=True,
    )
    return len(errors)


def _visits(port: int, person: Person, first: int, count: int, waits: list[float], errors: list[str]) -> None:
    """One after another, on one connection; a server may close it between two requests, as it may a browser's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(first, first + count):
        page = person.pages[number % len(person.pages)]
        began = time.monotonic()
        try:
            connection.request("GET", page, headers={"Cookie": person.cookie, "Accept-Encoding": "gzip"})
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
