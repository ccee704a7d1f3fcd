"""The probe below all pages: one service's queries, plain, with no filter of ours between."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from django.db import Error, connection, models, transaction
from django.db.models import Count

from pole.tenancy.checks import wall_of, walled_models
from pole.tenancy.context import tenant
from pole.tenancy.models import Service
from tests.wall.leaks import Leak
from tests.wall.sides import World, rows_of

Model = type[models.Model]


def probe_rows(world: World, tables: Sequence[Model] = ()) -> list[Leak]:
    """Try every walled table, or these, as several services, among rows that are not theirs."""
    leaks = []
    with transaction.atomic():
        theirs = {
            model: _rows_in_own_space(model, world.there.service) for model in tables or walled_models()
        }
        # A party of exchanges that are none of the others' too: the partner, the police.
        for me in (world.here.service, world.here.programme, world.here.police):
            for model in tables or walled_models():
                leaks += [
                    Leak(model._meta.db_table, me.slug, what) for what in _tried(model, me, theirs[model])
                ]
        leaks += list(_without_a_service(tables or walled_models()))
        transaction.set_rollback(True)
    return leaks


def _rows_in_own_space(model: Model, service: Service) -> list[Any]:
    with tenant(service.pk):
        return rows_of(model, service)


def _tried(model: Model, me: Service, theirs: list[Any]) -> Iterator[str]:
    wall, rows = wall_of(model), model._base_manager
    assert wall is not None
    not_mine = ~models.Q(**{wall.by: me})
    if wall.also_read_by:
        not_mine &= ~models.Q(**{wall.also_read_by: me})
    with tenant(me.pk):
        if rows.filter(not_mine).exists():
            yield "reads rows of others"
        if (
            rows.count() != rows.exclude(not_mine).count()
            or rows.aggregate(n=Count("pk"))["n"] != rows.count()
        ):
            yield "counts rows of others"
        if rows.filter(pk__in=[row.pk for row in theirs]).exists():
            yield "finds rows of others by id"
        yield from _joined(model, me)
        mine = rows_of(model, me)
        if me.slug == "ici" and not mine:
            yield "is shut out of its own rows"
        owner = model._meta.get_field(wall.by).column
        if _changed(f"UPDATE {model._meta.db_table} SET {owner} = {owner} WHERE {owner} <> %s", me.pk):
            yield "changes rows of others"
        if _changed(f"DELETE FROM {model._meta.db_table} WHERE {owner} <> %s", me.pk):
            yield "removes rows of others"
        for row in mine[:1]:
            other = theirs[0].__dict__[model._meta.get_field(wall.by).attname]
            if not _refused_by_the_wall(_copy(model, owner), other, row.pk):
                yield "writes rows for others"
            if "UPDATE" in wall.rights and not _refused_by_the_wall(
                f"UPDATE {model._meta.db_table} SET {owner} = %s WHERE id = %s", other, row.pk
            ):
                yield "gives its rows to others"
            if _refused_by_the_wall(_copy(model, owner), me.pk, row.pk):
                yield "is not let write its own rows"


def _joined(model: Model, me: Service) -> Iterator[str]:
    """Across relations: what hangs on a row that two services read belongs to one of them."""
    for relation in model._meta.related_objects:
        wall = wall_of(relation.related_model)
        if wall is None or wall.also_read_by:
            continue
        path = f"{relation.name}__{wall.by}"
        reached = model._base_manager.exclude(**{f"{path}__isnull": True}).exclude(**{path: me})
        if reached.exists():
            yield f"reaches {path} of others"


def _copy(model: Model, owner: str) -> str:
    """SQL that copies a row under a new id, for an owner given first."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ["%s" if column == owner else f'"{column}"' for column in columns]
    if not isinstance(model._meta.pk, models.AutoField):
        columns, values = ["id", *columns], ["gen_random_uuid()", *values]
    named = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({named}) SELECT {", ".join(values)} FROM "{table}" WHERE id = %s'


def _changed(sql: str, *values: Any) -> bool:
    """Whether any row was changed; undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
            return bool(cursor.rowcount)
    except Error as error:
        # No right at all, or refused by the trigger: nothing was changed.
        return not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)


def _refused_by_the_wall(sql: str, *values: Any) -> bool:
    """Whether a policy refused; any other error came after the policy had let it through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
            return False
    except Error as error:
        return "row-level security" in str(error)


def _without_a_service(tables: Sequence[Model]) -> Iterator[Leak]:
    for model in tables:
        try:
            with transaction.atomic():
                model._base_manager.first()
        except Error:
            continue
        yield Leak(model._meta.db_table, "nobody", "is read outside every service")
