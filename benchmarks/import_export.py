"""Rows a second by django-import-export in its bulk mode, beside our import of the same lines into the same table.

It gets what our import has to find out: typed values, the source, no references to look up, no change log, no rejects.
The package is no part of the product: `pip install -e .[bench]`.
"""

from __future__ import annotations

import csv
import io
import itertools
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.place import installation

ROWS = 20_000  # of the lines; its time grows with the rows, and its memory holds them all
CHUNK = 1_000
MISSING = "django-import-export is not installed: pip install -e .[bench] to compare with it"


def measure(lines: Path) -> list[str]:
    """The two rates and their ratio."""
    if find_spec("import_export") is None:
        return [MISSING]
    with installation():
        theirs = _theirs(lines)
        whole = _ours(lines)
    return [
        f"our import, the whole file: {whole:,.0f} rows a second",
        f"django-import-export, bulk mode, {ROWS:,} rows: {theirs:,.0f} rows a second",
        f"ours is {whole / theirs:.0f} times as fast",
    ]


def _ours(lines: Path) -> float:
    """Rows a second from the file's arrival to the ledger."""
    from revenue import tasks
    from revenue.imports import actions, originals
    from revenue.models import ImportBatch

    began = time.monotonic()
    actions.receive(blocks=originals.blocks_of(lines), name=lines.name, enqueue=False)
    tasks.work_off()
    return ImportBatch.objects.get().accepted / (time.monotonic() - began)


def _theirs(lines: Path) -> float:
    """Rows a second of its import, reading the CSV included."""
    import tablib

    from revenue.models import RevenueLine, Source

    source = Source.objects.create(name="bench")
    with lines.open(newline="") as file:
        text = "".join(itertools.islice(file, ROWS + 1))
    resource = _resource()
    began = time.monotonic()
    table = tablib.Dataset(headers=["source", "key", *_FIELDS.values()])
    for row in csv.DictReader(io.StringIO(text)):
        amounts = {"net_amount": round(float(row["net_amount"]) * 10_000)}
        given = {**row, **amounts}
        table.append([source.pk, row["line_id"], *(given.get(name, "") for name in _FIELDS)])
    result = resource.import_data(table, raise_errors=True, use_transactions=True)
    seconds = time.monotonic() - began
    if result.has_errors() or RevenueLine.objects.count() != len(table):
        raise SystemExit("django-import-export did not import all rows")
    return len(table) / seconds


_FIELDS = {
    "account_id": "account_key", "booked_on": "booked_on", "net_amount": "net_amount", "currency": "currency",
    "product": "product_ref", "owner": "owner_ref", "deal_id": "deal_key", "route": "route",
}  # fmt: skip


def _resource() -> Any:
    from import_export import resources

    from revenue.models import RevenueLine

    class Lines(resources.ModelResource):  # type: ignore[misc]
        """The fastest way it offers: bulk inserts, nothing compared, nothing reported."""

        class Meta:
            model = RevenueLine
            fields = ("source", "key", *_FIELDS.values())
            import_id_fields = ("source", "key")
            use_bulk = True
            batch_size = CHUNK
            skip_diff = True
            skip_html_diff = True
            report_skipped = False
            force_init_instance = True  # no look-up of each row: all are new

    return Lines()
