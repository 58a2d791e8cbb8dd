"""What people have taught: given to a table before it is recognised."""

from __future__ import annotations

from revenue.imports import batches
from revenue.imports.kept_answers import use_kept
from revenue.imports.saved_mappings import use_saved
from revenue.imports.shapes import Table
from revenue.models import ImportFile


def use_remembered(file: ImportFile, table: Table) -> list[str]:
    """Gives the table its saved mapping and kept answers, unless the file has its own. Returns notes for people.

    Both are written into the file's options first, so that they are part of the import's identity: the same content
    with a newer mapping is new work. A table that was read before is read as it was, whatever was taught since.
    """
    if file.batches.filter(table=batches.table_name(file, table)).exists():
        return []
    said = use_saved(file, table)
    return [*([said] if said else []), *use_kept(file, table)]
