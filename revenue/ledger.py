"""Where each column of an object is kept: plain columns by their own name, references as given and resolved.

A reference keeps what the file said (`account_key`, `account_name`, `owner_ref`) beside the resolved row id
(`account_id`), so that resolving is a pure function of both tables and can be done again after any import or undo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from revenue import objects
from revenue.objects import Column, Kind, ObjectSpec

_SQL_TYPES = {
    Kind.MONEY: "bigint",
    Kind.NUMBER: "bigint",
    Kind.PROBABILITY: "bigint",
    Kind.INTEGER: "bigint",
    Kind.RATE: "numeric",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamptz",
    Kind.BOOLEAN: "boolean",
}
# Columns whose place is not what the rules below would say.
_PLACES = {("accounts", "parent_account_id"): "parent_key", ("coaching_sessions", "rep"): "rep_refs"}


@dataclass(frozen=True)
class Reference:
    """A resolved reference: the id column `target` follows from the texts in `key` (an id) and `name` (id or name)."""

    to: str  # object
    target: str  # column of the resolved row id, e.g. account_id
    key: str = ""  # column with an id as given
    name: str = ""  # column with an exact name as given
    ref: str = ""  # column with an id, a name or an e-mail as given


@dataclass(frozen=True)
class Place:
    """How an object lies in the database."""

    spec: ObjectSpec
    table: str
    columns: dict[str, str]  # our column → database column (the key column → "key")
    references: tuple[Reference, ...]

    @property
    def attributes(self) -> list[str]:
        """The database columns that say something of a row beyond its key and name, resolved references included."""
        columns = [c for c in self.columns.values() if c not in {"key", "name"}]
        return [*columns, *(r.target for r in self.references)]


def sql_type(column: Column) -> str:
    """The database type of a staged column."""
    return _SQL_TYPES.get(column.kind, "text")


def model_of(name: str) -> type[models.Model]:
    """The model that keeps the object called `name`."""
    return apps.get_model(objects.get(name).model)


@cache
def place(name: str) -> Place:
    """Where the object called `name` is kept; KeyError if there is no such object."""
    spec = objects.get(name)
    table = apps.get_model(spec.model)._meta.db_table
    columns = {c.name: _database_column(spec, c) for c in spec.columns}
    return Place(spec, table, columns, _references(spec, columns))


def _is_own_key(spec: ObjectSpec, column: Column) -> bool:
    return spec.key == (column.name,) and column.kind is Kind.ID


def _database_column(spec: ObjectSpec, column: Column) -> str:
    if (spec.name, column.name) in _PLACES:
        return _PLACES[spec.name, column.name]
    if _is_own_key(spec, column):
        return "key"
    if not column.refers_to:
        return column.name
    if column.kind is Kind.ID:
        return column.name.removesuffix("_id") + "_key"
    return f"{column.name}_name" if column.refers_to == "accounts" else f"{column.name}_ref"


def _references(spec: ObjectSpec, columns: dict[str, str]) -> tuple[Reference, ...]:
    found: dict[str, Reference] = {}
    for column in spec.columns:
        if not column.refers_to or _is_own_key(spec, column):
            continue
        where = columns[column.name]
        stem, _, kind = where.rpartition("_")
        target = f"{stem}_id"
        known = found.get(target, Reference(column.refers_to, target))
        parts = {"key": known.key, "name": known.name, "ref": known.ref, kind: where}
        found[target] = Reference(column.refers_to, target, **parts)
    return tuple(found.values())


def referring(to: str) -> list[tuple[Place, Reference]]:
    """Every place and reference that points at the object called `to`."""
    return [(p, r) for s in objects.all_objects() for p in [place(s.name)] for r in p.references if r.to == to]
