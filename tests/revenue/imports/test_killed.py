"""Killed at any moment, an import is taken up again and ends like one that nobody disturbed.

Three moments here; `ASSAY_KILLS=25` tries as many as it says.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from revenue import tasks
from revenue.imports import actions
from revenue.models import ImportBatch, ImportFile, LedgerChange, Status
from tests import home
from tests.revenue.imports.ledger import csv, digest, receive

KILLS = int(os.environ.get("ASSAY_KILLS", "3"))
ROWS = 200_000 if KILLS > 3 else 60_000
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.timeout(300 + 90 * KILLS),
]
PROJECT = Path(__file__).resolve().parents[3]
TOUCHED = ("revenue_lines", "accounts", "reps", "products")
HEAD = "line_id,account,booked_on,net_amount,owner,product"


def lines(shift: int) -> bytes:
    """A file of ROWS lines, of which one in a thousand is wrong; with another `shift` every tenth is another."""
    return csv(
        HEAD,
        *(
            f"L{i},Account {i % 977},{'never' if i % 1000 == 7 else '2025-01-15'},"
            f"{i + (shift if i % 10 == 0 else 0)}.25,Rep {i % 13},P{i % 31}"
            for i in range(ROWS)
        ),
    )


def start() -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on this test's database."""
    code = "import django; django.setup(); from revenue.tasks import work_off; print('ready', flush=True); work_off()"
    environment = {**home.child_environment(str(connection.settings_dict["NAME"]))}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=PROJECT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def import_undisturbed(name: str, data: bytes, day: str) -> None:
    """Imports in this process."""
    assert [r["duplicate"] for r in receive(name, data, as_of=day).results] == [False]


def test_killed_imports_end_like_undisturbed_ones() -> None:
    first, second = lines(0), lines(5)
    import_undisturbed("first.csv", first, "2025-01-03")
    began = time.monotonic()
    import_undisturbed("second.csv", second, "2025-01-10")
    usual = time.monotonic() - began
    expected, changes = digest(*TOUCHED), LedgerChange.objects.count()
    (newest,) = ImportBatch.objects.filter(as_of__day=10)
    expected_counts = (newest.created, newest.updated, newest.unchanged, newest.rejected)
    chance = random.Random(20)

    for number in range(KILLS):
        actions.undo(batch=ImportBatch.objects.get(as_of__day=10, status=Status.DONE), by="test", settle=False)
        before = digest(*TOUCHED)
        file = actions.receive(blocks=[second], name=f"{number}.csv", options={"as_of": "2025-01-10"}, enqueue=False)
        worker = start()
        time.sleep(chance.uniform(0, usual))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert digest(*TOUCHED) in (before, expected), "half an import is in the ledger"
        half = ImportBatch.objects.filter(file=file).exclude(status=Status.DONE)
        assert not LedgerChange.objects.filter(batch__in=half).exists()
        tasks.work_off()
        batch = ImportBatch.objects.get(file=file)
        assert batch.status == Status.DONE, batch.error
        assert (batch.created, batch.updated, batch.unchanged, batch.rejected) == expected_counts
        assert digest(*TOUCHED) == expected, number
        assert LedgerChange.objects.count() == changes
    assert not ImportFile.objects.filter(finished_at=None).exists()
