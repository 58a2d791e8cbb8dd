"""A small company in plain files, imported through the real way in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from revenue.imports import actions, hooks, work
from revenue.models import ImportBatch
from revenue.tasks import run_file

ACCOUNTS = [
    {"account_id": "A1", "name": "Alder", "segment": "Enterprise", "region": "North", "industry": "Energy"},
    {"account_id": "A2", "name": "Birch", "segment": "SMB", "region": "South", "industry": "Retail"},
    {"account_id": "A3", "name": "Cedar", "segment": "", "region": "South", "industry": ""},
]
REPS = [
    {"rep_id": "R1", "name": "Rosa", "email": "rosa@example.com", "team": "East", "manager": "Mia"},
    {"rep_id": "R2", "name": "Rolf", "email": "rolf@example.com", "team": "West", "manager": "Mads"},
    {"rep_id": "M1", "name": "Mia", "email": "mia@example.com", "team": "East", "manager": ""},
]
LINES = [
    ("L1", "A1", "2025-01-15", "100.00", "60.00", "120.00", "R1"),
    ("L2", "A1", "2025-02-03", "50.1234", "", "", "R1"),
    ("L3", "A2", "2025-02-20", "-10.00", "-4.00", "-10.00", "R2"),
    ("L4", "A3", "2025-04-01", "70.00", "70.00", "", "R2"),
    ("L5", "A1", "2026-01-31", "200.00", "90.00", "250.00", "R1"),
]
LINE_COLUMNS = ("line_id", "account_id", "booked_on", "net_amount", "cost", "list_amount", "owner")


def text(rows: Iterable[Mapping[str, object]]) -> bytes:
    """The rows as a CSV file."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def lines(rows: Iterable[tuple[str, ...]] = LINES) -> bytes:
    """Revenue lines as a CSV file."""
    return text(dict(zip(LINE_COLUMNS, row, strict=True)) for row in rows)


def bring(name: str, data: bytes, **options: object) -> ImportBatch:
    """Imports one file and computes what it touched; the file must give exactly one batch."""
    batch = take_in(name, data, **options)
    hooks.settle(wait=True)
    return batch


def take_in(name: str, data: bytes, **options: object) -> ImportBatch:
    """Imports one file and computes nothing yet."""
    file = actions.receive(blocks=[data], name=name, options=options, enqueue=False)
    with work.claim(file.pk):
        run_file(file.pk)
    file.refresh_from_db()
    (result,) = file.results
    batch = ImportBatch.objects.get(pk=result["batch"])
    assert batch.status == "done", (batch.status, batch.error, batch.questions)
    return batch


def bring_company() -> None:
    """Accounts, reps and lines, computed together as files that come in together are."""
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("reps.csv", text(REPS))
    bring("lines.csv", lines())
