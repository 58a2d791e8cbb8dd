"""One file from its original to the ledger.

1. Open it: tables, or a refusal, or a question about the whole file.
2. Recognise each table: a plan (or two), or a question, or nothing to keep.
3. Give each plan its batch. The same content read in the same way has one batch, however often it is sent.
4. Understand the columns, stage the typed rows, promote them: one transaction per batch, so that a batch is in the
   ledger whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import Company as CompanySettings
from revenue import doubles, objects
from revenue.imports import batches, history, missing, originals, rejects, stage
from revenue.imports.clean import understand
from revenue.imports.hooks import after_change, after_promotion
from revenue.imports.mapping import MappingError, bind, load_mapping
from revenue.imports.promote import Promoted, lock_source, promote
from revenue.imports.read import Opened, open_tables
from revenue.imports.recognise import heading_row, recognise
from revenue.imports.remembered import use_remembered
from revenue.imports.saved_mappings import mapping_of, name_of
from revenue.imports.shapes import Company, Plan, Question, Table
from revenue.imports.touched import touched_since
from revenue.imports.undo import make_room, queue_again
from revenue.ledger import Place, place
from revenue.models import ImportBatch, ImportFile, Source, Status

Say = Callable[[str], None]


def process(file: ImportFile, *, say: Say = lambda text: None) -> list[ImportBatch]:
    """Imports everything in `file` and returns its batches, those of an earlier, equal file included.

    The caller holds the claim on the file. A fault in the file ends as a batch with a status and a reason, never as an
    exception; what does raise is a defect or a lost database.
    """
    results: list[dict[str, Any]] = []
    for batch, work in _batches(file):
        results.append({"batch": batch.pk, "duplicate": batch.file_id != file.pk})
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
    try:
        opened = _open(file, batches.answers(file).get("encoding"))
        notes = list(opened.notes)
        if opened.questions and not opened.refusal:
            opened, notes = _with_vendor_encoding(file, opened)
    except MappingError as error:
        yield batches.make(file, status=Status.REFUSED, error=str(error)), None
        return
    if opened.refusal:
        yield batches.make(file, status=Status.REFUSED, error=opened.refusal), None
        return
    if opened.questions:
        yield batches.make(file, status=Status.NEEDS_ANSWER, questions=_as_json(opened.questions)), None
        return
    if not opened.tables:
        yield batches.make(file, status=Status.IGNORED, notes=["The file has no table with rows."]), None
    for table in opened.tables:
        yield from _table_batches(file, rejects.as_sent(table), [*notes, *table.notes])


def _open(file: ImportFile, encoding: str | None) -> Opened:
    header = _format(file).get("header_row")
    return open_tables(
        originals.path_of(file.sha256),
        name=file.name,
        encoding=encoding,
        header_row=int(header) if header else None,
        suggest=heading_row,
    )


def _format(file: ImportFile, table: Table | None = None) -> dict[str, str]:
    """The answers that the mapping and people have given. Raises MappingError."""
    mapping = mapping_of(file, table)
    given = dict(load_mapping(mapping, name="the mapping").format) if mapping else {}
    return {**given, **batches.answers(file, table)}


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
            if read.refusal:  # it holds bytes that this encoding has not
                break
            return read, [*read.notes, f"The file is not UTF-8: read as {fallback}, {why}."]
    return opened, list(opened.notes)


def _table_batches(file: ImportFile, table: Table, notes: list[str]) -> Iterator[tuple[ImportBatch, Work | None]]:
    notes = [*notes, *use_remembered(file, table)]
    try:
        plans, question, said = _plans(file, table)
    except MappingError as error:
        yield batches.make(file, table, status=Status.REFUSED, error=str(error)), None
        return
    notes = [*notes, *said]
    if question:
        asked = _as_json([question])
        notes = [*notes, *_ragged(table)]
        yield batches.make(file, table, status=Status.NEEDS_ANSWER, questions=asked, notes=notes), None
        return
    for part, plan in enumerate(plans):
        plan = replace(plan, format={**plan.format, **batches.answers(file, table)})
        details = {
            "part": part,
            "object": plan.object,
            "title": plan.title,
            "unused": list(plan.unused),
            "notes": notes,
        }
        if plan.ignore:
            yield batches.make(file, table, status=Status.IGNORED, error=plan.ignore, **details), None
            continue
        source, _ = Source.objects.get_or_create(
            name=file.options.get("source") or plan.vendor, defaults={"shares_ids": plan.vendor in _SHARING}
        )
        batch = batches.make(file, table, status=Status.QUEUED, source=source, **details)
        yield batch, (table, plan, source) if batch.file_id == file.pk else None


_LINES_NAMED = 500  # of rows that are wrong, in the note to a question
_SHARING = ("plain",)  # vendors whose files are written with the ids of the company's CRM


def _plans(file: ImportFile, table: Table) -> tuple[tuple[Plan, ...], Question | None, tuple[str, ...]]:
    mapping = mapping_of(file, table)
    headings = rejects.without_added(table.headings)
    if mapping:
        return (bind(load_mapping(mapping, name=name_of(file, table)), headings),), None, ()
    found = recognise(
        headings,
        sample=_sample(table),
        file_name=file.name,
        object=batches.object_of(file, table),
        answers=_format(file, table),
    )
    return found.plans, found.question, tuple(found.notes)


def _ragged(table: Table) -> list[str]:
    """What is wrong with the rows whatever they turn out to be: said with the question, not after its answer."""
    faults = table.faults()
    if not faults:
        return []
    lines = ", ".join(str(f.line) for f in faults[:_LINES_NAMED]) + (" …" if len(faults) > _LINES_NAMED else "")
    one = f"{faults[0].reason}, e.g. in line {faults[0].line}"
    return [f"{len(faults):,} rows cannot be split into the columns and would be rejected ({one}). Lines: {lines}"]


def _sample(table: Table) -> pl.DataFrame | None:
    return next((chunk.head(200) for chunk in table.chunks()), None)


def _import(batch: ImportBatch, table: Table, plan: Plan, source: Source) -> None:
    """Understands, stages and promotes one table."""
    where = place(plan.object)
    _save(batch, status=Status.READING)
    company = _company()
    understanding = understand(table, plan, objects.get(plan.object), company)
    _save(
        batch,
        readings=[asdict(r) for r in understanding.readings],
        notes=[*batch.notes, *understanding.notes],
    )
    if understanding.questions:
        asked = _as_json(understanding.questions)
        _save(batch, status=Status.NEEDS_ANSWER, questions=asked, finished_at=timezone.now())
        return

    def progress(staged: stage.Staged) -> None:
        _count(batch, staged.rows, staged.rejected, len(staged.skipped))

    plan = understanding.plan  # what the columns as a whole settled is part of it
    try:
        staged = stage.stage(understanding.typed(), plan, where, progress=progress)
        _save(batch, status=Status.STAGED)
        with transaction.atomic():
            _promote(batch, table, plan, staged, company)
    finally:
        stage.clear()


def _promote(batch: ImportBatch, table: Table, plan: Plan, staged: stage.Staged, company: Company) -> None:
    """Promotes what is staged, in the place that the batch's as-of gives it, with all that belongs to it."""
    where, source = place(plan.object), batch.source_id or 0
    lock_source(source)
    later = make_room(batch)
    promoted = promote(staged, plan, where, source=source, batch=batch.pk, currency=company.currency)
    history.note(batch)
    decided = missing.decide_again(batch)
    own = plan.unpivot is None  # rows of an unpivoted table are counted with the object that the table is first of all
    faults = [*(table.faults() if own else ()), *staged.faults, *promoted.faults]
    skipped = [*(table.skipped() if own else ()), *staged.skipped, *promoted.skipped]
    rejects.write(batch, table, faults, skipped)
    accepted = promoted.created + promoted.updated + promoted.unchanged
    _count(batch, accepted, len({f.line for f in faults}), len(skipped))
    if promoted.missing:
        batch.notes = [*batch.notes, _gone(promoted, where)]
    batch.notes = [*batch.notes, *doubles.note(batch)]
    _save(
        batch,
        status=Status.DONE,
        notes=batch.notes,
        created=promoted.created,
        updated=promoted.updated,
        unchanged=promoted.unchanged,
        finished_at=timezone.now(),
    )
    record(verb="imported", by="import", target=batch, object=plan.object, created=promoted.created)
    queue_again(later)
    since = None if later or decided else touched_since(batch)
    after_promotion(batch, with_changes=bool(promoted.created or promoted.updated or later), since=since)
    if decided:
        after_change(missing.affected(batch.object))


def _gone(promoted: Promoted, where: Place) -> str:
    """What a full export no longer has, by name: whoever deletes something in the CRM wants to see just that here."""
    listed = ", ".join(promoted.named) + (" and others" if promoted.missing > len(promoted.named) else "")
    label = where.spec.label.lower()
    return (
        f"{missing.MARK}, of {label} that earlier imports brought: {promoted.missing:,}. "
        f"They stay until somebody decides otherwise. {listed}"
    )


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
