"""Checks the whole store: originals against their checksums, counts that must add up, references that must lead
somewhere. Each check gives findings in words; none means that the store is as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.copy import rows, scalar
from revenue import objects
from revenue.imports import originals
from revenue.imports.hangers import hangers
from revenue.imports.references import is_referred_to
from revenue.ledger import place
from revenue.models import ImportFile


@dataclass(frozen=True)
class Check:
    """One check: its name, how much it looked at, and what is wrong."""

    name: str
    looked_at: int
    findings: tuple[str, ...]


further: list[Callable[[], Check]] = []  # checks of apps above, which register them when they are ready


def audit(say: Callable[[str], None] = lambda text: None) -> list[Check]:
    """Runs every check, whatever the others find."""
    found = []
    for check in (
        check_originals,
        check_counts,
        check_batches,
        check_references,
        check_implied,
        check_changes,
        *further,
    ):
        say(check.__name__.removeprefix("check_"))
        found.append(check())
    return found


def check_originals() -> Check:
    """Every original is there and is what its checksum says."""
    known = dict(ImportFile.objects.order_by("-pk").values_list("sha256", "name"))
    wrong = [f"{name}: {fault}" for sha256, name in known.items() if (fault := originals.verify(sha256))]
    return Check("originals and their checksums", len(known), tuple(wrong))


def check_counts() -> Check:
    """Each import's rejected and skipped rows are as many as it says; its sums are constraints of the table."""
    query = """
        SELECT b.id, b.rejected, count(DISTINCT r.line), b.skipped,
               (SELECT count(*) FROM revenue_skippedrow s WHERE s.batch_id = b.id)
        FROM revenue_importbatch b LEFT JOIN revenue_rejectedrow r ON r.batch_id = b.id
        WHERE b.status = 'done' GROUP BY b.id ORDER BY b.id"""
    found = rows(query)
    wrong = [
        f"import {pk} counts {rejected} rejected and {skipped} skipped rows, "
        f"but {kept_rejected} and {kept_skipped} are kept"
        for pk, rejected, kept_rejected, skipped, kept_skipped in found
        if (rejected, skipped) != (kept_rejected, kept_skipped)
    ]
    return Check("rows of each import", len(found), tuple(wrong))


def check_batches() -> Check:
    """Every row of the ledger comes from an import that is in it."""
    looked, wrong = 0, []
    for spec in objects.all_objects():
        table = place(spec.name).table
        looked += int(scalar(f"SELECT count(*) FROM {table}"))
        stray = scalar(
            f"SELECT count(*) FROM {table} t LEFT JOIN revenue_importbatch b ON b.id = t.batch_id "
            "WHERE t.batch_id IS NOT NULL AND b.status IS DISTINCT FROM 'done'"
        )
        if stray:
            wrong.append(f"{stray} {spec.label.lower()} come from an import that is not in the ledger")
    return Check("rows and their imports", looked, tuple(wrong))


def _references() -> Iterator[tuple[str, str, str, str]]:
    """What refers (for people), its table and column, and the table it leads to."""
    for spec in objects.all_objects():
        where = place(spec.name)
        for reference in where.references:
            yield spec.label.lower(), where.table, reference.target, place(reference.to).table
        for table, column in hangers(spec.name) if spec.dimension else ():
            yield f"rows of {table}", table, column, where.table


def check_references() -> Check:
    """No reference leads to a row that is not there."""
    looked, wrong = 0, []
    for label, table, column, to in _references():
        looked += 1
        lost = scalar(
            f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {to} d WHERE d.id = t.{column})"
        )
        if lost:
            wrong.append(f"{lost} {label} lead by {column} to a row that is not there")
    return Check("references", looked, tuple(wrong))


def check_implied() -> Check:
    """An implied row is there because something refers to it."""
    looked, wrong = 0, []
    for spec in objects.all_objects():
        if spec.dimension:
            table = place(spec.name).table
            looked += int(scalar(f"SELECT count(*) FROM {table} WHERE implied"))
            idle = scalar(
                f"SELECT count(*) FROM {table} t WHERE implied AND created_batch_id IS NOT NULL "
                f"AND NOT ({is_referred_to(spec.name)})"
            )
            if idle:
                wrong.append(f"{idle} implied {spec.label.lower()} are referred to by nothing")
    return Check("implied rows", looked, tuple(wrong))


def check_changes() -> Check:
    """The change log speaks of rows that are there, by imports that are in the ledger."""
    wrong = []
    for spec in objects.all_objects():
        lost = scalar(
            "SELECT count(*) FROM revenue_ledgerchange c JOIN revenue_importbatch b ON b.id = c.batch_id "
            f"LEFT JOIN {place(spec.name).table} t ON t.id = c.row_id "
            "LEFT JOIN revenue_takenout o ON o.object = c.object AND o.row_id = c.row_id "
            "WHERE c.object = %s AND (t.id IS NULL AND o.id IS NULL OR b.status <> 'done')",
            [spec.name],
        )
        if lost:
            wrong.append(f"{lost} changes of {spec.label.lower()} are of rows or imports that are not there")
    return Check("change log", int(scalar("SELECT count(*) FROM revenue_ledgerchange")), tuple(wrong))
