"""A constraint of whole rows: what is written once is never changed nor taken away, not even by our own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_CREATE = """CREATE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of %(table)s is kept as it is for good' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER %(name)s BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s()"""
_DROP = "DROP TRIGGER %(name)s ON %(table)s; DROP FUNCTION %(name)s()"


class Kept(models.BaseConstraint):
    """Refuses UPDATE and DELETE of any row, in the database itself."""

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Nothing inside CREATE TABLE: the trigger follows once the table is there."""
        if schema_editor is not None:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The function and its trigger."""
        return _statement(_CREATE, self.name, model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Takes both away."""
        return _statement(_DROP, self.name, model, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """A new row is always welcome."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def _statement(template: str, name: str, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:
    quote = schema_editor.quote_name if schema_editor is not None else str
    return Statement(template, name=quote(name), table=Table(model._meta.db_table, quote))
