"""Imports through the real way in, and a digest of the ledger by which two of them can be compared."""

from __future__ import annotations

from core.copy import quote, rows
from revenue import objects, tasks
from revenue.imports import actions
from revenue.ledger import Place, place
from revenue.models import ImportBatch, ImportFile


def csv(heading: str, *lines: str) -> bytes:
    """A CSV file of these lines, with commas as they are."""
    return "\n".join([heading, *lines, ""]).encode()


def receive(name: str, data: bytes, **options: object) -> ImportFile:
    """Keeps the file and imports it, with all that then waits."""
    file = actions.receive(blocks=[data], name=name, options=options, enqueue=False)
    tasks.work_off()
    file.refresh_from_db()
    return file


def batches(file: ImportFile) -> list[ImportBatch]:
    """What became of the file, table by table."""
    return [ImportBatch.objects.get(pk=result["batch"]) for result in file.results]


def bring(name: str, data: bytes, **options: object) -> ImportBatch:
    """Imports a file of one table and returns its batch, which must be done."""
    (batch,) = batches(receive(name, data, **options))
    assert batch.status == "done", (batch.status, batch.error, batch.questions)
    return batch


def counts(batch: ImportBatch) -> tuple[int, int, int, int, int]:
    """Created, updated, unchanged, rejected, skipped."""
    return batch.created, batch.updated, batch.unchanged, batch.rejected, batch.skipped


def digest(*names: str) -> dict[str, str]:
    """One digest per object with rows: all columns as they are, references by the source and key they lead to."""
    wanted = names or tuple(spec.name for spec in objects.all_objects())
    found = {name: _digest(place(name)) for name in wanted}
    return {name: value for name, value in found.items() if value}


def content(name: str) -> list[tuple[object, ...]]:
    """The rows of an object as `digest` compares them, for a test that fails."""
    return sorted(rows(_query(place(name))), key=repr)


def _digest(where: Place) -> str:
    # A sum of 64-bit hashes does not depend on the order of the rows, and PostgreSQL reads them once.
    count, total = rows(f"SELECT count(*), sum(hashtextextended(x::text, 0)) FROM ({_query(where)}) x")[0]
    return f"{count} rows, {total}" if count else ""


def _query(where: Place) -> str:
    extra = ["name", "implied"] if where.spec.dimension else []
    columns = [c for c in dict.fromkeys([*where.columns.values(), *extra, "line"]) if c != "key"]
    joins = "".join(
        f" LEFT JOIN (SELECT d.id, s.name || ' ' || d.key AS leads FROM {place(r.to).table} d "
        f"JOIN revenue_source s ON s.id = d.source_id) r{n} ON r{n}.id = t.{r.target}"
        for n, r in enumerate(where.references)
    )
    # A history row that an import of deals made is named after that import.
    key = "CASE WHEN starts_with(t.key, 'import ') THEN '' ELSE t.key END AS key"
    leads = [f"r{n}.leads AS leads{n}" for n in range(len(where.references))]
    chosen = ", ".join([key, *(f"t.{quote(c)}" for c in columns), *leads])
    return f"SELECT s.name AS source, {chosen} FROM {where.table} t JOIN revenue_source s ON s.id = t.source_id{joins}"
