"""What became of a file, as one document: for the command line, the watched folder's reports and whoever reads JSON."""

from __future__ import annotations

from typing import Any

from revenue import doubles
from revenue.imports import rejects
from revenue.models import ImportBatch, ImportFile, Status
from revenue.models.batches import FULFILLED

Document = dict[str, Any]


def of_file(file: ImportFile) -> list[Document]:
    """One document per table and object of the file, as its results stand in the database now."""
    file.refresh_from_db()
    batches = ImportBatch.objects.select_related("source").filter(pk__in=[r["batch"] for r in file.results])
    found = {batch.pk: batch for batch in batches}
    return [_document(found[r["batch"]], file, duplicate=r["duplicate"]) for r in file.results if r["batch"] in found]


def is_fulfilled(document: Document) -> bool:
    """Whether all was done that can be: rows are in, or there is nothing to keep."""
    return document["status"] in {*FULFILLED, "duplicate"}


def _document(batch: ImportBatch, file: ImportFile, *, duplicate: bool) -> Document:
    again = duplicate and batch.status == Status.DONE
    rejects_file = rejects.save(batch)
    return {
        "id": batch.pk,
        "file": file.name,
        "table": batch.table,
        "source": batch.source.name if batch.source else None,
        "object": batch.object or None,
        "title": batch.title,
        "status": "duplicate" if again else batch.status,
        "read": batch.read,
        "accepted": batch.accepted,
        "created": 0 if again else batch.created,
        "updated": 0 if again else batch.updated,
        "unchanged": batch.accepted if again else batch.unchanged,
        "rejected": batch.rejected,
        "skipped": batch.skipped,
        "rejects_file": str(rejects_file) if rejects_file else None,
        "questions": batch.questions,
        "notes": _notes(batch),
        "error": batch.error,
    }


def _notes(batch: ImportBatch) -> list[str]:
    """Its notes; what is said of money that is in twice is what holds now."""
    if not any(note.startswith(doubles.MARK) for note in batch.notes):
        return list(batch.notes)
    return [*(note for note in batch.notes if not note.startswith(doubles.MARK)), *doubles.of(batch)]


def why(d: Document) -> str:
    """Why it is not fulfilled, in words, with the answers there are to a question."""
    asked = [f"{q['text']} Answer: {_answers(q)}" for q in d["questions"]]
    return f"{d['file']}: {d['error'] or ' '.join(asked)}"


def _answers(question: dict[str, Any]) -> str:
    """The answers there are, each as the command line takes it."""
    option = "--object " if question["key"] == "object" else f"--answer {question['key']}="
    return " or ".join(f"{option}{r.get('answer')}" for r in question["readings"]) or "map its columns"
