"""The watched folder: imported, moved on, reported; whatever is not finished stays."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from revenue import tasks
from revenue.imports import inbox
from revenue.models import ImportFile, RevenueLine
from tests.revenue.imports.ledger import csv

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "line_id,account_id,booked_on,net_amount"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    """An inbox of its own for each test."""
    settings.ASSAY_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "inbox"


def put(name: str, data: bytes, age: float = 60) -> Path:
    """A file in the inbox that was last written `age` seconds ago."""
    path = inbox.folder() / name
    path.write_bytes(data)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_file_is_imported_and_moved_with_its_report(home: Path) -> None:
    put("lines.csv", csv(LINES, "L1,A1,2025-01-15,1", "L2,A1,never,2"))
    assert tasks.watch_inbox() == "1 taken in, 0 moved on"
    assert list(home.glob("*.csv")) == []
    tasks.work_off()
    assert tasks.watch_inbox() == "0 taken in, 1 moved on"
    (moved,) = home.glob("done/*/lines.csv")
    (batch,) = json.loads((moved.parent / "report.json").read_text())["batches"]
    assert (batch["status"], batch["accepted"], batch["rejected"]) == ("done", 1, 1)
    assert RevenueLine.objects.count() == 1
    assert ImportFile.objects.get().received_from == "inbox"


def test_what_asks_or_is_refused_goes_to_failed(home: Path) -> None:
    put("asks.csv", csv(LINES, "L1,A1,03/04/2025,1"))
    put("x.pdf", b"%PDF-1.7\n")
    tasks.watch_inbox()
    tasks.work_off()
    assert tasks.watch_inbox() == "0 taken in, 2 moved on"
    assert {p.name for p in home.glob("failed/*/*")} == {"asks.csv", "x.pdf", "report.json"}


def test_a_file_that_is_being_written_stays(home: Path) -> None:
    kept = [put("new.csv", csv(LINES), age=0), put(".hidden.csv", csv(LINES)), put("lines.csv.part", csv(LINES))]
    assert tasks.watch_inbox() == "0 taken in, 0 moved on"
    assert all(path.exists() for path in kept)


def test_the_same_name_twice_keeps_both(home: Path) -> None:
    for amount in (1, 2):
        put("lines.csv", csv(LINES, f"L1,A1,2025-01-15,{amount}"))
        tasks.watch_inbox()
        tasks.work_off()
    tasks.watch_inbox()
    assert len(list(home.glob("done/*/lines.csv"))) == 2
