"""One file from its original to the ledger.

1. Open it: tables, or a refusal, or a question about the whole file.
2. Recognise each table: a plan (or two), or a question, or nothing to keep.
3. Give each plan its batch. The same content read in the same way has one batch, however often it is sent.
4. Understand the columns, stage the typed rows, promote them: one transaction per batch, so that a batch is in the
   ledger whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import polars as pl
import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.audit import record
from core.models import Company as CompanySettings
from revenue import objects
from revenue.imports import originals, rejects
from revenue.imports.clean import understand
from revenue.imports.hooks import after_promotion
from revenue.imports.mapping import MappingError, bind, load_mapping
from revenue.imports.promote import promote
from revenue.imports.read import Opened, open_tables
from revenue.imports.recognise import heading_row, recognise
from revenue.imports.shapes import Company, Plan, Question, Table
from revenue.imports.stage import Staged, stage
from revenue.ledger import place
from revenue.models import ImportBatch, ImportFile, Source, Status

log = structlog.get_logger()
Say = Callable[[str], None]


def process(file: ImportFile, *, say: Say = lambda text: None) -> list[ImportBatch]:
    """Imports everything in `file` and returns its batches, those of an earlier, equal file included.

    The caller holds the claim on the file. A fault in the file ends as a batch with a status and a reason, never as an
    exception; what does raise is a defect or a lost database.
    """
    results: list[dict[str, Any]] = []
    for batch, work in _batches(file):
        results.append({"batch": batch.pk, "duplicate": work is None and batch.file_id != file.pk})
        if work is not None and not batch.is_over:
            say(f"{file.name}: {batch.title or batch.object}")
            _import(batch, *work)
    file.results, file.finished_at = results, timezone.now()
    file.save(update_fields=["results", "finished_at"])
    found = {b.pk: b for b in ImportBatch.objects.filter(pk__in=[r["batch"] for r in results])}
    return [found[r["batch"]] for r in results]


Work = tuple[Table, Plan, Source]


def _batches(file: ImportFile) -> Iterator[tuple[ImportBatch, Work | None]]:
    """A batch per table and plan, with the work to do, or None where nothing is left to do."""
    opened = _open(file, file.options.get("format", {}).get("encoding"))
    notes = list(opened.notes)
    if opened.questions and not opened.refusal:
        opened, notes = _with_vendor_encoding(file, opened)
    if opened.refusal:
        yield _batch(file, status=Status.REFUSED, error=opened.refusal), None
        return
    if opened.questions:
        yield _batch(file, status=Status.NEEDS_ANSWER, questions=_as_json(opened.questions)), None
        return
    if not opened.tables:
        yield _batch(file, status=Status.IGNORED, notes=["The file has no table with rows."]), None
    for table in opened.tables:
        yield from _table_batches(file, table, [*notes, *table.notes])


def _open(file: ImportFile, encoding: str | None) -> Opened:
    header = _format(file).get("header_row")
    return open_tables(
        originals.path_of(file.sha256),
        name=file.name,
        encoding=encoding,
        header_row=int(header) if header else None,
        suggest=heading_row,
    )


def _format(file: ImportFile) -> dict[str, str]:
    mapping = file.options.get("mapping")
    given = dict(load_mapping(mapping, name="the mapping").format) if mapping else {}
    return {**given, **file.options.get("format", {})}


def _with_vendor_encoding(file: ImportFile, opened: Opened) -> tuple[Opened, list[str]]:
    """The file in the encoding that its vendor documents for files that are not UTF-8, if the vendor is known."""
    known = _format(file).get("encoding")
    attempt = _open(file, known or "iso-8859-1")
    for table in attempt.tables:
        found = recognise(table.headings, sample=None, file_name=file.name)
        fallback = known or next((p.format.get("encoding_fallback") for p in found.plans), None)
        if fallback:
            why = "as the mapping says" if known else "the encoding its vendor writes where UTF-8 was not chosen"
            read = attempt if fallback == (known or "iso-8859-1") else _open(file, fallback)
            return read, [*read.notes, f"The file is not UTF-8: read as {fallback}, {why}."]
    return opened, list(opened.notes)


def _table_batches(file: ImportFile, table: Table, notes: list[str]) -> Iterator[tuple[ImportBatch, Work | None]]:
    options = file.options
    try:
        plans, question, said = _plans(file, table)
    except MappingError as error:
        yield _batch(file, table, status=Status.REFUSED, error=str(error)), None
        return
    notes = [*notes, *said]
    if question:
        yield _batch(file, table, status=Status.NEEDS_ANSWER, questions=_as_json([question]), notes=notes), None
        return
    for part, plan in enumerate(plans):
        plan = replace(plan, format={**plan.format, **options.get("format", {})})
        details = {
            "part": part,
            "object": plan.object,
            "title": plan.title,
            "unused": list(plan.unused),
            "notes": notes,
        }
        if plan.ignore:
            yield _batch(file, table, status=Status.IGNORED, error=plan.ignore, **details), None
            continue
        source, _ = Source.objects.get_or_create(
            name=options.get("source") or plan.vendor, defaults={"shares_ids": plan.vendor == "plain"}
        )
        batch = _batch(file, table, status=Status.QUEUED, source=source, **details)
        yield batch, (table, plan, source) if batch.file_id == file.pk else None


def _plans(file: ImportFile, table: Table) -> tuple[tuple[Plan, ...], Question | None, tuple[str, ...]]:
    mapping = file.options.get("mapping")
    if mapping:
        return (bind(load_mapping(mapping, name="the mapping"), table.headings),), None, ()
    found = recognise(
        table.headings,
        sample=_sample(table),
        file_name=file.name,
        object=file.options.get("object"),
        answers=_format(file),
    )
    return found.plans, found.question, tuple(found.notes)


def _sample(table: Table) -> pl.DataFrame | None:
    return next((chunk.head(200) for chunk in table.chunks()), None)


def _batch(file: ImportFile, table: Table | None = None, *, status: Status, **details: Any) -> ImportBatch:
    """The batch for this content, read in this way: a new one, or the one that already is or was at work on it."""
    name = "" if table is None or table.name == file.name else table.name
    asked = {k: file.options.get(k) for k in ("source", "object", "mapping", "format")}
    text = json.dumps([file.sha256, name, details.get("part", 0), details.get("object", ""), asked], sort_keys=True)
    identity = hashlib.sha256(text.encode()).hexdigest()
    own = ImportBatch.objects.filter(file=file, identity=identity).exclude(status=Status.UNDONE).first()
    if own is not None:
        return own
    as_of = file.options.get("as_of")
    over = status != Status.QUEUED
    try:
        with transaction.atomic():
            return ImportBatch.objects.create(
                file=file,
                table=name,
                identity=identity,
                status=status,
                as_of=datetime.fromisoformat(as_of) if as_of else file.received_at,
                headings=list(table.headings) if table else [],
                finished_at=timezone.now() if over else None,
                **details,
            )
    except IntegrityError:
        return ImportBatch.objects.exclude(status=Status.UNDONE).filter(identity=identity).latest("id")


def _import(batch: ImportBatch, table: Table, plan: Plan, source: Source) -> None:
    """Understands, stages and promotes one table."""
    where = place(plan.object)
    _save(batch, status=Status.READING)
    company = _company()
    understanding = understand(table, plan, objects.get(plan.object), company)
    read = {
        "readings": [asdict(r) for r in understanding.readings],
        "notes": [*batch.notes, *understanding.notes],
    }
    plan = understanding.plan  # what the columns as a whole settled is part of it
    if understanding.questions:
        _save(batch, status=Status.NEEDS_ANSWER, questions=_as_json(understanding.questions), **read)
        return

    def progress(staged: Staged) -> None:
        _count(batch, staged.rows, staged.rejected, len(staged.skipped))

    staged = stage(understanding.typed(), plan, where, progress=progress)
    own = plan.unpivot is None
    table_faults, table_skipped = (table.faults(), table.skipped()) if own else ([], [])
    _save(batch, status=Status.STAGED, **read)
    with transaction.atomic():
        promoted = promote(staged, plan, where, source=source.pk, batch=batch.pk, currency=company.currency)
        faults = [*table_faults, *staged.faults, *promoted.faults]
        skipped = [*table_skipped, *staged.skipped, *promoted.skipped]
        rejects.write(batch, table, faults, skipped)
        accepted = promoted.created + promoted.updated + promoted.unchanged
        _count(batch, accepted, len({f.line for f in faults}), len(skipped))
        _save(
            batch,
            status=Status.DONE,
            created=promoted.created,
            updated=promoted.updated,
            unchanged=promoted.unchanged,
            finished_at=timezone.now(),
        )
        record(verb="imported", by="import", target=batch, object=plan.object, created=promoted.created)
        after_promotion(batch, with_changes=bool(promoted.created or promoted.updated))


def _company() -> Company:
    current = CompanySettings.current()
    return Company(currency=settings.ASSAY_CURRENCY, time_zone=current.time_zone, today=current.today())


def _count(batch: ImportBatch, accepted: int, rejected: int, skipped: int) -> None:
    _save(batch, read=accepted + rejected + skipped, accepted=accepted, rejected=rejected, skipped=skipped)


def _save(batch: ImportBatch, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(changes))


def _as_json(questions: list[Question]) -> list[dict[str, Any]]:
    return json.loads(json.dumps([asdict(q) for q in questions], default=str))  # type: ignore[no-any-return]
