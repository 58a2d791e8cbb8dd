"""Promotes staged rows into the ledger: set-based, atomic, idempotent.

1. Give every row its identity and set aside what repeats or contradicts another row of the same file.
2. Resolve references (`references`), making implied rows for what has not come yet.
3. Write down what existing rows were before (change log), update those that differ, insert the new ones.
4. Let implied rows give way to the real ones that came in.

The caller holds the transaction. The second run of the same rows changes none, and the counts prove it.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.copy import quote, rows, run, scalar
from revenue.imports import references
from revenue.imports.shapes import Fault, Plan, Skipped
from revenue.imports.stage import STAGED, Staged
from revenue.ledger import Place

KEYED = "keyed"
READY = "ready"


@dataclass(frozen=True)
class Promoted:
    """How many rows were created, updated and left as they were, and those set aside."""

    created: int
    updated: int
    unchanged: int
    faults: list[Fault]
    skipped: list[Skipped]


def promote(staged: Staged, plan: Plan, place: Place, *, source: int, batch: int, currency: str) -> Promoted:
    """Moves the rows of the temporary table `staged` into the ledger as import `batch` of `source`."""
    # One import of a source at a time: two would make the same implied rows, or wait for each other's.
    run("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, source])
    _key(staged, plan, place)
    faults, skipped = _set_aside(staged, place)
    columns = _ready(staged, plan, place, source=source, batch=batch, currency=currency)
    created, updated, unchanged = _write(columns, place, source=source, batch=batch)
    if place.spec.dimension:
        references.adopt(place.spec.name)
    return Promoted(created, updated, unchanged, faults, skipped)


_LOCK = 7_305_001  # namespace of the advisory locks taken per source


def _key(staged: Staged, plan: Plan, place: Place) -> None:
    """Adds `key`, the row's identity: its id, or a digest of its key columns with an ordinal among equals."""
    run(f"DROP TABLE IF EXISTS {KEYED}")
    has_id = "key" in [place.columns[c] for c in staged.columns]
    names = [place.columns[c] for c in plan.key if c in staged.columns] or [place.columns[c] for c in staged.columns]
    texts = ", ".join(f"coalesce({quote(n)}::text, '')" for n in names)
    digest = f"md5(concat_ws(chr(31), {texts}))"
    if has_id and not plan.content_key:
        run(f"ALTER TABLE {STAGED} RENAME TO {KEYED}")
        return
    if not plan.content_key and not place.spec.content_key:
        run(f"CREATE TEMP TABLE {KEYED} AS SELECT *, {digest} AS key FROM {STAGED}")
        return
    own = f"{quote('key')}, " if has_id else ""
    rest = ", ".join(quote(place.columns[c]) for c in staged.columns if place.columns[c] != "key")
    ordinal = f"{digest} || '#' || row_number() OVER (PARTITION BY {digest} ORDER BY line)"
    key = f"coalesce({own}{ordinal})" if has_id else ordinal
    run(f"CREATE TEMP TABLE {KEYED} AS SELECT line, {key} AS key, {rest} FROM {STAGED}")


def _set_aside(staged: Staged, place: Place) -> tuple[list[Fault], list[Skipped]]:
    """Takes rows out that repeat an earlier line (skipped) or give the same id other values (rejected)."""
    run("DROP TABLE IF EXISTS repeated")
    run(f"CREATE TEMP TABLE repeated AS SELECT key, min(line) AS first FROM {KEYED} GROUP BY key HAVING count(*) > 1")
    if not scalar("SELECT count(*) FROM repeated"):
        return [], []
    names = [place.columns[c] for c in staged.columns]
    same = f"({_columns('k', names)}) IS NOT DISTINCT FROM ({_columns('f', names)})"
    found = rows(
        f"SELECT k.line, r.first, k.key, {same} FROM {KEYED} k JOIN repeated r USING (key) "
        f"JOIN {KEYED} f ON f.key = r.key AND f.line = r.first WHERE k.line > r.first ORDER BY k.line"
    )
    run(f"DELETE FROM {KEYED} k USING repeated r WHERE k.key = r.key AND k.line > r.first")
    column = ", ".join(place.spec.key)
    faults = [
        Fault(line, column, key, f"line {first} has the same {column} with other values: keep one of the two lines")
        for line, first, key, equal in found
        if not equal
    ]
    skipped = [Skipped(line, key, f"repeats line {first}") for line, first, key, equal in found if equal]
    return faults, skipped


def _ready(staged: Staged, plan: Plan, place: Place, *, source: int, batch: int, currency: str) -> list[str]:
    """Makes the table `ready`: the ledger's own columns, references resolved. Returns the columns the file fills."""
    run(f"DROP TABLE IF EXISTS {READY}")
    filled = [place.columns[c] for c in staged.columns if place.columns[c] != "key"]
    expressions = {n: f"k.{quote(n)}" for n in filled}
    joins = []
    for number, reference in enumerate(place.references):
        given = [c for c in (reference.key, reference.name, reference.ref) if c and c in filled]
        if not given:
            continue
        known = type(reference)(
            reference.to,
            reference.target,
            *(c if c in filled else "" for c in (reference.key, reference.name, reference.ref)),
        )
        references.resolve(known, KEYED, source=source, batch=batch)
        run(f"DROP TABLE IF EXISTS map_{number}")
        run(f"ALTER TABLE {references.MAP} RENAME TO map_{number}")
        run(f"ANALYZE map_{number}")
        joins.append(_join(f"map_{number}", known))
        expressions[reference.target] = f"map_{number}.id"
    expressions |= _derived(place, expressions, currency)
    chosen = ", ".join(f"{expression} AS {quote(name)}" for name, expression in expressions.items())
    run(f"CREATE TEMP TABLE {READY} AS SELECT k.line AS line, k.key AS key, {chosen} FROM {KEYED} k {' '.join(joins)}")
    run(f"ANALYZE {READY}")
    return list(expressions)


def _join(table: str, reference: references.Reference) -> str:
    # Texts are compared with a placeholder for NULL, so that the join can hash.
    pairs = [("key", reference.key), ("name", reference.name), ("ref", reference.ref)]
    on = " AND ".join(
        f"coalesce({table}.{part}, chr(1)) = coalesce(k.{quote(column)}, chr(1))" for part, column in pairs if column
    )
    return f"LEFT JOIN {table} ON {on}"


def _derived(place: Place, given: dict[str, str], currency: str) -> dict[str, str]:
    """Columns that follow from others where the file leaves them out, by the rules of the documentation."""
    derived: dict[str, str] = {}
    money = "'" + currency.replace("'", "") + "'"
    if "currency" in place.columns.values() and place.spec.name != "fx_rates":
        derived["currency"] = f"coalesce({given.get('currency', 'NULL::text')}, {money})"
    if place.spec.name == "deals" and {"stage", "is_won", "is_closed"} & given.keys():
        stage = f"lower({given.get('stage', 'NULL::text')})"
        won = f"coalesce({given.get('is_won', 'NULL::boolean')}, {stage} IN ('closed won', 'won'), false)"
        lost = f"{stage} IN ('closed lost', 'lost')"
        derived["is_won"] = won
        derived["is_closed"] = f"({won} OR coalesce({given.get('is_closed', 'NULL::boolean')}, {lost}, false))"
    if place.spec.name == "subscriptions":
        derived["interval"] = f"coalesce({given.get('interval', 'NULL::text')}, 'month')"
    return derived


def _write(columns: list[str], place: Place, *, source: int, batch: int) -> tuple[int, int, int]:
    table, dimension = place.table, place.spec.dimension
    count = int(scalar(f"SELECT count(*) FROM {READY}"))
    values = {"source": source, "batch": batch}
    fresh = not scalar(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE source_id = %(source)s)", values)
    created = updated = adopted = 0
    if not fresh:
        adopted, updated = _update(columns, place, values)
    names = quote(*columns)
    also = ", implied" if dimension else ""
    if place.spec.name == "coaching_sessions":
        also += ", notes, notes_shared"
    extra = (", false" if dimension else "") + (", '', false" if place.spec.name == "coaching_sessions" else "")
    only_new = (
        ""
        if fresh
        else (f"WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.source_id = %(source)s AND t.key = r.key)")
    )
    created = run(
        f"INSERT INTO {table} (source_id, key, batch_id, created_batch_id, line, {names}{also}) "
        f"SELECT %(source)s, r.key, %(batch)s, %(batch)s, r.line, {names}{extra} FROM {READY} r {only_new}",
        values,
    )
    created += adopted
    return created, updated, count - created - updated


def _update(columns: list[str], place: Place, values: dict[str, int]) -> tuple[int, int]:
    """Updates rows that differ, their old values first into the change log; implied rows filled count as created."""
    table = place.table
    # A column that the file leaves out is not compared, and a derived one only with what it would be anyway.
    differs = f"({_columns('t', columns)}) IS DISTINCT FROM ({_columns('r', columns)})"
    implied = "t.implied" if place.spec.dimension else "false"
    run("DROP TABLE IF EXISTS changed")
    before = " || ".join(
        f"CASE WHEN t.{q} IS DISTINCT FROM r.{q} THEN jsonb_build_object('{c}', t.{q}) ELSE '{{}}' END"
        for c, q in ((c, quote(c)) for c in columns)
    )
    run(
        f"CREATE TEMP TABLE changed AS SELECT t.id, r.key, {implied} AS implied, "
        f"{before} || jsonb_build_object('batch_id', t.batch_id, 'line', t.line"
        f"{', ' + repr('implied') + ', t.implied' if place.spec.dimension else ''}) AS before "
        f"FROM {READY} r JOIN {table} t ON t.source_id = %(source)s AND t.key = r.key WHERE {implied} OR {differs}",
        values,
    )
    run(
        "INSERT INTO revenue_ledgerchange (batch_id, object, row_id, before) "
        "SELECT %(batch)s, %(object)s, id, before FROM changed",
        {**values, "object": place.spec.name},
    )
    sets = ", ".join(f"{quote(c)} = r.{quote(c)}" for c in columns)
    also = ", implied = false" if place.spec.dimension else ""
    run(
        f"UPDATE {table} t SET {sets}, batch_id = %(batch)s, line = r.line{also} "
        f"FROM changed c JOIN {READY} r USING (key) WHERE t.id = c.id",
        values,
    )
    filled = int(scalar("SELECT count(*) FROM changed WHERE implied"))
    return filled, int(scalar("SELECT count(*) FROM changed")) - filled


def _columns(alias: str, names: list[str]) -> str:
    return ", ".join(f"{alias}.{quote(n)}" for n in names)
