"""(a) A file of revenue lines by `ingest`, against a plain COPY of the same bytes into a typed table."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.place import installation, manage

_TYPES = {
    "booked_on": "date",
    "net_amount": "numeric",
    "quantity": "numeric",
    "list_amount": "numeric",
    "cost": "numeric",
}


def measure(lines: Path) -> list[str]:
    """The ratio for the file `lines`, both in one installation."""
    with installation():
        copied = plain_copy(lines)
        empty = manage("metrics").seconds  # what any command costs before it begins
        done = manage("ingest", lines)
        batch = done.document["batches"][0]
    net = done.seconds - empty
    return [
        f"plain COPY of {batch['read']:,} lines: {copied:.2f} s",
        f"ingest, whole command with the computation that follows: {done.seconds:.2f} s, peak {done.megabytes:,.0f} MB",
        f"ingest without the command's own start ({empty:.2f} s): {net:.2f} s, {net / copied:.1f} times the COPY",
    ]


def plain_copy(lines: Path) -> float:
    """Seconds of a COPY of the file into a table with its own types."""
    from django.db import connection

    with lines.open("rb") as file:
        headings = file.readline().decode().strip().split(",")
        columns = ", ".join(f'"{h}" {_TYPES.get(h, "text")}' for h in headings)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE plain_copy ({columns})")
            began = time.monotonic()
            cursor.cursor.copy_expert("COPY plain_copy FROM STDIN WITH (FORMAT csv)", file)
            seconds = time.monotonic() - began
            cursor.execute("DROP TABLE plain_copy")
    return seconds
