"""The batch for a table: a new one, or the one that already is or was at work on the same content in the same way."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import Company
from revenue.imports.shapes import Table
from revenue.models import ImportBatch, ImportFile, Status
from revenue.models.batches import ACTIVE

_TRIES = 20  # of two files with the same content the other's batch may fail or be undone between two looks at it


def table_name(file: ImportFile, table: Table | None) -> str:
    """What the table is called within its file: a sheet, a member of an archive; empty for the file itself."""
    if table is None or table.name == file.name:
        return ""
    return table.name.removeprefix(f"{file.name} › ")


def answers(file: ImportFile, table: Table | None = None) -> dict[str, str]:
    """What people have answered about the file and, over it, about one of its tables."""
    own = _of_table(file, table).get("format", {})
    return {**file.options.get("format", {}), **own}


def object_of(file: ImportFile, table: Table) -> str | None:
    """What people say that the table's rows are."""
    said: str | None = _of_table(file, table).get("object") or file.options.get("object")
    return said


def _of_table(file: ImportFile, table: Table | None) -> dict[str, Any]:
    found: dict[str, Any] = file.options.get("tables", {}).get(table_name(file, table), {})
    return found


def as_of(file: ImportFile) -> datetime:
    """The moment that the file speaks of: as given (a date alone is its midnight here), else when it came."""
    given = file.options.get("as_of")
    if not given:
        return file.received_at
    moment = datetime.fromisoformat(given)
    return moment if moment.tzinfo else datetime.combine(moment.date(), time(), ZoneInfo(Company.current().time_zone))


def make(file: ImportFile, table: Table | None = None, *, status: Status, **details: Any) -> ImportBatch:
    """The batch for this table of the file, read in the way that the file's options say."""
    name = table_name(file, table)
    own = file.batches.filter(table=name, part=details.get("part", 0)).exclude(status=Status.FAILED).last()
    if own is not None:
        return _taken_up(own, details)
    for _ in range(_TRIES):
        identity = _identity(file, table, details)
        try:
            with transaction.atomic():
                return ImportBatch.objects.create(
                    file=file,
                    table=name,
                    identity=identity,
                    status=status,
                    as_of=as_of(file),
                    headings=list(table.headings) if table else [],
                    finished_at=None if status in ACTIVE else timezone.now(),
                    **details,
                )
        except IntegrityError:
            same = ImportBatch.objects.filter(identity=identity, status__in=[*ACTIVE, Status.DONE])
            if (other := same.first()) is not None:
                return other
    raise RuntimeError(f"{file.name}: another import of the same content begins and ends again and again")


def _taken_up(batch: ImportBatch, details: dict[str, Any]) -> ImportBatch:
    """The file's own batch, left in the middle or to be read again: what is known of the table is said once."""
    if not batch.is_over:
        batch.notes = details.get("notes", [])
    return batch


def _identity(file: ImportFile, table: Table | None, details: dict[str, Any]) -> str:
    """A digest of the content and of all that decides what becomes of it."""
    asked = {k: file.options.get(k) for k in ("source", "mapping", "as_of")}
    asked["object"] = object_of(file, table) if table else file.options.get("object")
    if own := _of_table(file, table).get("mapping"):
        asked["mapping"] = own
    asked["format"] = answers(file, table)
    parts = [file.sha256, table_name(file, table), details.get("part", 0), details.get("object", ""), asked]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
