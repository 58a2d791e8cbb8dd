"""From which day on an import can have changed numbers.

Next week's export brings last week's rows, and what was published of last year need not be computed again. That holds
for objects whose rows count on a day of their own and decide nothing about rows of other days; of all others, and of
imports that changed more than rows, any day is touched.
"""

from __future__ import annotations

from datetime import date, timedelta

from core.copy import scalar
from revenue.ledger import place
from revenue.models import ImportBatch

# The day that an object's rows count on, in the ledger.
DAYS = {"revenue_lines": "booked_on", "activities": "occurred_at", "costs": "month", "hours": "week_starting"}
_REFERENCES = ["account_id", "deal_id"]
# Won deals stand in for the revenue of a source without lines: the first line of a source takes away those of all days.
_FIRST_LINES = """
SELECT EXISTS (
    SELECT 1 FROM (
        SELECT a.source_id FROM revenue_revenueline l JOIN revenue_account a ON a.id = l.account_id
        WHERE l.batch_id = %(b)s
        UNION SELECT d.source_id FROM revenue_revenueline l JOIN revenue_deal d ON d.id = l.deal_id
        WHERE l.batch_id = %(b)s
        UNION SELECT source_id FROM revenue_importbatch WHERE id = %(b)s) s
    WHERE NOT EXISTS (SELECT 1 FROM revenue_revenueline l WHERE l.source_id = s.source_id AND l.batch_id <> %(b)s)
      AND EXISTS (SELECT 1 FROM revenue_deal d WHERE d.source_id = s.source_id AND d.is_won))
"""


def touched_since(batch: ImportBatch) -> date | None:
    """The earliest day that the rows of an import bear, or bore before it; None if it may touch any day.

    Asked within the transaction of the import, when its rows are in the ledger.
    """
    column = DAYS.get(batch.object)
    if column is None:
        return None
    names = {"b": batch.pk, "object": batch.object, "references": _REFERENCES, "column": column}
    moved = "SELECT 1 FROM revenue_ledgerchange WHERE batch_id = %(b)s AND object = %(object)s"
    if scalar(f"SELECT EXISTS ({moved} AND before ?| %(references)s)", names):
        return None
    table = place(batch.object).table
    if not scalar(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE batch_id <> %(b)s)", names):
        return None  # the first of their kind: what could not be said of any day can be said now
    if batch.object == "revenue_lines" and scalar(_FIRST_LINES, names):
        return None
    found = scalar(
        f"SELECT least((SELECT min({column})::date FROM {table} WHERE batch_id = %(b)s), "
        "(SELECT min(before ->> %(column)s)::date FROM revenue_ledgerchange "
        "WHERE batch_id = %(b)s AND object = %(object)s))",
        names,
    )
    return None if found is None else found - timedelta(1)  # a moment may be the day before in the company's time zone
