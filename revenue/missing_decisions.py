"""What people decide about records that are missing since last time: out of the ledger, or kept in it; and back.

Nothing is deleted by itself. A decision is about the newest import of its source and object: of an older one the list
is history, and deciding on it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.copy import rows, run
from core.models import User
from revenue.imports import hooks, missing, work
from revenue.imports.promote import lock_source
from revenue.imports.undo import make_room, queue_again
from revenue.kept import version
from revenue.missing_records import newer, selected
from revenue.models import ImportBatch, MissingDecision, MissingRecord, Status

Kind = MissingDecision.Kind


@transaction.atomic
def take_out(
    *,
    batch: ImportBatch,
    search: str = "",
    ids: Iterable[int] | None = None,
    at: str | None = None,
    actor: User | None = None,
    by: str = "",
    settle: bool = True,
) -> MissingDecision:
    """Takes records that this import lacks out of the ledger: those of `ids`, or all that `search` finds.

    Raises ValueError, in words, if there is nothing to take out, if a later import has come, or if the ledger is not
    that of version `at` any more.
    """
    decision, affected = _decide(batch, Kind.OUT, search, ids, at, actor, by)
    taken = missing.take_out(decision)
    record(verb="took records out of the ledger", actor=actor, by=by, target=decision, batch=batch.pk,
           object=batch.object, records=taken)  # fmt: skip
    _tell(affected, settle=settle)
    return decision


@transaction.atomic
def keep(
    *,
    batch: ImportBatch,
    search: str = "",
    ids: Iterable[int] | None = None,
    actor: User | None = None,
    by: str = "",
) -> MissingDecision:
    """Keeps records that this import lacks: they are not shown again until they change. ValueError as `take_out`."""
    decision, _ = _decide(batch, Kind.KEEP, search, ids, None, actor, by)
    record(verb="kept missing records", actor=actor, by=by, target=decision, batch=batch.pk,
           object=batch.object, records=decision.records)  # fmt: skip
    return decision


@transaction.atomic
def take_back(
    *, decision: MissingDecision, actor: User | None = None, by: str = "", settle: bool = True
) -> MissingDecision:
    """Takes a decision back: what went is there again as it was, and the records wait for a decision as before.

    Imports that came after are unwound first and read again. ValueError if it was taken back already.
    """
    lock_source(decision.batch.source_id or 0)
    locked = MissingDecision.objects.select_for_update().get(pk=decision.pk)
    batch = ImportBatch.objects.select_for_update().get(pk=locked.batch_id)
    if locked.reversed_at is not None:
        raise ValueError("that was taken back already")
    if batch.status != Status.DONE:
        raise ValueError(f"import {batch.pk} is being read again: try it in a minute")
    came = 0
    if locked.kind == Kind.OUT:
        later = make_room(batch)
        came = missing.put_back(locked)
        queue_again(later)
    locked.reversed_at = timezone.now()
    locked.save(update_fields=["reversed_at"])
    MissingRecord.objects.filter(decision=locked).update(decision=None)
    record(verb="took a decision on missing records back", actor=actor, by=by, target=locked, batch=batch.pk,
           records=came)  # fmt: skip
    if locked.kind == Kind.OUT:
        _tell(missing.affected(batch.object), settle=settle)
    return locked


def _decide(
    batch: ImportBatch, kind: Kind, search: str, ids: Iterable[int] | None, at: str | None, actor: User | None, by: str
) -> tuple[MissingDecision, set[str]]:
    lock_source(batch.source_id or 0)
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.status != Status.DONE:
        raise ValueError(
            f"import {locked.pk} is {locked.get_status_display().lower()}: its list does not hold any more"
        )
    if later := newer(locked):
        raise ValueError(f"import {later.pk} came after import {locked.pk}: decide on its list")
    if at is not None and at != version():
        raise ValueError("the ledger has changed since you looked: see what would happen now, and decide again")
    query, values = selected(locked, search, None if ids is None else list(ids))
    chosen = [pk for (pk,) in rows(f"WITH m AS ({query}) SELECT record FROM m", values)]
    if not chosen:
        raise ValueError("none of these records waits for a decision any more")
    decision = MissingDecision.objects.create(
        batch=locked, kind=kind, records=len(chosen), decided_by_id=actor.pk if actor else None,
        decided_by=(actor.name or actor.email) if actor else by,
    )  # fmt: skip
    run("UPDATE revenue_missingrecord SET decision_id = %s WHERE id = ANY(%s)", [decision.pk, chosen])
    return decision, missing.affected(locked.object)


def _tell(affected: set[str], *, settle: bool) -> None:
    """What depends on the rows is computed again, and imports that made room are read again."""
    hooks.after_change(affected)
    if settle:
        transaction.on_commit(_ring_waiting)
        transaction.on_commit(hooks.settle)


def _ring_waiting() -> None:
    work.ring_waiting()
