"""The wall, declared on models and carried by migrations.

`Walled` writes the row-security policy of a table and grants the application's role its rights in the same
step: a table whose policy is missing is a table the application cannot read. The setting is read without
`missing_ok`: a query outside `tenant()` raises instead of finding nothing, since a sweeper that quietly sees
no rows would report that all is well. The `(SELECT …)` form is evaluated once per query, not once per row.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

APP_ROLE = "pole_app"
ME = "(SELECT current_setting('pole.service_id')::uuid)"
Schema = BaseDatabaseSchemaEditor
Model = type[models.Model]


def _column(model: Model, field: str) -> str:
    return str(model._meta.get_field(field).column)  # type: ignore[union-attr] # a field of the model's own


class DatabaseRule(BaseConstraint):
    """A rule that only the database checks: SQL to lay it, SQL to take it away."""

    default_name = "%(app_label)s_%(class)s_rule"

    def __init__(self, *, name: str = "") -> None:
        super().__init__(name=name or self.default_name)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to check in Python: the database is the judge."""

    def constraint_sql(self, model: Model, schema_editor: Schema) -> None:  # type: ignore[override] # None is "no inline SQL"
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # plain SQL, no Statement needed
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class Walled(DatabaseRule):
    """Only the service named in a row may read or write it.

    Args:
        by: the foreign key to Service that owns the row.
        also_read_by: a second one that may read it (the recipient of an exchange).
        rights: what the application may do at all; rows that prove something are never updated.
    """

    default_name = "%(app_label)s_%(class)s_wall"

    def __init__(
        self,
        *,
        by: str = "service",
        also_read_by: str = "",
        rights: Sequence[str] = ("SELECT", "INSERT", "UPDATE", "DELETE"),
        name: str = "",
    ) -> None:
        self.by, self.also_read_by, self.rights = by, also_read_by, tuple(rights)
        super().__init__(name=name)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (), kwargs | {"by": self.by, "also_read_by": self.also_read_by, "rights": self.rights}

    def policies(self, model: Model) -> dict[str, str]:
        """Policy name -> its body, as created; the tests compare them with `pg_policies`."""
        mine = f"{_column(model, self.by)} = {ME}"
        if not self.also_read_by:
            return {"wall": f"USING ({mine}) WITH CHECK ({mine})"}
        theirs = f"{_column(model, self.also_read_by)} = {ME}"
        return {
            "wall_read": f"FOR SELECT USING ({mine} OR {theirs})",
            "wall_write": f"FOR INSERT WITH CHECK ({mine})",
        }

    def create_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        owner = quote(_column(model, self.by))
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {name} ON {table} {body}" for name, body in self.policies(model).items()),
            f"GRANT {', '.join(self.rights)} ON {table} TO {APP_ROLE}",
            f"ALTER TABLE {table} ADD CONSTRAINT {quote(self._key_name(model))} UNIQUE ({owner}, id)",
        ]
        return ";\n".join(statements)

    def remove_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        statements = [
            f"ALTER TABLE {table} DROP CONSTRAINT {quote(self._key_name(model))} CASCADE",
            f"REVOKE ALL ON {table} FROM {APP_ROLE}",
            *(f"DROP POLICY {name} ON {table}" for name in self.policies(model)),
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ]
        return ";\n".join(statements)

    @staticmethod
    def _key_name(model: Model) -> str:
        return f"{model._meta.db_table}_of_service"


class SameService(DatabaseRule):
    """The row a foreign key points to belongs to the same service.

    Foreign keys are checked without row security, so a plain one would let a service point at (and so probe
    for) another's row. This is the composite key that Django 5.2 does not write. It refers to a key that the
    other table's wall brings: in a migration, that wall comes first.
    """

    def __init__(self, field: str, *, by: str = "service", name: str = "") -> None:
        self.field, self.by = field, by
        self.default_name = f"%(app_label)s_%(class)s_same_service_{field}"
        super().__init__(name=name)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs | {"by": self.by}

    def create_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        quote = schema_editor.quote_name
        target: Model = model._meta.get_field(self.field).related_model  # type: ignore[assignment] # a foreign key's target is a model
        wall = next(rule for rule in target._meta.constraints if isinstance(rule, Walled))
        owner = quote(_column(model, self.by))
        target_owner = quote(_column(target, wall.by))
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self._key_name(model))}"
            f" FOREIGN KEY ({owner}, {quote(_column(model, self.field))})"
            f" REFERENCES {quote(target._meta.db_table)} ({target_owner}, id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self._key_name(model))}"

    def _key_name(self, model: Model) -> str:
        return f"{model._meta.db_table}_{self.field}_same_service"[:63]


class AppendOnly(DatabaseRule):
    """Rows may be added and never changed or removed, by anyone, the owner of the table included."""

    default_name = "%(app_label)s_%(class)s_append_only"

    def create_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        table = model._meta.db_table
        return (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege'; END $$;\n"
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema_editor.quote_name(table)}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
        )

    def remove_sql(self, model: Model, schema_editor: Schema) -> str:  # type: ignore[override] # see DatabaseRule
        table = model._meta.db_table
        return (
            f"DROP TRIGGER append_only ON {schema_editor.quote_name(table)};\nDROP FUNCTION {table}_refuse()"
        )
