"""Rows of a dimension that are one: merged by people, respected by every import, taken back whenever they like.

Nothing is changed in the rows themselves. A merge says that what names the alias means the kept row; references are
resolved by it (`revenue.imports.merged.follow`), so that taking it back is resolving again.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.audit import record
from core.copy import quote, rows, run
from core.models import User
from revenue.imports import hooks, references
from revenue.imports.hangers import hangers
from revenue.ledger import Place, Reference, place, referring
from revenue.models import Merge

Pair = tuple[int, str]  # source and key
_LOCK = 7_305_003  # namespace of the locks on decisions


@transaction.atomic
def accept(*, object: str, alias: int, kept: int, actor: User | None = None) -> Merge:
    """Has everything that names row `alias` of a dimension mean row `kept`, now and in later imports.

    Raises ValueError if one of them is gone or if the merge would go in a circle.
    """
    merge = _decided(object, alias, kept, Merge.Decision.ACCEPTED, actor)
    for each, reference in referring(object):
        target = quote(reference.target)
        logged = _ids(f"SELECT id FROM {each.table} WHERE {target} = %s AND batch_id IS NULL", alias)
        if logged:
            merge.moved[f"{each.table}.{reference.target}"] = logged
        run(f"UPDATE {each.table} SET {target} = %s WHERE {target} = %s", [kept, alias])
    for table, column in hangers(object):
        if moved := _move(table, column, _ids(f"SELECT id FROM {table} WHERE {quote(column)} = %s", alias), kept):
            merge.moved[f"{table}.{column}"] = moved
    merge.save(update_fields=["moved"])
    references.prune(object)
    names = {"alias": merge.alias_name, "kept": merge.kept_name}
    record(verb="merged two rows", actor=actor, target=merge, object=object, **names)
    _tell(place(object))
    return merge


@transaction.atomic
def decline(*, object: str, alias: int, kept: int, actor: User | None = None) -> Merge:
    """Remembers that two rows are not one, so that they are not proposed again. ValueError if one of them is gone."""
    merge = _decided(object, alias, kept, Merge.Decision.DECLINED, actor)
    names = {"alias": merge.alias_name, "kept": merge.kept_name}
    record(verb="kept two rows apart", actor=actor, target=merge, object=object, **names)
    return merge


@transaction.atomic
def take_back(*, merge: Merge, actor: User | None = None) -> Merge:
    """Undoes a decision: what named the alias names it again, and the pair may be proposed again.

    ValueError if it was taken back already.
    """
    locked = Merge.objects.select_for_update().get(pk=merge.pk)
    if locked.decision == Merge.Decision.REVERSED:
        raise ValueError("that was taken back already")
    was_merged = locked.decision == Merge.Decision.ACCEPTED
    locked.decision, locked.reversed_at = Merge.Decision.REVERSED, timezone.now()
    locked.save(update_fields=["decision", "reversed_at"])
    record(verb="took a merge back", actor=actor, target=locked, object=locked.object, alias=locked.alias_name)
    if was_merged:
        _resolve_again(locked)
        _tell(place(locked.object))
    return locked


def _decided(object: str, alias: int, kept: int, decision: Merge.Decision, actor: User | None) -> Merge:
    run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, object])
    table = place(object).table
    query = f"SELECT id, source_id, key, name FROM {table} WHERE id IN (%s, %s)"
    found = {pk: rest for pk, *rest in rows(query, [alias, kept])}
    if alias == kept or len(found) < 2:
        raise ValueError("one of the two rows is not there any more")
    (alias_source, alias_key, alias_name), (kept_source, kept_key, kept_name) = found[alias], found[kept]
    if decision == Merge.Decision.ACCEPTED:
        _refuse_circle(object, (alias_source, alias_key), (kept_source, kept_key))
    return Merge.objects.create(
        object=object,
        alias_source_id=alias_source,
        alias_key=alias_key,
        alias_name=alias_name or alias_key,
        kept_source_id=kept_source,
        kept_key=kept_key,
        kept_name=kept_name or kept_key,
        decision=decision,
        decided_by_id=actor.pk if actor else None,
    )


def _refuse_circle(object: str, alias: Pair, kept: Pair) -> None:
    into = {
        (m.alias_source_id, m.alias_key): (m.kept_source_id, m.kept_key)
        for m in Merge.objects.in_force().filter(object=object)
    }
    if alias in into:
        raise ValueError(f"{alias[1]} is merged already; take that back first")
    while kept in into:
        kept = into[kept]
        if kept == alias:
            raise ValueError("the other way round they are merged already; take that back first")


def _ids(query: str, *values: object) -> list[int]:
    return [pk for (pk,) in rows(query, values)]


def _move(table: str, column: str, ids: list[int], to: int) -> list[int]:
    """Points these rows at `to` and returns those that it could: what `to` has already stays where it is."""
    statement = f"UPDATE {table} SET {quote(column)} = %s WHERE id = ANY(%s)"
    if not ids:
        return []
    try:
        with transaction.atomic():
            run(statement, [to, ids])
    except IntegrityError:
        halves = (ids[: len(ids) // 2], ids[len(ids) // 2 :])
        return [] if len(ids) == 1 else [pk for half in halves for pk in _move(table, column, half, to)]
    return ids


def _resolve_again(merge: Merge) -> None:
    """Resolves everything that names the kept row by its texts, and gives the rest back to the alias."""
    where = place(merge.object)
    named = f"SELECT id FROM {where.table} WHERE source_id = %s AND key = %s"
    kept = _ids(named, merge.kept_source_id, merge.kept_key)
    if not kept:  # its import was taken back, and the references with it
        return
    for each, reference in referring(merge.object):
        _resolve_those_of(each, reference, kept[0])
    if merge.moved:
        alias = _alias_row(merge, where)
        for place_of, ids in merge.moved.items():
            table, column = place_of.rsplit(".", 1)
            still = f"SELECT id FROM {table} WHERE id = ANY(%s) AND {quote(column)} = %s"
            _move(table, column, _ids(still, ids, kept[0]), alias)
    references.prune(merge.object)


def _resolve_those_of(where: Place, reference: Reference, kept: int) -> None:
    texts = [c for c in (reference.key, reference.name, reference.ref) if c]
    chosen = ", ".join(quote(c) for c in texts)
    mine = f"{quote(reference.target)} = %s AND batch_id IS NOT NULL"
    found = rows(f"SELECT source_id, max(batch_id) FROM {where.table} WHERE {mine} GROUP BY 1 ORDER BY 1", [kept])
    for source, batch in found:
        run("DROP TABLE IF EXISTS parted")
        run(
            f"CREATE TEMP TABLE parted AS SELECT id, {chosen} FROM {where.table} WHERE {mine} AND source_id = %s",
            [kept, source],
        )
        references.resolve(reference, "parted", source=source, batch=batch)
        run(
            f"UPDATE {where.table} t SET {quote(reference.target)} = m.id FROM parted o "
            f"JOIN {references.MAP} m ON {references.join('m', 'o', reference)} "
            f"WHERE t.id = o.id AND t.{quote(reference.target)} IS DISTINCT FROM m.id"
        )


def _alias_row(merge: Merge, where: Place) -> int:
    """The alias's row, made again where it was known from references alone and went when nothing named it."""
    pair = [merge.alias_source_id, merge.alias_key]
    run(
        f"INSERT INTO {where.table} (source_id, key, name, implied) VALUES (%s, %s, %s, true) "
        "ON CONFLICT (source_id, key) DO NOTHING",
        [*pair, merge.alias_name],
    )
    return _ids(f"SELECT id FROM {where.table} WHERE source_id = %s AND key = %s", *pair)[0]


def _tell(where: Place) -> None:
    """What depends on the references is computed again."""
    hooks.after_change({where.spec.name, *(p.spec.name for p, _ in referring(where.spec.name))})
    transaction.on_commit(hooks.settle)
