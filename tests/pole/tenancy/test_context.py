"""Whose space the database is in: it nests, it is restored, and it does not outlive the transaction."""

from uuid import uuid4

import pytest
from django.db import DataError, InternalError, OperationalError, ProgrammingError, connection, transaction

from cases import factories
from cases.models import Case
from pole.tenancy.context import current_service_id, each_service, inside, tenant
from pole.tenancy.factories import service
from tests.cast import Cast

# What PostgreSQL says of a policy whose setting is missing or empty.
NO_CONTEXT = (ProgrammingError, DataError, OperationalError, InternalError)


@pytest.mark.django_db
def test_a_inside_b_inside_a(cast: Cast):
    a, b = cast.victims, cast.programme
    with tenant(a.pk):
        factories.case(a)
        with tenant(b.pk):
            assert current_service_id() == str(b.pk)
            assert not Case.objects.exists()
            with tenant(a.pk):
                assert Case.objects.count() == 1
            assert current_service_id() == str(b.pk)
            assert not Case.objects.exists()
        assert current_service_id() == str(a.pk)
        assert Case.objects.count() == 1
    assert current_service_id() == ""


@pytest.mark.django_db
def test_it_is_restored_after_an_inner_savepoint_that_kept_its_setting(cast: Cast):
    with tenant(cast.victims.pk):
        with transaction.atomic(), tenant(cast.programme.pk):
            pass
        assert current_service_id() == str(cast.victims.pk)


@pytest.mark.django_db
def test_it_is_restored_after_an_exception(cast: Cast):
    with tenant(cast.victims.pk):
        with pytest.raises(LookupError), tenant(cast.programme.pk):
            raise LookupError
        assert current_service_id() == str(cast.victims.pk)


@pytest.mark.django_db
def test_it_is_restored_after_a_savepoint_was_rolled_back(cast: Cast):
    with tenant(cast.victims.pk):
        with pytest.raises(LookupError), transaction.atomic(), tenant(cast.programme.pk):
            raise LookupError
        assert current_service_id() == str(cast.victims.pk)


@pytest.mark.django_db
def test_it_is_restored_after_a_database_error_in_a_savepoint(cast: Cast):
    with tenant(cast.victims.pk):
        with pytest.raises(ProgrammingError), transaction.atomic(), tenant(cast.programme.pk):
            connection.cursor().execute("SELECT no_such_column")
        assert current_service_id() == str(cast.victims.pk)


def test_outside_a_transaction_it_refuses(committed: str):
    with pytest.raises(RuntimeError, match="needs a transaction"), tenant(uuid4()):
        pass


def test_it_is_gone_after_commit_on_the_same_connection(committed: str):
    here = service("ici")
    with inside(here):
        factories.case(here)
        backend = connection.connection.info.backend_pid

    with transaction.atomic():
        assert connection.connection.info.backend_pid == backend
        assert current_service_id() == ""
    with pytest.raises(NO_CONTEXT), transaction.atomic():
        list(Case.objects.all())


def test_it_ends_with_the_transaction_even_if_nobody_leaves_it(committed: str):
    here = service("ici")
    entered = tenant(here.pk)  # held, or Python itself would leave it
    with transaction.atomic():
        entered.__enter__()
        assert current_service_id() == str(here.pk)

    with transaction.atomic():
        assert current_service_id() == ""


def test_it_is_gone_after_rollback_on_the_same_connection(committed: str):
    here = service("ici")
    with inside(here):
        factories.case(here)
    with pytest.raises(LookupError), inside(here):
        raise LookupError

    with transaction.atomic():
        assert current_service_id() == ""
    with pytest.raises(NO_CONTEXT), transaction.atomic():
        list(Case.objects.all())


def test_an_error_in_one_service_rolls_back_that_one_alone(committed: str):
    for slug in ("un", "deux", "trois"):
        service(slug)
    done = []
    for space in each_service():
        try:
            with space as here:
                factories.case(here)
                if here.slug == "trois":
                    raise LookupError
                done.append(here)
        except LookupError:
            continue

    assert {here.slug for here in done} == {"un", "deux"}
    for space in each_service():
        with space as here:
            assert Case.objects.count() == (0 if here.slug == "trois" else 1)


@pytest.mark.django_db
def test_a_closed_service_is_not_visited(cast: Cast):
    cast.elsewhere.is_active = False
    cast.elsewhere.save()
    visited = []
    for space in each_service():
        with space as here:
            visited.append(here)
    assert cast.elsewhere not in visited
    assert cast.victims in visited
