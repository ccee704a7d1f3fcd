"""What the models declare is what the database does."""

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from pole.runtime.postgres import Cluster
from pole.tenancy.checks import wall_of, walled_models
from pole.tenancy.context import tenant
from pole.tenancy.grants import PLATFORM_TABLES
from pole.tenancy.walls import AppendOnly, SameService
from tests.databases import as_owner
from tests.wall.sides import World, rows_of

pytestmark = pytest.mark.usefixtures("world")

KEPT = [
    (model, rule)
    for model in walled_models()
    for rule in model._meta.constraints
    if isinstance(rule, SameService)
]
APPENDED = [m for m in apps.get_models() if any(isinstance(r, AppendOnly) for r in m._meta.constraints)]


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def rights_on(table: str) -> set[str]:
    every = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    return {
        right for right in every if ask("SELECT has_table_privilege('pole_app', %s, %s)", table, right)[0][0]
    }


def normal(sql: str) -> str:
    """PostgreSQL's own rendering of a policy, and ours, told alike."""
    for noise in ("AS current_setting", "::text", '"', "(", ")", " "):
        sql = sql.replace(noise, "")
    return sql.lower()


def test_the_suite_is_the_application_role():
    assert ask("SELECT current_user, session_user") == [("pole_app", "pole_app")]


def test_no_role_of_the_application_escapes():
    attributes = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    assert ask(f"SELECT {attributes} FROM pg_roles WHERE rolname = 'pole_app'") == [(False,) * 5]
    assert ask("SELECT roleid::regrole FROM pg_auth_members WHERE member = 'pole_app'::regrole") == []


def test_every_table_is_walled_or_a_platform_table_or_out_of_reach():
    walled = {model._meta.db_table for model in walled_models()}
    for (table,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        if table not in walled and table not in PLATFORM_TABLES:
            assert rights_on(table) == set(), (
                f"{table} has no wall and no reason, but the application reaches it"
            )


def test_platform_tables_have_the_rights_listed_and_a_reason():
    existing = {table for (table,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    for table, (rights, reason) in PLATFORM_TABLES.items():
        assert reason
        assert table in existing, f"{table} is listed and does not exist"
        assert rights_on(table) == set(rights.split(", ")), table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE protocols_protocolversion SET document = ''",
        "UPDATE protocols_party SET code = 'AUT'",
        "DELETE FROM protocols_party",
        "UPDATE protocols_exchangekey SET wrapped = ''",
        "DELETE FROM protocols_exchangekey",
    ],
)
def test_whom_a_text_binds_and_what_was_told_is_not_rewritten(statement: str):
    # No wall stands before these two: somebody with the application's role would reach every service's at once.
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ask(statement)


@pytest.mark.parametrize("model", walled_models(), ids=lambda model: model._meta.db_table)
def test_a_walled_table_is_walled_in_the_database(model: type[models.Model]):
    table, wall = model._meta.db_table, wall_of(model)
    assert wall is not None
    assert ask("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [(True,)]
    assert rights_on(table) == set(wall.rights)
    found = ask(
        "SELECT policyname, permissive, roles::text, cmd, qual, with_check"
        " FROM pg_policies WHERE tablename = %s",
        table,
    )
    declared = wall.policies(model)
    assert {row[0] for row in found} == set(declared)
    for name, permissive, roles, command, reads, writes in found:
        assert (permissive, roles) == ("PERMISSIVE", "{public}")
        body = declared[name]
        assert command == (re.search(r"FOR (\w+)", body) or ["", "ALL"])[1]
        for part, said in (("USING", reads), ("WITH CHECK", writes)):
            clause = re.search(rf"{part} (\(.*?\))(?= WITH CHECK|$)", body)
            assert normal(said or "") == normal(clause[1] if clause else ""), f"{table}.{name} {part}"


def test_only_declared_tables_have_policies():
    walled = {model._meta.db_table for model in walled_models()}
    assert {table for (table,) in ask("SELECT tablename FROM pg_policies")} == walled


@pytest.mark.parametrize("model", walled_models(), ids=lambda model: model._meta.db_table)
def test_a_query_without_a_service_raises(model: type[models.Model]):
    # On an empty table the policy is never asked: the world has rows in every one.
    with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
        list(model._base_manager.all()[:1])
    with pytest.raises((ProgrammingError, DataError)), transaction.atomic():
        model._base_manager.count()


@pytest.mark.parametrize(
    ("model", "rule"), KEPT, ids=lambda each: getattr(each, "field", None) or each._meta.db_table
)
def test_no_row_points_into_another_service(world: World, model: type[models.Model], rule: SameService):
    here, there = world.here, world.there
    field = model._meta.get_field(rule.field)
    with tenant(there.service.pk):
        theirs = rows_of(field.related_model, there.service)[0]
        if field.unique:  # or uniqueness would answer instead
            model._base_manager.filter(**{rule.field: theirs}).delete()
    with tenant(here.service.pk):
        rows = rows_of(model, here.service)
        # One that points somewhere already, where some need not.
        mine = next((row for row in rows if getattr(row, field.attname)), rows[0])
        connection.cursor().execute(_pointed(model, rule), [theirs.pk, mine.pk])
        # The key is judged at the end; asked for now, to know which one it was.
        with pytest.raises(IntegrityError, match="same_service"), transaction.atomic():
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def _pointed(model: type[models.Model], rule: SameService) -> str:
    """SQL that makes a row of ours point at one of theirs; one that never changes, as a new row."""
    table, column = model._meta.db_table, model._meta.get_field(rule.field).column
    if model not in APPENDED:
        return f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s'
    others = {field.column for field in model._meta.concrete_fields} - {"id", column}
    listed = ", ".join(f'"{other}"' for other in sorted(others))
    return (
        f'INSERT INTO "{table}" (id, "{column}", {listed}) '
        f'SELECT gen_random_uuid(), %s, {listed} FROM "{table}" WHERE id = %s'
    )


@pytest.mark.parametrize("model", APPENDED, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_appended_stays_for_the_application(world: World, model: type[models.Model], act: str):
    with tenant(world.here.service.pk), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(act.format(model._meta.db_table))


@pytest.mark.parametrize("model", APPENDED, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_appended_stays_for_the_owner(cluster: Cluster, model: type[models.Model], act: str):
    name = connection.settings_dict["NAME"]
    with (
        as_owner(cluster, name) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        owner.execute(act.format(model._meta.db_table))


def test_another_services_row_can_be_neither_written_nor_made(world: World):
    from cases.models import Case

    with tenant(world.here.service.pk):
        assert Case.objects.filter(pk__in=world.there.ids["case_id"]).update(level=1) == 0
        assert Case.objects.filter(pk__in=world.there.ids["case_id"]).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Case.objects.create(service=world.there.service, reference=uuid4().hex[:8])
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Case.objects.update(service=world.there.service)
