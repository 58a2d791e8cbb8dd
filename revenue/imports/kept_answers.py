"""Answers that people gave about a table, used again for the next one with the same headings.

The answer is written into the file's options like one that a person gives, so that everything else treats it alike: it
decides the import's identity, and a file that is read again is read by the answer it was read by first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.models import User
from revenue.imports import batches
from revenue.imports.mapping import MappingError, load_mapping
from revenue.imports.saved_mappings import mapping_of, signature
from revenue.imports.shapes import Table
from revenue.models import ImportBatch, ImportFile, KeptAnswer

# Answers about one file's own accidents: whether its numbers are damaged, which line holds its headings.
ONCE = frozenset({"damaged", "header_row", "mapping", "columns"})


def keep(*, batch: ImportBatch, answers: Mapping[str, str], actor: User | None = None) -> int:
    """Keeps the answers to a batch's questions for tables with its headings. Returns how many were kept."""
    source = str(batch.source or batch.file.options.get("source", ""))
    kept = [
        KeptAnswer(
            signature=signature(batch.headings), source=source, key=key, answer=given, batch_id=batch.pk,
            created_by_id=actor.pk if actor else None,
        )
        for key, given in answers.items()
        if key.partition(".")[0] not in ONCE and batch.headings
    ]  # fmt: skip
    return len(KeptAnswer.objects.bulk_create(kept))


def kept_for(headings: Sequence[str], source: str = "") -> dict[str, KeptAnswer]:
    """The newest answer to each question about tables with these headings; of `source`, if it is given."""
    found = KeptAnswer.objects.filter(signature=signature(headings)).order_by("id")
    return {kept.key: kept for kept in found if not source or not kept.source or kept.source == source}


def use_kept(file: ImportFile, table: Table) -> list[str]:
    """Gives the table the kept answers that neither a person nor a mapping gives. Returns what to tell people."""
    given = _given(file, table)
    new = {k: kept for k, kept in kept_for(table.headings, file.options.get("source", "")).items() if k not in given}
    if not new:
        return []
    name = batches.table_name(file, table)
    tables: dict[str, Any] = file.options.get("tables", {})
    own = {**tables.get(name, {})}
    if "object" in new:
        own["object"] = new["object"].answer
    own["format"] = {**own.get("format", {}), **{k: kept.answer for k, kept in new.items() if k != "object"}}
    file.options = {**file.options, "tables": {**tables, name: own}}
    file.save(update_fields=["options"])
    when = {key: f"{kept.created_at:%-d %B %Y}" for key, kept in new.items()}
    return [f"{k} is {kept.answer}, as answered on {when[k]} for the same headings." for k, kept in new.items()]


def _given(file: ImportFile, table: Table) -> set[str]:
    """The questions that are answered for this table already."""
    given = set(batches.answers(file, table))
    if batches.object_of(file, table):
        given.add("object")
    if mapping := mapping_of(file, table):
        try:
            given |= {"object", *load_mapping(mapping, name="the mapping").format}
        except MappingError:  # the import refuses the file with the reason
            given |= set(kept_for(table.headings))
    return given
