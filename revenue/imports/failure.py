"""Ends a file's import that cannot go on: nothing of it is in the numbers, and the reason stands where people look."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from revenue.models import ImportBatch, ImportFile, Status
from revenue.models.batches import ACTIVE


@transaction.atomic
def fail(file: ImportFile, reason: str) -> None:
    """Marks the file's unfinished batches as failed, or makes one that says so."""
    now = timezone.now()
    failed = file.batches.filter(status__in=ACTIVE).update(
        status=Status.FAILED, error=reason, finished_at=now, read=0, accepted=0, rejected=0, skipped=0
    )
    if not failed:
        identity = hashlib.sha256(f"{file.pk} failed".encode()).hexdigest()
        ImportBatch.objects.create(file=file, identity=identity, status=Status.FAILED, error=reason, finished_at=now)
    batches = file.batches.order_by("id").values_list("pk", flat=True)
    file.results = [{"batch": pk, "duplicate": False} for pk in batches]
    file.finished_at = now
    file.save(update_fields=["results", "finished_at"])
