"""Kills the worker and PostgreSQL in the middle of imports, as the product runs them, and looks at what is left.

`python -m benchmarks.kills [--worker 25] [--database 5] [--rows 200000]`: under `manage.py up`, with its own
supervisor, scheduler and services. After each kill the ledger is as before or as after, never between; then, with
nobody's help, the import is done, and the ledger equals that of a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.place import ROOT, installation

SEED = 20
PATIENCE = 300.0  # seconds for an import to end after a kill
TOUCHED = ("revenue_lines", "accounts", "reps", "products")
HEAD = "line_id,account,booked_on,net_amount,owner,product"


@dataclass
class Tally:
    """What the kills of one kind came to."""

    name: str
    kills: int = 0
    in_the_middle: int = 0  # the import was not over yet
    half: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # from the kill to the import's end

    def lines(self) -> list[str]:
        """For people."""
        if not self.kills:
            return []
        middle, longest = statistics.median(self.seconds), max(self.seconds)
        return [
            f"{self.name}: {self.kills} kills, {self.in_the_middle} of them in the middle of the import; "
            f"{len(self.half)} half promoted, {len(self.different)} ended differently, 0 needed a person; "
            f"from kill to done {middle:.0f} s at the median, {longest:.0f} s at most"
        ]


def main() -> None:
    """Runs the kills and prints the tallies; exit 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills")
    parser.add_argument("--worker", type=int, default=25)
    parser.add_argument("--database", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    with installation() as home, running_product(home) as product:
        trial = Trial(product, home, options.rows)
        worker, database = Tally("kill -9 of the worker"), Tally("kill -9 of PostgreSQL")
        for number in range(options.worker):
            trial.run(worker, partial(kill_worker, product, whole=number % 2 == 0))
        for _ in range(options.database):
            trial.run(database, partial(kill_database, home))
    print("\n".join([f"undisturbed: {trial.usual:.1f} s", *worker.lines(), *database.lines()]), flush=True)
    if worker.half or worker.different or database.half or database.different:
        sys.exit("\n".join([*worker.half, *worker.different, *database.half, *database.different]))


@contextlib.contextmanager
def running_product(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py up` on the home, ready to import."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with (home / "up.log").open("wb") as log:
        command = [sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{port}"]
        product = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ.copy())
    try:
        while worker_of(product) is None or "ready" not in (home / "logs" / "worker.log").read_text():
            if product.poll() is not None:
                sys.exit((home / "up.log").read_text())
            time.sleep(0.5)
        yield product
    finally:
        product.terminate()
        product.wait(60)


def worker_of(product: subprocess.Popen[bytes]) -> psutil.Process | None:
    """The worker's main process, if it runs now."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(product.pid).children():
            if "worker" in child.cmdline() and "celery" in child.cmdline():
                return child
    return None


def kill_worker(product: subprocess.Popen[bytes], *, whole: bool) -> None:
    """The main process, or its children at work."""
    worker = worker_of(product)
    if worker is None:
        return
    for victim in [worker] if whole else worker.children():
        with contextlib.suppress(psutil.Error):
            victim.kill()


def kill_database(home: Path) -> None:
    """The embedded server's first process; its others end when they see it gone."""
    from config.services import postgres

    if pid := postgres.running(home):
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # the first time it is ours, and its number is taken until reaped
            os.waitpid(pid, 0)


class Trial:
    """Two weekly files: the second, which changes a tenth of the rows, is imported and disturbed again and again."""

    def __init__(self, product: subprocess.Popen[bytes], home: Path, rows: int) -> None:
        from tests.revenue.imports.ledger import digest

        self.product, self.home, self.chance = product, home, random.Random(SEED)
        self.digest = digest
        self.data = lines(rows, 5)
        self._import(lines(rows, 0), "2025-01-03")
        began = time.monotonic()
        done = self._import(self.data, "2025-01-10")
        self.usual = time.monotonic() - began
        self.expected, self.counts = digest(*TOUCHED), counts_of(done)

    def run(self, tally: Tally, kill: Callable[[], None]) -> None:
        """One import from its undo to its end, killed at a random moment."""
        from revenue.imports import actions
        from revenue.models import ImportBatch, ImportFile, LedgerChange, Status

        newest = ImportBatch.objects.get(as_of__day=10, status=Status.DONE)
        actions.undo(batch=newest, by="benchmark", settle=False)
        before = self.digest(*TOUCHED)
        file = self._receive(self.data, "2025-01-10")
        time.sleep(self.chance.uniform(0, self.usual))
        over = ImportFile.objects.filter(pk=file, finished_at=None).count() == 0
        kill()
        killed = time.monotonic()
        with one_moment():
            left = self.digest(*TOUCHED)
        tally.kills += 1
        tally.in_the_middle += not over
        where = f"{tally.name}, kill {tally.kills}"
        unfinished = ImportBatch.objects.filter(file_id=file).exclude(status=Status.DONE)
        if left not in (before, self.expected) or LedgerChange.objects.filter(batch__in=unfinished).exists():
            tally.half.append(f"{where}: half an import is in the ledger")
        batch = self._wait(file)
        tally.seconds.append(time.monotonic() - killed)
        if self.digest(*TOUCHED) != self.expected or counts_of(batch) != self.counts:
            tally.different.append(f"{where}: the ledger or the counts differ")
        print(f"{where}: {'over' if over else 'in the middle'}, done after {tally.seconds[-1]:.1f} s", flush=True)

    def _import(self, data: bytes, day: str) -> Any:
        return self._wait(self._receive(data, day))

    def _receive(self, data: bytes, day: str) -> int:
        from revenue.imports import actions

        return actions.receive(blocks=[data], name=f"{day}.csv", options={"as_of": day}).pk

    def _wait(self, file: int) -> Any:
        from django.db import Error, connection

        from revenue.models import ImportBatch, ImportFile

        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if ImportFile.objects.filter(pk=file, finished_at__isnull=False).exists():
                    batch = ImportBatch.objects.get(file_id=file)
                    if batch.status != "done":
                        sys.exit(f"the import ended as {batch.status}: {batch.error}")
                    return batch
            except Error:
                connection.close()
            time.sleep(0.25)
        sys.exit(f"file {file} was not imported within {PATIENCE:.0f} s; see {self.home / 'logs'}")


@contextlib.contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is at its beginning, once the database answers."""
    from django.db import Error, connection, transaction

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.close()
            connection.ensure_connection()
            break
        except Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def counts_of(batch: Any) -> tuple[int, int, int, int]:
    """What a batch says it did."""
    return batch.created, batch.updated, batch.unchanged, batch.rejected


def lines(rows: int, shift: int) -> bytes:
    """A file of so many revenue lines, one in a thousand wrong; another `shift` changes every tenth."""
    body = (
        f"L{i},Account {i % 977},{'never' if i % 1000 == 7 else '2025-01-15'},"
        f"{i + (shift if i % 10 == 0 else 0)}.25,Rep {i % 13},P{i % 31}"
        for i in range(rows)
    )
    return "\n".join([HEAD, *body, ""]).encode()


if __name__ == "__main__":
    main()
