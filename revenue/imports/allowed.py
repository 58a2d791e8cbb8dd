"""Rejects staged rows that the ledger's check constraints do not allow, so that one of them does not stop the rest."""

from __future__ import annotations

from collections.abc import Sequence

from core.copy import quote, rows, run
from revenue.imports.identity import KEYED
from revenue.imports.shapes import Fault
from revenue.ledger import Place

_CONSTRAINTS = """
    SELECT c.conname, pg_get_expr(c.conbin, c.conrelid), array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.conrelid = %s::regclass AND c.contype = 'c' GROUP BY c.oid ORDER BY c.conname
"""


def reject_what_is_not_allowed(place: Place, query: str, names: Sequence[str]) -> list[Fault]:
    """Takes the rows out of `keyed` that a check constraint of the table forbids, and returns their faults.

    `query` gives the rows as they would be written, with `line`, `key` and the columns `names`.
    """
    faults: list[Fault] = []
    ours = {database: column for column, database in place.columns.items()}
    for _, condition, parts in rows(_CONSTRAINTS, [place.table]):
        if not set(parts) <= set(names):
            continue
        shown = f"concat_ws(', ', {', '.join(f'r.{quote(p)}::text' for p in parts)})"
        found = rows(f"SELECT r.line, r.key, {shown} FROM ({query}) r WHERE NOT coalesce({condition}, true)")
        heading = ", ".join(ours.get(p, p) for p in parts)
        faults += [Fault(line, heading, value, _reason(heading, condition)) for line, _, value in found]
        if found:
            run(
                f"DELETE FROM {KEYED} k USING unnest(%s::int[], %s::text[]) AS bad (line, key) "
                "WHERE k.line = bad.line AND k.key = bad.key",
                [[line for line, _, _ in found], [key for _, key, _ in found]],
            )
    return faults


def _reason(heading: str, condition: str) -> str:
    rule = condition.replace("(", "").replace(")", "").replace('"', "")
    return f"{heading} is outside of what is possible: it must be that {rule}"
