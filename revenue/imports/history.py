"""What each export says has changed in the deals, as history: weekly exports alone show how the pipeline moved.

A row is written for each deal that an import created (unless it is closed already: when it became so is not known) or
changed in one of the columns that history has, dated with the import's as-of.
"""

from __future__ import annotations

from core.copy import run
from revenue.models import ImportBatch

FOLLOWED = ("stage", "amount", "probability", "close_on", "forecast_category")


def note(batch: ImportBatch) -> int:
    """Writes the history rows of an import of deals, inside its transaction. Returns how many."""
    if batch.object != "deals":
        return 0
    columns = ", ".join(FOLLOWED)
    return run(
        f"INSERT INTO revenue_dealhistory (source_id, key, batch_id, created_batch_id, line, deal_key, deal_id, "
        f"changed_at, {columns}) SELECT d.source_id, 'import ' || %(batch)s || ' ' || d.key, %(batch)s, %(batch)s, "
        f"d.line, d.key, d.id, %(as_of)s, {', '.join(f'd.{c}' for c in FOLLOWED)} FROM revenue_deal d "
        "LEFT JOIN revenue_ledgerchange c ON c.batch_id = %(batch)s AND c.object = 'deals' AND c.row_id = d.id "
        "WHERE d.batch_id = %(batch)s AND (c.before ?| %(followed)s "
        "OR d.created_batch_id = %(batch)s AND d.is_closed IS NOT TRUE)",
        {"batch": batch.pk, "as_of": batch.as_of, "followed": list(FOLLOWED)},
    )


def forget(batch: ImportBatch) -> None:
    """Deletes the history rows of an import of deals."""
    if batch.object == "deals":
        run("DELETE FROM revenue_dealhistory WHERE created_batch_id = %s", [batch.pk])
