"""What people teach imports from the page: an answer that is kept, a mapping that is saved and used at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from core.audit import record
from core.models import User
from revenue import tasks
from revenue.imports import actions, kept_answers, originals
from revenue.imports.saved_mappings import give, save_mapping
from revenue.models import ImportFile, Status
from revenue.models.batches import ImportBatch


@transaction.atomic
def answer(*, batch: ImportBatch, answers: Mapping[str, str], actor: User | None = None) -> ImportFile:
    """Answers a batch's questions, has it read again, and keeps the answers. ValueError if it asks nothing."""
    if batch.status == Status.NEEDS_ANSWER:
        kept_answers.keep(batch=batch, answers=answers, actor=actor)
    return actions.answer(batch=batch, answers=answers, actor=actor)


@transaction.atomic
def map_table(
    *, file: ImportFile, table: str, headings: list[str], toml: str, name: str, source: str = "",
    actor: User | None = None,
) -> ImportFile:  # fmt: skip
    """Saves a mapping and has the table read by it. Returns the file that is read.

    A table that waits for an answer is read again under its own file. One that has been imported keeps its record: the
    same original comes in once more, by the mapping; its old import is taken back by whoever wants that.
    ValueError for a name that is empty or a text that is no mapping.
    """
    saved = save_mapping(name=name, toml=toml, headings=headings, source=source, actor=actor)
    waiting = file.batches.filter(table=table)
    locked = ImportFile.objects.select_for_update().get(pk=file.pk)
    if waiting.exclude(status=Status.NEEDS_ANSWER).exists():
        locked = _again(locked, actor)
    give(locked, table, toml=toml, name=str(saved), source=source)
    locked.finished_at, locked.attempts = None, 0
    locked.save(update_fields=["finished_at", "attempts"])
    locked.batches.filter(table=table, status=Status.NEEDS_ANSWER).delete()
    record(verb="mapped a file", actor=actor, target=locked, mapping=str(saved), table=table)
    transaction.on_commit(lambda: tasks.ring(locked.pk))
    return locked


def _again(file: ImportFile, actor: User | None) -> ImportFile:
    """The same original as a new file."""
    kept = {k: v for k, v in file.options.items() if k in ("source", "as_of", "format")}
    blocks = originals.blocks_of(originals.path_of(file.sha256))
    return actions.receive(blocks=blocks, name=file.name, actor=actor, options=kept, enqueue=False)
