"""Resolves references: from ids and names as given to row ids of the dimension, set-based.

The rules, in order: the id within the same source; the same id in another source, if exactly one has it and one of the
two shares its ids (`Source.shares_ids`: plain and mapped files are written with the ids of a CRM); the exact name
within the same source if exactly one row has it; for reps the e-mail address. What is found nowhere becomes an
*implied* row of the dimension, which its own import later fills or replaces. Two rows of one name are a question for
people: the reference stays open.
"""

from __future__ import annotations

from core.copy import run
from revenue.ledger import Place, Reference, place, referring

MAP = "reference_map"
# Implied rows known by a name alone get a key that no export can contain.
NAMED = "name\x1f"


def resolve(reference: Reference, table: str, *, source: int, batch: int | None) -> None:
    """Makes the temporary table `reference_map` for one reference of the rows in `table`.

    It has the distinct texts (`key`, `name`, `ref`) and the dimension's row `id`, implied rows made where needed.
    """
    run(f"DROP TABLE IF EXISTS {MAP}")
    parts = {part: getattr(reference, part) for part in ("key", "name", "ref")}
    chosen = ", ".join(f"{f'{column}' if column else 'NULL::text'} AS {part}" for part, column in parts.items())
    given = " OR ".join(f"{column} IS NOT NULL" for column in parts.values() if column)
    run(
        f"CREATE TEMP TABLE {MAP} AS SELECT DISTINCT {chosen}, NULL::bigint AS id, false AS ambiguous "
        f"FROM {table} WHERE {given}"
    )
    dimension = place(reference.to).table
    values = {"source": source, "batch": batch, "named": NAMED}
    _match(dimension, values, reps=reference.to == "reps")
    _imply(dimension, values)


def _match(dimension: str, values: dict[str, object], *, reps: bool) -> None:
    run(
        f"UPDATE {MAP} m SET id = d.id FROM {dimension} d "
        "WHERE d.source_id = %(source)s AND d.key = coalesce(m.key, m.ref)",
        values,
    )
    run(
        f"UPDATE {MAP} m SET id = d.id FROM (SELECT d.key, min(d.id) AS id FROM {dimension} d {_OTHER_SOURCE} "
        f"WHERE NOT d.implied AND d.key IN (SELECT coalesce(key, ref) FROM {MAP}) "
        "GROUP BY d.key HAVING count(*) = 1) d "
        "WHERE d.key = coalesce(m.key, m.ref) "
        f"AND (m.id IS NULL OR EXISTS (SELECT 1 FROM {dimension} i WHERE i.id = m.id AND i.implied))",
        values,
    )
    _match_by(dimension, values, "name", "coalesce(m.name, m.ref)")
    if reps:
        _match_by(dimension, values, "lower(email)", "lower(m.ref)")


_OTHER_SOURCE = (
    "JOIN revenue_source theirs ON theirs.id = d.source_id AND theirs.id <> %(source)s "
    "JOIN revenue_source ours ON ours.id = %(source)s AND (ours.shares_ids OR theirs.shares_ids)"
)


def _match_by(dimension: str, values: dict[str, object], column: str, given: str) -> None:
    run(
        f"UPDATE {MAP} m SET id = d.id, ambiguous = d.id IS NULL FROM (SELECT {column} AS text, "
        "CASE WHEN count(*) = 1 THEN min(id) END AS id "
        f"FROM {dimension} WHERE source_id = %(source)s AND {column} IS NOT NULL GROUP BY 1) d "
        f"WHERE m.id IS NULL AND m.key IS NULL AND d.text = {given}",
        values,
    )


def _imply(dimension: str, values: dict[str, object]) -> None:
    wanted = "coalesce(key, ref, %(named)s || name)"
    run(
        f"INSERT INTO {dimension} (source_id, key, name, implied, created_batch_id) "
        f"SELECT %(source)s, {wanted}, min(coalesce(name, ref)), true, %(batch)s FROM {MAP} "
        f"WHERE id IS NULL AND NOT ambiguous GROUP BY {wanted} ON CONFLICT (source_id, key) DO NOTHING",
        values,
    )
    run(
        f"UPDATE {MAP} m SET id = d.id FROM {dimension} d "
        "WHERE m.id IS NULL AND NOT m.ambiguous AND d.source_id = %(source)s "
        "AND d.key = coalesce(m.key, m.ref, %(named)s || m.name)",
        values,
    )


def adopt(to: str) -> None:
    """Points references at rows that have come in since, and drops the implied rows that stood in for them.

    An implied row is replaced by the one real row of its source with the same name (if it is known by name) or, for
    the rest, by the one real row with the same key in a source that it shares its ids with. The texts beside each
    reference stay as given, so that an undo can resolve them again.
    """
    dimension = place(to)
    run("DROP TABLE IF EXISTS adopted")
    by_email = _BY_EMAIL.format(dimension=dimension.table) if to == "reps" else ""
    run(_ADOPTED.format(dimension=dimension.table, by_email=by_email), {"named": NAMED})
    for where, reference in referring(to):
        _repoint(where, reference)
    run(f"DELETE FROM {dimension.table} d USING adopted a WHERE d.id = a.implied_id")


_BY_EMAIL = """
    UNION SELECT i.id, r.source_id, r.id FROM {dimension} i JOIN {dimension} r
      ON r.source_id = i.source_id AND NOT r.implied AND i.implied AND lower(r.email) = lower(i.key)"""
_ADOPTED = """
CREATE TEMP TABLE adopted AS
WITH candidate AS (
    SELECT i.id AS implied_id, r.source_id, r.id AS real_id FROM {dimension} i JOIN {dimension} r
      ON r.source_id = i.source_id AND NOT r.implied AND i.implied
     AND (i.key = r.name OR i.key = %(named)s || r.name)
    UNION SELECT i.id, r.source_id, r.id FROM {dimension} i
      JOIN {dimension} r ON i.implied AND NOT r.implied AND r.key = i.key AND r.source_id <> i.source_id
      JOIN revenue_source s ON s.id IN (i.source_id, r.source_id) AND s.shares_ids
    {by_email}
)
SELECT implied_id, min(real_id) AS real_id FROM candidate GROUP BY implied_id HAVING count(DISTINCT real_id) = 1
"""


def _repoint(where: Place, reference: Reference) -> None:
    run(
        f"UPDATE {where.table} t SET {reference.target} = a.real_id FROM adopted a "
        f"WHERE t.{reference.target} = a.implied_id"
    )
