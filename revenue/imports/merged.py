"""Merges that people accepted, applied where references are resolved: what names the alias means the kept row."""

from __future__ import annotations

from core.copy import run, scalar
from revenue.ledger import place

_CHAIN = 10  # merges of merged rows that are followed; `revenue.merges.accept` refuses circles

_KEPT = (
    "revenue_merge g JOIN {dimension} k ON k.source_id = g.kept_source_id AND k.key = g.kept_key "
    "AND g.object = %(object)s AND g.decision = 'accepted'"
)


def any_merged(object: str) -> bool:
    """Whether rows of this dimension are merged."""
    held = "SELECT EXISTS (SELECT 1 FROM revenue_merge WHERE object = %s AND decision = 'accepted')"
    return bool(scalar(held, [object]))


def is_alias(object: str, row: str) -> str:
    """The condition that `row` of the dimension is merged into another; false where nothing is merged."""
    if not any_merged(object):
        return "false"
    return (
        f"EXISTS (SELECT 1 FROM revenue_merge g WHERE g.object = '{object}' AND g.decision = 'accepted' "
        f"AND g.alias_source_id = {row}.source_id AND g.alias_key = {row}.key)"
    )


def follow(object: str, map: str, *, source: int, named: str) -> None:
    """Gives the texts in the temporary table `map` (key, name, ref, id, ambiguous) the kept rows of merged ones.

    `named` is what the key of a row that is known by its name alone begins with. Where the kept row is not there (its
    import was taken back) the alias stands for itself.
    """
    if not any_merged(object):
        return
    dimension = place(object).table
    kept = _KEPT.format(dimension=dimension)
    values = {"object": object, "source": source, "named": named}
    run(
        f"UPDATE {map} m SET id = k.id FROM {kept} WHERE m.id IS NULL AND NOT m.ambiguous "
        "AND g.alias_source_id = %(source)s AND g.alias_key = coalesce(m.key, m.ref, %(named)s || m.name)",
        values,
    )
    for _ in range(_CHAIN):
        moved = run(
            f"UPDATE {map} m SET id = k.id FROM {kept} JOIN {dimension} a "
            "ON a.source_id = g.alias_source_id AND a.key = g.alias_key WHERE m.id = a.id",
            values,
        )
        if not moved:
            return
