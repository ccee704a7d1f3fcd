"""A job that several hosts' schedulers ask for is done by one of them; what must be done in turn waits."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from pole.alone import alone, take_turns

pytestmark = pytest.mark.django_db


def elsewhere(job: str) -> bool:
    """Whether another process would get the job now."""
    answers: list[bool] = []

    def ask() -> None:
        with alone(job) as mine:
            answers.append(mine)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


def _lose_the_connection() -> None:
    connection.connection.close()
    raise ZeroDivisionError


def test_who_comes_second_leaves_it_and_gets_it_afterwards():
    with alone("a job") as mine:
        assert mine
        assert not elsewhere("a job")
        assert elsewhere("another job")
    assert elsewhere("a job")


def test_a_job_that_fails_lets_go():
    with pytest.raises(ZeroDivisionError), alone("a job"):
        raise ZeroDivisionError
    assert elsewhere("a job")


def test_a_connection_that_breaks_lets_go_and_hides_no_error():
    with pytest.raises(ZeroDivisionError), alone("a job"):
        _lose_the_connection()
    assert elsewhere("a job")


def waits_elsewhere(what: str) -> bool:
    """Whether another process would have to wait for its turn."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                take_turns(what)
            answers.append(False)
        except OperationalError:
            answers.append(True)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


def test_a_turn_is_kept_until_the_end_of_its_transaction():
    def fail() -> None:
        take_turns("a count")
        assert waits_elsewhere("a count")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail()
    assert not waits_elsewhere("a count")
    take_turns("a count")
    assert waits_elsewhere("a count")
    assert not waits_elsewhere("another count")


def test_there_is_no_turn_without_a_transaction():
    refused: list[BaseException] = []

    def ask() -> None:
        try:
            take_turns("a count")
        except TransactionManagementError as error:
            refused.append(error)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert len(refused) == 1
