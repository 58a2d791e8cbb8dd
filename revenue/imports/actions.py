"""What people and commands do with imports. Each is atomic and leaves an audit row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction

from core.audit import record
from core.models import User
from revenue.imports import hooks, originals, rejects, work
from revenue.imports.undo import Undone, take_back
from revenue.models import ImportBatch, ImportFile, Status


def receive(
    *,
    blocks: Iterable[bytes],
    name: str,
    actor: User | None = None,
    options: Mapping[str, Any] | None = None,
    received_from: str = "page",
    enqueue: bool = True,
) -> ImportFile:
    """Keeps a file byte for byte and, with `enqueue`, has a worker import it once the row is committed.

    `options` may hold `source`, `object`, `mapping` (TOML text), `as_of` (ISO) and `format` (answers).
    """
    original = originals.store(blocks)
    with transaction.atomic():
        file = ImportFile.objects.create(
            name=name,
            sha256=original.sha256,
            size=original.size,
            options=dict(options or {}),
            received_from=received_from,
            received_by_id=actor.pk if actor else None,
        )
        record(verb="received a file", actor=actor, by=received_from, target=file, name=name, sha256=original.sha256)
        if enqueue:
            transaction.on_commit(lambda: work.ring(file.pk))
    return file


@transaction.atomic
def answer(*, batch: ImportBatch, answers: Mapping[str, str], actor: User | None = None) -> ImportFile:
    """Answers the questions of a batch (`object`, or a name of a mapping's [format] table) and has it read again."""
    if batch.status != Status.NEEDS_ANSWER:
        raise ValueError(f"import {batch.pk} asks nothing")
    file = ImportFile.objects.select_for_update().get(pk=batch.file_id)
    file.options = _answered(file.options, batch.table, dict(answers))
    file.finished_at, file.attempts = None, 0
    file.save(update_fields=["options", "finished_at", "attempts"])
    record(verb="answered an import's question", actor=actor, target=batch, answers=dict(answers))
    file.batches.filter(status=Status.NEEDS_ANSWER).delete()
    transaction.on_commit(lambda: work.ring(file.pk))
    return file


def _answered(options: dict[str, Any], table: str, answers: dict[str, str]) -> dict[str, Any]:
    """The file's options with the answers: about one of its tables, or (no `table`) about the whole file."""
    scope = options.get("tables", {}).get(table, {}) if table else options
    given = dict(answers)
    what = {"object": given.pop("object")} if "object" in given else {}
    scope = {**scope, **what, "format": {**scope.get("format", {}), **given}}
    return {**options, "tables": {**options.get("tables", {}), table: scope}} if table else scope


@transaction.atomic
def undo(*, batch: ImportBatch, actor: User | None = None, by: str = "", settle: bool = True) -> Undone:
    """Takes an import back. ValueError if it is not in the ledger.

    Later imports of the same data wait to be read again. With `settle` a worker does that and computes what was
    touched; otherwise both are left to the caller.
    """
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    result = take_back(locked)
    record(verb="took an import back", actor=actor, by=by, target=locked, removed=result.removed)
    hooks.after_change({locked.object})
    if settle:
        transaction.on_commit(_ring_waiting)
        transaction.on_commit(hooks.settle)
    return result


def _ring_waiting() -> None:
    work.ring_waiting()


def rejects_csv(batch: ImportBatch) -> Iterator[str]:
    """The rejected rows as CSV lines, in the original columns with line, column, value and reason."""
    return rejects.csv_lines(batch)
