"""What each export says has changed in the deals, as history: weekly exports alone show how the pipeline moved.

A row is written for each deal that an import created (unless it is closed already: when it became so is not known) or
changed in one of the columns that history has, dated with the import's as-of. Of a deal that was closed and is open
again, another says that it had been: dated with the close it had, without one with the import that said so.
"""

from __future__ import annotations

from core.copy import run
from core.models import Company
from revenue.models import ImportBatch

FOLLOWED = ("stage", "amount", "probability", "close_on", "forecast_category", "is_closed", "is_won")


def note(batch: ImportBatch) -> int:
    """Writes the history rows of an import of deals, inside its transaction. Returns how many."""
    if batch.object != "deals":
        return 0
    columns = ", ".join(FOLLOWED)
    values = {
        "batch": batch.pk, "as_of": batch.as_of, "followed": list(FOLLOWED), "zone": Company.current().time_zone,
    }  # fmt: skip
    into = (
        "INSERT INTO revenue_dealhistory (source_id, key, batch_id, created_batch_id, line, deal_key, deal_id, "
        f"changed_at, {columns})"
    )
    changed = "c.batch_id = %(batch)s AND c.object = 'deals' AND c.row_id = d.id"
    before = ", ".join(f"w.{column}" for column in FOLLOWED)
    run(f"{into} {_REOPENED.format(changed=changed, columns=columns, before=before)}", values)
    return run(
        f"{into} SELECT d.source_id, 'import ' || %(batch)s || ' ' || d.key, %(batch)s, %(batch)s, "
        f"d.line, d.key, d.id, %(as_of)s, {', '.join(f'd.{c}' for c in FOLLOWED)} FROM revenue_deal d "
        f"LEFT JOIN revenue_ledgerchange c ON {changed} "
        "WHERE d.batch_id = %(batch)s AND (c.before ?| %(followed)s "
        "OR d.created_batch_id = %(batch)s AND d.is_closed IS NOT TRUE)",
        values,
    )


# `before` holds the columns that changed, as they were; the others are as they are.
_REOPENED = """
SELECT source_id, 'import ' || %(batch)s || ' closed ' || key, %(batch)s, %(batch)s, line, key, id, since, {columns}
FROM (
    SELECT d.source_id, d.key, d.line, d.id, {before},
    coalesce(w.close_on::timestamp AT TIME ZONE %(zone)s, b.as_of) AS since
    FROM revenue_deal d JOIN revenue_ledgerchange c ON {changed}
    CROSS JOIN LATERAL jsonb_populate_record(d, c.before) w LEFT JOIN revenue_importbatch b ON b.id = w.batch_id
    WHERE w.is_closed AND d.is_closed IS NOT TRUE
) r WHERE since < %(as_of)s
"""


def forget(batch: ImportBatch) -> None:
    """Deletes the history rows of an import of deals."""
    if batch.object == "deals":
        run("DELETE FROM revenue_dealhistory WHERE created_batch_id = %s", [batch.pk])
