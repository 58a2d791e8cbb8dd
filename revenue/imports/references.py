"""Resolves references: from ids and names as given to row ids of the dimension, set-based.

The rules, in order: the id within the same source; the same id in another source, if exactly one has it and one of the
two shares its ids (`Source.shares_ids`: plain and mapped files are written with the ids of a CRM) or it is the
18-character id of a Salesforce record, which is unique in the world (HubSpot's contacts name them); the exact name
within the same source if exactly one row has it; for reps the e-mail address. What is found nowhere becomes an
*implied* row of the dimension, which its own import later fills or replaces. Two rows of one name are a question for
people: the reference stays open. Last, what people merged (`merged`): what is found as the alias is the kept row.

Resolving is a pure function of the texts and of the dimension's real rows, so that the order of imports does not
matter: `resettle` asks again for every reference whose answer may have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.copy import quote, rows, run, scalar
from revenue.imports import merged
from revenue.imports.bulk import indexes_afterwards
from revenue.imports.hangers import hangers, move_hangers
from revenue.ledger import Place, Reference, place, referring

MAP = "reference_map"
# Implied rows known by a name alone get a key that no export can contain.
NAMED = "name\x1f"


def resolve(reference: Reference, table: str, *, source: int, batch: int | None) -> None:
    """Makes the temporary table `reference_map` for one reference of the rows in `table`.

    It has the distinct texts (`key`, `name`, `ref`) and the dimension's row `id`, implied rows made where needed.
    """
    run(f"DROP TABLE IF EXISTS {MAP}")
    parts = {part: column for part in ("key", "name", "ref") if (column := getattr(reference, part))}
    run(f"CREATE TEMP TABLE {MAP} (key text, name text, ref text, id bigint, ambiguous boolean DEFAULT false)")
    texts = ", ".join(quote(column) for column in parts.values())
    given = " OR ".join(f"{quote(column)} IS NOT NULL" for column in parts.values())
    run(f"INSERT INTO {MAP} ({', '.join(parts)}) SELECT DISTINCT {texts} FROM {table} WHERE {given}")
    dimension = place(reference.to).table
    values = {"source": source, "batch": batch, "named": NAMED, "world": SALESFORCE_ID}
    _match(dimension, values, reps=reference.to == "reps")
    merged.follow(reference.to, MAP, source=source, named=NAMED)
    _imply(dimension, values)


def _match(dimension: str, values: Mapping[str, object], *, reps: bool) -> None:
    run(f"ANALYZE {MAP}")
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
    "JOIN revenue_source ours ON ours.id = %(source)s AND (ours.shares_ids OR theirs.shares_ids OR d.key ~ %(world)s)"
)
# A letter, for ids of other CRMs are long numbers; the last three check the upper case of the fifteen before.
SALESFORCE_ID = "^(?=.*[A-Za-z])[A-Za-z0-9]{15}[A-Z0-5]{3}$"


def _match_by(dimension: str, values: Mapping[str, object], column: str, given: str) -> None:
    """Matches what has no real row yet by a text of the dimension's real rows; two rows of one text are ambiguous."""
    run(
        f"UPDATE {MAP} m SET id = d.id, ambiguous = d.id IS NULL FROM (SELECT {column} AS text, "
        "CASE WHEN count(*) = 1 THEN min(id) END AS id "
        f"FROM {dimension} WHERE source_id = %(source)s AND NOT implied AND {column} IS NOT NULL GROUP BY 1) d "
        f"WHERE m.key IS NULL AND d.text = {given} "
        f"AND (m.id IS NULL OR EXISTS (SELECT 1 FROM {dimension} i WHERE i.id = m.id AND i.implied))",
        values,
    )


def _imply(dimension: str, values: Mapping[str, object]) -> None:
    wanted = "coalesce(m.key, m.ref, %(named)s || m.name)"
    new = int(scalar(f"SELECT count(*) FROM {MAP} WHERE id IS NULL AND NOT ambiguous"))
    if not new:
        return
    with indexes_afterwards(dimension, new):
        run(
            f"INSERT INTO {dimension} (source_id, key, name, implied, created_batch_id) "
            f"SELECT %(source)s, {wanted}, min(coalesce(m.name, m.ref)), true, %(batch)s FROM {MAP} m "
            f"WHERE m.id IS NULL AND NOT m.ambiguous AND NOT EXISTS (SELECT 1 FROM {dimension} d "
            f"WHERE d.source_id = %(source)s AND d.key = {wanted}) GROUP BY {wanted} ON CONFLICT DO NOTHING",
            values,
        )
    run(
        f"UPDATE {MAP} m SET id = d.id FROM {dimension} d "
        "WHERE m.id IS NULL AND NOT m.ambiguous AND d.source_id = %(source)s "
        "AND d.key = coalesce(m.key, m.ref, %(named)s || m.name)",
        values,
    )


def join(table: str, alias: str, reference: Reference) -> str:
    """Joins the map `table` to rows `alias` by the texts of `reference`."""
    # Texts are compared with a placeholder for NULL, so that the join can hash.
    pairs = [("key", reference.key), ("name", reference.name), ("ref", reference.ref)]
    return " AND ".join(
        f"coalesce({table}.{part}, chr(1)) = coalesce({alias}.{quote(column)}, chr(1))"
        for part, column in pairs
        if column
    )


def resettle(to: str, *, batch: int | None) -> None:
    """Resolves again what refers to the dimension `to` and is open, implied, or now has its own source's row.

    Imported rows only: those logged here name their row by its id. Implied rows that nothing refers to any more go.
    """
    dimension = place(to)
    if hangers(to) and _has_implied(dimension):
        _give_way(dimension)
    for where, reference in referring(to):
        _reopen(where, reference, dimension, batch)
    prune(to)


def _has_implied(dimension: Place) -> bool:
    return bool(scalar(f"SELECT EXISTS (SELECT 1 FROM {dimension.table} WHERE implied)"))


def _reopen(where: Place, reference: Reference, dimension: Place, batch: int | None) -> None:
    texts = [c for c in (reference.key, reference.name, reference.ref) if c]
    own = [c for c in (reference.key, reference.ref) if c]
    overtaken = (
        f"OR d.source_id <> t.source_id AND EXISTS (SELECT 1 FROM {dimension.table} o WHERE o.source_id = t.source_id "
        f"AND NOT o.implied AND o.key = coalesce({', '.join(f't.{quote(c)}' for c in own)}))"
        if own
        else ""
    )
    run("DROP TABLE IF EXISTS reopened")
    run(
        f"CREATE TEMP TABLE reopened AS SELECT t.id, t.source_id, {', '.join(f't.{quote(c)}' for c in texts)} "
        f"FROM {where.table} t LEFT JOIN {dimension.table} d ON d.id = t.{reference.target} "
        f"WHERE t.batch_id IS NOT NULL AND ({' OR '.join(f't.{quote(c)} IS NOT NULL' for c in texts)}) "
        f"AND (d.id IS NULL OR d.implied OR {merged.is_alias(dimension.spec.name, 'd')} {overtaken})"
    )
    for (source,) in rows("SELECT DISTINCT source_id FROM reopened ORDER BY 1"):
        run("DROP TABLE IF EXISTS reopened_here")
        run("CREATE TEMP TABLE reopened_here AS SELECT * FROM reopened WHERE source_id = %s", [source])
        resolve(reference, "reopened_here", source=source, batch=batch)
        run(
            f"UPDATE {where.table} t SET {reference.target} = m.id FROM reopened_here o "
            f"JOIN {MAP} m ON {join('m', 'o', reference)} "
            f"WHERE t.id = o.id AND t.{reference.target} IS DISTINCT FROM m.id"
        )


def _give_way(dimension: Place) -> None:
    """Moves what hangs on implied rows without a text of its own (`hangers`) to the real rows that have come in."""
    by_ref = any(reference.ref for _, reference in referring(dimension.spec.name))
    for (source,) in rows(f"SELECT DISTINCT source_id FROM {dimension.table} WHERE implied ORDER BY 1"):
        run("DROP TABLE IF EXISTS standing")
        run(
            f"CREATE TEMP TABLE standing AS SELECT id, CASE WHEN starts_with(key, %(named)s) THEN NULL ELSE key END "
            "AS given, CASE WHEN starts_with(key, %(named)s) THEN substr(key, length(%(named)s) + 1) END AS named "
            f"FROM {dimension.table} WHERE implied AND source_id = %(source)s",
            {"named": NAMED, "source": source},
        )
        parts = {"ref": "given"} if by_ref else {"key": "given", "name": "named"}
        reference = Reference(dimension.spec.name, "", **parts)
        resolve(reference, "standing", source=source, batch=None)
        run("DROP TABLE IF EXISTS given_way")
        run(
            f"CREATE TEMP TABLE given_way AS SELECT s.id AS old, m.id AS new FROM standing s "
            f"JOIN {MAP} m ON {join('m', 's', reference)} WHERE m.id <> s.id"
        )
        move_hangers(dimension, "given_way")


def prune(to: str) -> None:
    """Deletes implied rows of the dimension `to` that an import made and nothing refers to."""
    dimension = place(to)
    if _has_implied(dimension):
        run(
            f"DELETE FROM {dimension.table} t WHERE implied AND created_batch_id IS NOT NULL "
            f"AND NOT ({is_referred_to(to)})"
        )


def is_referred_to(to: str) -> str:
    """The condition that something refers to row `t` of the dimension `to`."""
    return _any(
        f"SELECT 1 FROM {table} x WHERE x.{column} = t.id" for table, column in [*_from_ledger(to), *hangers(to)]
    )


def is_held_by_id(to: str) -> str:
    """The condition that something refers to row `t` by its id alone: what hangs on it, and ledger rows logged here."""
    logged = [f"SELECT 1 FROM {t} x WHERE x.{c} = t.id AND x.batch_id IS NULL" for t, c in _from_ledger(to)]
    return _any([*logged, *(f"SELECT 1 FROM {table} x WHERE x.{column} = t.id" for table, column in hangers(to))])


def _from_ledger(to: str) -> list[tuple[str, str]]:
    return [(p.table, r.target) for p, r in referring(to)]


def _any(queries: Iterable[str]) -> str:
    return " OR ".join(f"EXISTS ({query})" for query in queries) or "false"
