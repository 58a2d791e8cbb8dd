"""What hangs on a dimension's rows by id alone: attendances, commitments and the like of the apps above.

Ledger rows keep the texts of their references and can resolve them again; these cannot, so they follow the row.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from django.db import models

from core.copy import quote, run
from revenue.ledger import Place, model_of, referring

Key: TypeAlias = "models.ForeignKey[models.Model, models.Model]"


@cache
def hangers(to: str) -> tuple[tuple[str, str], ...]:
    """Table and column of every foreign key to the dimension `to` that is no reference of the ledger."""
    from_ledger = {(p.table, r.target) for p, r in referring(to)}
    found = [(f.model._meta.db_table, f.column) for f in _keys_to(model_of(to))]
    return tuple(pair for pair in found if pair not in from_ledger)


def _keys_to(model: type[models.Model]) -> list[Key]:
    related = model._meta.get_fields(include_hidden=True)
    fields = [r.field for r in related if isinstance(r, models.ManyToOneRel)]
    return [f for f in fields if isinstance(f, models.ForeignKey)]


def move_hangers(dimension: Place, moves: str) -> None:
    """Points what hangs on the rows `old` of the temporary table `moves` at `new`; what would be there twice goes."""
    model = model_of(dimension.spec.name)
    for field in _keys_to(model):
        table, column = field.model._meta.db_table, field.column
        if (table, column) not in hangers(dimension.spec.name):
            continue
        for others in _unique_with(field):
            same = " AND ".join(f"x.{quote(c)} = t.{quote(c)}" for c in others) or "true"
            run(
                f"DELETE FROM {table} t USING {moves} m WHERE t.{column} = m.old "
                f"AND EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = m.new AND {same})"
            )
        run(f"UPDATE {table} t SET {column} = m.new FROM {moves} m WHERE t.{column} = m.old")


def _unique_with(field: Key) -> list[list[str]]:
    """The other columns of each unique constraint that the key is part of."""
    constraints = [c for c in field.model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    columns = {f.name: f.get_attname_column()[1] or f.attname for f in field.model._meta.concrete_fields}
    found = [[columns[n] for n in c.fields if n != field.name] for c in constraints if field.name in c.fields]
    return [*found, []] if field.unique else found
