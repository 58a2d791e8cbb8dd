"""Records that a full export no longer has: noted by its import, taken out of the ledger by decision, put back exactly.

A file counts as a full export if it has at least half of what earlier imports brought. Deals, accounts and the like are
compared with all that their source has; revenue lines and subscriptions with those that files of the same kind brought,
lines moreover with those of the days that the file covers: one month's invoices say nothing of another's.

The ledger of a source and object is what its imports make one after the other. A decision belongs to its import: when
that is unwound its records come back first, and when it is read again they are taken out again if it still lacks them.
"""

from __future__ import annotations

from core.copy import quote, rows, run, scalar
from revenue.imports.identity import columns
from revenue.imports.references import is_held_by_id, prune, resettle
from revenue.ledger import Place, place, referring
from revenue.models import ImportBatch, MissingDecision, MissingRecord
from revenue.people import link_users

FACTS = ("revenue_lines", "subscriptions")
MARK = "Not in this file any more"  # what the note on an import begins with
NAMED = 100  # of the records, in the words to an import
_SAME_KIND = (
    "AND t.created_batch_id IN (SELECT o.id FROM revenue_importbatch o JOIN revenue_importbatch b ON b.id = %(batch)s "
    "WHERE o.source_id = b.source_id AND o.object = b.object AND o.title = b.title)"
)
_SAME_DAYS = "AND t.booked_on BETWEEN (SELECT min(booked_on) FROM {ready}) AND (SELECT max(booked_on) FROM {ready})"
# Kept by an earlier decision, and unchanged since.
_KEPT = (
    "EXISTS (SELECT 1 FROM revenue_missingrecord k JOIN revenue_missingdecision d ON d.id = k.decision_id "
    "JOIN revenue_importbatch b ON b.id = k.batch_id WHERE d.kind = 'keep' AND b.source_id = t.source_id "
    "AND b.object = %(object)s AND k.batch_id <> %(batch)s AND k.key = t.key "
    "AND k.seen IS NOT DISTINCT FROM t.batch_id)"
)
# What a decision took out, as rows of its table: `p` is the row as it was.
_TAKEN = (
    "FROM revenue_takenout o CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, o.before) p "
    "WHERE o.decision_id = %(decision)s AND o.object = %(object)s"
)


def watches(where: Place) -> bool:
    """Whether imports of this object note what they lack."""
    return where.spec.dimension or where.spec.name in FACTS


def note(where: Place, ready: str, *, source: int, batch: int, known: int) -> tuple[int, tuple[str, ...]]:
    """Notes what the source has and the file, whose rows are in the table `ready`, has not.

    `known` rows of the file were there before; where more are missing the file is no full export, and nothing is noted.
    Returns how many are missing and not kept by a decision, and the first of them as key and name.
    """
    values = {"source": source, "batch": batch, "object": where.spec.name}
    run("DROP TABLE IF EXISTS gone")
    narrower = f"{_SAME_KIND} " if where.spec.name in FACTS else "AND NOT t.implied "
    if where.spec.name == "revenue_lines":
        narrower += _SAME_DAYS.format(ready=ready)
    run(
        f"CREATE TEMP TABLE gone AS SELECT t.id, t.key, t.batch_id FROM {where.table} t "
        f"WHERE t.source_id = %(source)s {narrower} AND NOT EXISTS (SELECT 1 FROM {ready} r WHERE r.key = t.key)",
        values,
    )
    if int(scalar("SELECT count(*) FROM gone")) > known:
        run("DELETE FROM gone")
    run(f"DELETE FROM gone g USING {where.table} t WHERE t.id = g.id AND {_KEPT}", values)
    _note_again(values)
    name = "t.name" if where.spec.dimension else "coalesce(t.account_name, t.account_key)"
    first = rows(f"SELECT t.key, {name} FROM gone g JOIN {where.table} t USING (id) ORDER BY t.id LIMIT {NAMED}")
    count = int(scalar("SELECT count(*) FROM gone"))
    run("DROP TABLE gone")
    return count, tuple(f"{key} ({name})" if name and name != key else key for key, name in first)


def _note_again(values: dict[str, object]) -> None:
    """Writes the records of `gone`; those that were decided when the import was read before stay decided."""
    run("DELETE FROM revenue_missingrecord m WHERE batch_id = %(batch)s AND key NOT IN (SELECT key FROM gone)", values)
    run(
        "INSERT INTO revenue_missingrecord (batch_id, key, seen) SELECT %(batch)s, key, batch_id FROM gone "
        "ON CONFLICT (batch_id, key) DO UPDATE SET seen = excluded.seen",
        values,
    )


def decide_again(batch: ImportBatch) -> int:
    """Takes out what decisions on this import took out when it was read before, and what it still lacks. How many."""
    made = batch.decisions.filter(kind=MissingDecision.Kind.OUT, reversed_at=None).order_by("pk")
    return sum(take_out(decision) for decision in made)


def affected(object: str) -> set[str]:
    """Objects whose rows or references a decision on records of `object` changes."""
    return {object, *(where.spec.name for where, _ in referring(object))}


def take_out(decision: MissingDecision) -> int:
    """Takes the decision's records out of the ledger, as if they had never been imported. Returns how many.

    What refers to them by text is an open reference; what holds one by its id alone keeps it, known from that alone.
    Of deals, the history that imports of deals wrote goes as well. Inside the caller's transaction.
    """
    batch = decision.batch
    where = place(batch.object)
    run("DROP TABLE IF EXISTS leaving")
    only = "AND NOT t.implied" if where.spec.dimension else ""
    count = run(
        f"CREATE TEMP TABLE leaving AS SELECT t.id FROM {where.table} t JOIN revenue_missingrecord m ON m.key = t.key "
        f"WHERE m.decision_id = %s AND t.source_id = %s {only}",
        [decision.pk, batch.source_id],
    )
    if where.spec.name == "deals":
        run("DROP TABLE IF EXISTS leaving_history")
        run(f"CREATE TEMP TABLE leaving_history AS SELECT h.id FROM revenue_dealhistory h {_OWN_HISTORY}")
        _log_and_delete(decision, place("deal_history"), "leaving_history", keep="")
    _log_and_delete(decision, where, "leaving", keep=is_held_by_id(where.spec.name) if where.spec.dimension else "")
    if where.spec.dimension:
        resettle(where.spec.name, batch=batch.pk)
    for to in {r.to for r in where.references}:
        prune(to)
    return count


# History that an import of deals wrote (`history.note`): it says no more than that import did.
_OWN_HISTORY = "JOIN leaving l ON l.id = h.deal_id WHERE starts_with(h.key, 'import ')"


def _log_and_delete(decision: MissingDecision, where: Place, leaving: str, *, keep: str) -> None:
    """Writes the rows of `leaving` down whole and deletes them; those for which `keep` holds are emptied instead."""
    run(
        "INSERT INTO revenue_takenout (decision_id, object, row_id, before) "
        f"SELECT %s, %s, t.id, to_jsonb(t) FROM {where.table} t JOIN {leaving} USING (id) ORDER BY t.id",
        [decision.pk, where.spec.name],
    )
    if keep:
        emptied = ", ".join(f"{quote(c)} = NULL" for c in where.attributes)
        run(
            f"UPDATE {where.table} t SET implied = true, batch_id = NULL, line = NULL, {emptied} "
            f"FROM {leaving} l WHERE l.id = t.id AND ({keep})"
        )
    real = "AND NOT t.implied" if where.spec.dimension else ""
    run(f"DELETE FROM {where.table} t USING {leaving} l WHERE l.id = t.id {real}")


def put_back(decision: MissingDecision) -> int:
    """Puts back what the decision took out, row by row as it was. Returns how many of its records.

    The caller has unwound the imports that came after. Inside the caller's transaction.
    """
    where = place(decision.batch.object)
    count = _put_rows_back(decision, where)
    if where.spec.name == "deals":
        _put_rows_back(decision, place("deal_history"))
    for to in sorted({r.to for r in where.references} | ({where.spec.name} if where.spec.dimension else set())):
        resettle(to, batch=decision.batch_id)
    decision.taken.all().delete()
    if where.spec.name == "reps":
        link_users()
    return count


def _put_rows_back(decision: MissingDecision, where: Place) -> int:
    values = {"decision": decision.pk, "object": where.spec.name}
    taken = _TAKEN.format(table=where.table)
    filled = 0
    if where.spec.dimension:
        filled = _fill_rows_that_stand_for_them(where, taken, values)
    # What they refer to may be another row by now, and a user may have become another rep's: both are looked for again.
    open_again = {r.target for r in where.references} | ({"user_id"} if where.spec.name == "reps" else set())
    names = [n for (n,) in rows(_COLUMNS, [where.table]) if n not in open_again]
    return filled + run(
        f"INSERT INTO {where.table} ({quote(*names)}) SELECT {columns('p', names)} {taken} "
        f"AND NOT EXISTS (SELECT 1 FROM {where.table} t WHERE t.source_id = p.source_id AND t.key = p.key)",
        values,
    )


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"


def _fill_rows_that_stand_for_them(where: Place, taken: str, values: dict[str, object]) -> int:
    """Implied rows that references have made, or that were left standing, become the records again.

    One that was made since has another id: the change log then speaks of that.
    """
    run("DROP TABLE IF EXISTS standing_in")
    run(
        f"CREATE TEMP TABLE standing_in AS SELECT o.id AS taken, o.row_id AS old, t.id AS new FROM {where.table} t "
        f"JOIN (SELECT o.id, o.row_id, p.source_id, p.key {taken}) o ON o.source_id = t.source_id AND o.key = t.key "
        "WHERE t.implied",
        values,
    )
    restored = ["name", "batch_id", "line", "created_batch_id", *where.attributes]
    references = {r.target for r in where.references}
    sets = ", ".join(f"{quote(c)} = {'NULL' if c in references else f'p.{quote(c)}'}" for c in restored)
    filled = run(
        f"UPDATE {where.table} t SET implied = false, {sets} FROM standing_in s "
        "JOIN revenue_takenout o ON o.id = s.taken "
        f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{where.table}, o.before) p WHERE t.id = s.new"
    )
    run(
        "UPDATE revenue_ledgerchange c SET row_id = s.new FROM standing_in s "
        "WHERE c.object = %(object)s AND c.row_id = s.old AND s.old <> s.new",
        values,
    )
    return filled


def unwind(batch: ImportBatch) -> None:
    """Before an import is unwound: what decisions on it took out is there again; its list is made anew."""
    for decision in batch.decisions.filter(kind=MissingDecision.Kind.OUT, reversed_at=None).order_by("-pk"):
        put_back(decision)
    MissingRecord.objects.filter(batch=batch, decision=None).delete()
