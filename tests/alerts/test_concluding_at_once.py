"""Two référents of one service press at the same moment, on a real database with real transactions."""

import threading

from django.db import connection, transaction

from alerts import concluding
from alerts.models import Conclusion, OwedKind
from pole.clock import database_now
from pole.tenancy.context import inside
from tests.alerts.screens import signed_between
from tests.alerts.two_sides import link, row_of, work_off
from tests.cases.conftest import database_of_its_own
from tests.cast import make_cast

__all__ = ["database_of_its_own"]


def test_two_referents_of_one_service_concluding_at_once_take_turns(database_of_its_own):
    with transaction.atomic():
        cast = make_cast()
        signed_between(cast, from_days=-30, until_days=300)
        link(cast)
    found = row_of(cast.programme)
    start, failures = threading.Barrier(2), []

    def run(user, level):
        actor = cast.actor(user)
        try:
            start.wait()
            with inside(cast.programme):
                concluding.conclude(
                    actor=actor,
                    disagreement_id=found.pk,
                    conclusion=Conclusion.AGREEMENT,
                    words="Vu.",
                    level=level,
                    at=database_now(),
                )
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in ((cast.remy, 2), (cast.dina, 3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    work_off(OwedKind.CONCLUSION)
    ours, theirs = row_of(cast.programme), row_of(cast.victims)
    assert (theirs.partner_level, theirs.partner_conclusion) == (ours.own_level, ours.own_conclusion)
