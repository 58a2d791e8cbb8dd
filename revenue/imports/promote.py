"""Promotes staged rows into the ledger: set-based, atomic, idempotent.

1. Give every row its identity and set aside what repeats or contradicts another row of the same file (`identity`).
2. Resolve references (`references`), making implied rows for what has not come yet.
3. Reject what the ledger's constraints do not allow, with the line and the value.
4. Write down what existing rows were before (change log), update those that differ, insert the new ones.
5. Let implied rows give way to the real ones that came in.

The caller holds the transaction. The second run of the same rows changes none, and the counts prove it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.copy import quote, run, scalar
from revenue.imports import missing, references
from revenue.imports.allowed import reject_what_is_not_allowed
from revenue.imports.bulk import indexes_afterwards
from revenue.imports.derived import derived
from revenue.imports.identity import KEYED, columns, give_keys, set_aside
from revenue.imports.shapes import Fault, Plan, Skipped
from revenue.imports.stage import Staged
from revenue.ledger import Place, Reference

READY = "ready"
_LOCK = 7_305_001  # namespace of the advisory locks taken per source


@dataclass(frozen=True)
class Promoted:
    """How many rows were created, updated and left as they were, and those set aside.

    `missing`: the source's rows that earlier imports brought and a full export no longer has (`missing.note`); `named`:
    the first of them, each as its key and name.
    """

    created: int
    updated: int
    unchanged: int
    faults: list[Fault]
    skipped: list[Skipped]
    missing: int = 0
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The rows to promote as a query: what each ledger column is, and the joins that resolve references.

    `filled` are the columns that the file itself gives; `targets` the resolved references; `new_only` are given to new
    rows and left alone in existing ones, because nothing in the file speaks of them.
    """

    expressions: dict[str, str]
    joins: str
    filled: tuple[str, ...]
    targets: tuple[str, ...]
    new_only: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The ledger columns, in order."""
        return tuple(self.expressions)

    def select(self) -> str:
        """The query: `line`, `key` and the ledger columns."""
        chosen = "".join(f", {expression} AS {quote(name)}" for name, expression in self.expressions.items())
        return f"SELECT k.line AS line, k.key AS key{chosen} FROM {KEYED} k {self.joins}"


def lock_source(source: int) -> None:
    """One import of a source at a time, until the transaction ends: two would make the same implied rows."""
    run("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, source])


def promote(staged: Staged, plan: Plan, place: Place, *, source: int, batch: int, currency: str) -> Promoted:
    """Moves the rows of the temporary table `staged` into the ledger as import `batch` of `source`."""
    lock_source(source)
    give_keys(staged, plan, place)
    faults, skipped = set_aside(staged, place)
    ready = _rows(staged, place, source=source, batch=batch, currency=currency)
    faults += reject_what_is_not_allowed(place, ready.select(), ready.names)
    values = {"source": source, "batch": batch}
    gone, named = 0, tuple[str, ...]()
    if scalar(f"SELECT EXISTS (SELECT 1 FROM {place.table} WHERE source_id = %(source)s)", values):
        created, updated, count = _merge(ready, place, values)
        if missing.watches(place):
            gone, named = missing.note(place, READY, source=source, batch=batch, known=count - created)
    else:
        with indexes_afterwards(place.table, staged.rows):
            created, updated = _insert(ready, place, values, f"({ready.select()})", "true"), 0
        count = created
    for reference in place.references if updated else ():
        _let_go(reference)
    if place.spec.dimension and created + updated:
        references.resettle(place.spec.name, batch=batch)
    return Promoted(created, updated, count - created - updated, faults, skipped, gone, named)


def _rows(staged: Staged, place: Place, *, source: int, batch: int, currency: str) -> Rows:
    filled = tuple(place.columns[c] for c in staged.columns if place.columns[c] != "key")
    expressions = {n: f"k.{quote(n)}" for n in filled}
    joins, targets = [], []
    for number, reference in enumerate(place.references):
        parts = {p: c if (c := getattr(reference, p)) in filled else "" for p in ("key", "name", "ref")}
        if not any(parts.values()):
            continue
        known: Reference = replace(reference, **parts)
        references.resolve(known, KEYED, source=source, batch=batch)
        table = f"map_{number}"
        run(f"DROP TABLE IF EXISTS {table}")
        run(f"ALTER TABLE {references.MAP} RENAME TO {table}")
        joins.append(f"LEFT JOIN {table} ON {references.join(table, 'k', known)}")
        expressions[reference.target] = f"{table}.id"
        targets.append(reference.target)
    always, new_only = derived(place, expressions, currency)
    expressions |= always | new_only
    return Rows(expressions, " ".join(joins), tuple(dict.fromkeys([*filled, *always])), tuple(targets), tuple(new_only))


def _merge(ready: Rows, place: Place, values: dict[str, int]) -> tuple[int, int, int]:
    """Into a source that has rows: updates and inserts. Returns rows created, updated, and all there were."""
    run(f"DROP TABLE IF EXISTS {READY}")
    count = run(f"CREATE TEMP TABLE {READY} AS {ready.select()}")
    run(f"ANALYZE {READY}")
    came = _fill_implied(ready, place, values) if place.spec.dimension else 0
    updated = _update(ready, place, values)
    new = f"NOT EXISTS (SELECT 1 FROM {place.table} t WHERE t.source_id = %(source)s AND t.key = r.key)"
    return came + _insert(ready, place, values, READY, new), updated, count


def _insert(ready: Rows, place: Place, values: dict[str, int], rows: str, condition: str) -> int:
    names = "".join(f", {quote(n)}" for n in ready.names)
    also, value = (", implied", ", false") if place.spec.dimension else ("", "")
    return run(
        f"INSERT INTO {place.table} (source_id, key, batch_id, created_batch_id, line{names}{also}) "
        f"SELECT %(source)s, r.key, %(batch)s, %(batch)s, r.line{names}{value} FROM {rows} r WHERE {condition}",
        values,
    )


def _fill_implied(ready: Rows, place: Place, values: dict[str, int]) -> int:
    """Implied rows that come in now: they count as created, and undoing the import makes them implied again."""
    sets = "".join(f", {quote(c)} = r.{quote(c)}" for c in ready.names)
    return run(
        f"UPDATE {place.table} t SET implied = false, batch_id = %(batch)s, created_batch_id = %(batch)s, line = r.line"
        f"{sets} FROM {READY} r WHERE t.source_id = %(source)s AND t.key = r.key AND t.implied",
        values,
    )


def _update(ready: Rows, place: Place, values: dict[str, int]) -> int:
    """Updates rows that differ, their old values first into the change log. Returns how many."""
    names = list(ready.filled)
    if not names:
        return 0
    run("DROP TABLE IF EXISTS changed")
    before = " || ".join(
        f"CASE WHEN t.{q} IS DISTINCT FROM r.{q} THEN jsonb_build_object('{c}', t.{q}) ELSE '{{}}' END"
        for c, q in ((c, quote(c)) for c in names)
    )
    run(
        f"CREATE TEMP TABLE changed AS SELECT t.id, r.key, "
        f"{before} || jsonb_build_object('batch_id', t.batch_id, 'line', t.line) AS before "
        f"FROM {READY} r JOIN {place.table} t ON t.source_id = %(source)s AND t.key = r.key "
        f"WHERE ({columns('t', names)}) IS DISTINCT FROM ({columns('r', names)})",
        values,
    )
    count = run(
        "INSERT INTO revenue_ledgerchange (batch_id, object, row_id, before) "
        "SELECT %(batch)s, %(object)s, id, before FROM changed",
        {**values, "object": place.spec.name},
    )
    if count:
        sets = "".join(f", {quote(c)} = r.{quote(c)}" for c in dict.fromkeys([*names, *ready.targets]))
        run(
            f"UPDATE {place.table} t SET batch_id = %(batch)s, line = r.line{sets} "
            f"FROM changed c JOIN {READY} r USING (key) WHERE t.id = c.id",
            values,
        )
    return count


def _let_go(reference: Reference) -> None:
    """Where rows refer to another row now, the implied row that they referred to may be nobody's any more."""
    texts = [c for c in (reference.key, reference.name, reference.ref) if c]
    if scalar("SELECT EXISTS (SELECT 1 FROM changed WHERE before ?| %s)", [texts]):
        references.prune(reference.to)
