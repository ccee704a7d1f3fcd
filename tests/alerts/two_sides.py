"""What tests of linked cases share: two services at 4 and 2, and how their people disagree and conclude."""

import pytest

from alerts import concluding, disagreements, situations, work
from alerts.factories import finalised
from alerts.models import Conclusion, Disagreement, Owed, OwedKind, Situation
from assessment.factories import LEVEL_2, LEVEL_4
from cases.factories import case as make_case
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from tests.cast import Cast

SECRET = "Elle dit autre chose à nous."


@pytest.fixture
def linked(cast: Cast, in_force) -> tuple[Situation, Situation]:
    return link(cast)


def link(cast: Cast) -> tuple[Situation, Situation]:
    """Victim service at 4, programme at 2, linked; each side's row. The programme holds both levels."""
    now = database_now()
    red = next(
        alert
        for alert in finalised(cast.actor(cast.ana), LEVEL_4, at=now)
        if alert.recipient_id == cast.programme.pk
    )
    with inside(cast.programme):
        theirs = make_case(cast.programme, team=[cast.bruno], followed="Paul Lien")
    finalised(cast.actor(cast.bruno), LEVEL_2, at=now, case=theirs)
    bruno, ana = cast.actor(cast.bruno), cast.actor(cast.ana)
    with inside(cast.programme):
        proposal = situations.propose(
            actor=bruno, exchange=door.received(bruno, red.exchange_id), case=theirs
        ).proposal
    with inside(cast.victims):
        situations.reply(actor=ana, proposal=door.received(ana, proposal.pk), accept=True)
    work_off(OwedKind.LEVELS)
    with inside(cast.victims):
        hers = Situation.objects.select_related("case").get(service=cast.victims)
    with inside(cast.programme):
        his = Situation.objects.select_related("case").get(service=cast.programme)
    return hers, his


def work_off(*kinds: OwedKind) -> None:
    for row in Owed.objects.filter(kind__in=kinds, done_at=None, due_at__lte=database_now()):
        assert work.work_off(row.pk)


def row_of(service) -> Disagreement:
    with inside(service):
        return Disagreement.objects.select_related("situation").latest("opened_at")


def declare(cast: Cast, situation, who=None) -> Disagreement:
    actor = cast.actor(who or cast.ana)
    with inside(situation.service):
        return disagreements.declare(actor=actor, situation_id=situation.pk, about=SECRET, at=database_now())


def conclude(cast: Cast, who, conclusion=Conclusion.AGREEMENT, words="Vu ensemble.", **named) -> None:
    actor = cast.actor(who)
    with inside(actor.service):
        concluding.conclude(
            actor=actor,
            disagreement_id=Disagreement.objects.open().get().pk,
            conclusion=conclusion,
            words=words,
            at=database_now(),
            **named,
        )
    work_off(OwedKind.CONCLUSION)
