"""Takes one import back: its rows and changes go, and what came before is there again.

Rows that a later import changed stay as that import left them; only what the undone one contributed is taken out of
them and of the change log. Rows that others refer to become implied rows again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from core.copy import quote, rows, run, scalar
from revenue import objects
from revenue.ledger import Place, place, referring
from revenue.models import ImportBatch, Status


@dataclass(frozen=True)
class Undone:
    """What an undo did, or would do: rows removed, rows restored, rows kept because later imports changed them."""

    removed: int
    restored: int
    kept: int


def preview(batch: ImportBatch) -> Undone:
    """What taking `batch` back would do."""
    table = place(batch.object).table
    kept = scalar(f"SELECT count(*) FROM {table} WHERE created_batch_id = %(b)s AND batch_id <> %(b)s", {"b": batch.pk})
    removed = scalar(
        f"SELECT count(*) FROM {table} WHERE created_batch_id = %(b)s AND batch_id = %(b)s", {"b": batch.pk}
    )
    restored = scalar("SELECT count(*) FROM revenue_ledgerchange WHERE batch_id = %s", [batch.pk])
    return Undone(int(removed), int(restored), int(kept))


def take_back(batch: ImportBatch) -> Undone:
    """Takes a promoted batch back, inside the caller's transaction. Raises ValueError if it is not promoted."""
    if batch.status != Status.DONE:
        raise ValueError(f"import {batch.pk} is {batch.get_status_display().lower()}: there is nothing to take back")
    result = preview(batch)
    where = place(batch.object)
    _restore(batch.pk, where)
    _remove(batch.pk, where)
    _prune_implied(batch.pk)
    run("DELETE FROM revenue_ledgerchange WHERE batch_id = %s", [batch.pk])
    batch.status, batch.finished_at = Status.UNDONE, timezone.now()
    batch.save(update_fields=["status", "finished_at"])
    return result


def _restore(batch: int, where: Place) -> None:
    """Gives each changed column its old value: in the row, or in the later change that has overwritten it."""
    values = {"batch": batch, "object": where.spec.name}
    run("DROP TABLE IF EXISTS undoing")
    run(
        "CREATE TEMP TABLE undoing AS SELECT c.row_id, e.key AS name, e.value AS old, (SELECT min(l.id) "
        "FROM revenue_ledgerchange l WHERE l.object = c.object AND l.row_id = c.row_id AND l.id > c.id "
        "AND l.before ? e.key) AS later FROM revenue_ledgerchange c CROSS JOIN LATERAL jsonb_each(c.before) e "
        "WHERE c.batch_id = %(batch)s AND c.object = %(object)s",
        values,
    )
    run(
        "UPDATE revenue_ledgerchange l SET before = l.before || u.old FROM (SELECT later, jsonb_object_agg(name, old) "
        "AS old FROM undoing WHERE later IS NOT NULL GROUP BY later) u WHERE l.id = u.later"
    )
    names = [name for (name,) in rows("SELECT DISTINCT name FROM undoing WHERE later IS NULL")]
    if names:
        columns = quote(*names)
        run(
            f"UPDATE {where.table} t SET ({columns}) = ROW({', '.join(f'p.{quote(n)}' for n in names)}) FROM "
            "(SELECT row_id, jsonb_object_agg(name, old) AS old FROM undoing WHERE later IS NULL GROUP BY row_id) u, "
            f"LATERAL (SELECT (jsonb_populate_record(t0, u.old)).* FROM {where.table} t0 WHERE t0.id = u.row_id) p "
            "WHERE t.id = u.row_id"
        )


def _remove(batch: int, where: Place) -> None:
    """Removes the rows that the batch created; those changed later now count as the later import's own."""
    run(
        f"UPDATE {where.table} SET created_batch_id = batch_id WHERE created_batch_id = %(b)s AND batch_id <> %(b)s",
        {"b": batch},
    )
    if where.spec.name == "coaching_sessions":
        run(
            f"DELETE FROM coaching_attendance WHERE session_id IN (SELECT id FROM {where.table} "
            "WHERE created_batch_id = %(b)s AND batch_id = %(b)s)",
            {"b": batch},
        )
    if where.spec.dimension:
        run(
            f"UPDATE {where.table} t SET implied = true, batch_id = NULL, line = NULL "
            f"WHERE created_batch_id = %(b)s AND batch_id = %(b)s AND ({_is_referred_to(where)})",
            {"b": batch},
        )
    run(f"DELETE FROM {where.table} WHERE created_batch_id = %(b)s AND batch_id = %(b)s", {"b": batch})


def _prune_implied(batch: int) -> None:
    for spec in objects.all_objects():
        if spec.dimension:
            where = place(spec.name)
            run(
                f"DELETE FROM {where.table} t WHERE implied AND created_batch_id = %(b)s "
                f"AND NOT ({_is_referred_to(where)})",
                {"b": batch},
            )


def _is_referred_to(where: Place) -> str:
    uses = [f"EXISTS (SELECT 1 FROM {p.table} x WHERE x.{r.target} = t.id)" for p, r in referring(where.spec.name)]
    return " OR ".join(uses) or "false"
