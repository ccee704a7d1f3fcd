"""An alert taken back: it stays sent, its recipient is told why it no longer holds, and no clock climbs for it."""

from datetime import timedelta

import pytest

from alerts import escalation, invariants, unheard
from alerts.factories import agreement, finalised
from alerts.models import Alert, Handling, Owed, OwedKind
from alerts.recall import NotSent, ReasonMissing, RecalledAlready, recall
from assessment.factories import LEVEL_3, LEVEL_4
from cases.factories import case as make_case
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import get, in_force, post, received_by, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
WRONG = "Mauvaise personne : rien de tout cela ne concerne cette adresse."


@pytest.fixture
def red(cast: Cast, in_force) -> Alert:
    """A red alert of Ana's to the police."""
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def take_back(cast: Cast, alert: Alert, who=None, because: str = WRONG) -> Exchange:
    actor = cast.actor(who or cast.ana)
    with inside(cast.victims):
        return recall(actor=actor, alert_id=alert.pk, because=because, at=database_now())


def notices(exchange: Exchange) -> list[Owed]:
    return list(Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=exchange.pk))


def test_the_recipient_is_told_at_once_and_nobody_else(cast: Cast, red):
    sent = take_back(cast, red)
    [notice] = notices(sent)
    assert (notice.service, notice.urgency) == (cast.police, "red")
    assert [each.kind for each in received_by(cast.police)] == [ExchangeKind.ALERT, ExchangeKind.RECALL]
    for bystander in (cast.programme, cast.coordination, cast.elsewhere):
        assert not [each for each in received_by(bystander) if each.kind == ExchangeKind.RECALL]


def test_it_stays_sent_and_both_pages_say_why_it_no_longer_holds(cast: Cast, red):
    take_back(cast, red)
    theirs = text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert "elle ne vaut plus" in theirs
    assert "Mauvaise personne" in theirs
    ours = text_of(get(cast.ana, "alerts:alert", red.pk))
    assert "Vous avez retiré cette alerte" in ours
    assert "Ce qui est parti" in ours
    assert "la retirer" not in ours


def climbed(cast: Cast, red: Alert) -> str:
    return escalation.climb(Owed.objects.get(kind=OwedKind.RUNG, subject_id=red.exchange_id, step=1))


def warned(red: Alert) -> str:
    return unheard.warn_sender(Owed.objects.get(kind=OwedKind.WATCH, subject_id=red.pk))


def test_no_clock_climbs_for_it_on_either_side(cast: Cast, red):
    take_back(cast, red)
    assert climbed(cast, red) == warned(red) == "taken back"
    with inside(cast.police):
        assert not Handling.objects.filter(rung__gt=0).exists()
    with inside(cast.victims):
        assert not Task.objects.exists()
        assert Alert.objects.get(pk=red.pk).overdue_at is None


def test_one_that_stands_climbs(cast: Cast, red):
    assert climbed(cast, red) == "told referent"
    assert warned(red) == "sender warned"


def test_nothing_is_missed_once_it_is_taken_back(cast: Cast, red):
    take_back(cast, red)
    Owed.objects.update(done_at=database_now())
    later = database_now() + timedelta(hours=2)
    for service in (cast.victims, cast.police):
        with inside(service):
            found = {(each.code, subject) for each, subject in invariants.broken_in(service, now=later)}
        assert not {("warned", red.pk), ("climbed", red.exchange_id)} & found


def test_what_follows_is_a_new_alert_and_no_update_of_it(cast: Cast, red):
    take_back(cast, red)
    answers = LEVEL_4 | {"A8": "current"}
    finalised(cast.actor(cast.ana), answers, at=database_now(), case=red.case)
    assert [each.kind for each in received_by(cast.police)][-1] == ExchangeKind.ALERT


def test_once_and_only_what_left_and_not_without_a_reason(cast: Cast, red):
    with pytest.raises(ReasonMissing):
        take_back(cast, red, because=" ")
    take_back(cast, red)
    with pytest.raises(RecalledAlready):
        take_back(cast, red)
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now())
    with pytest.raises(NotSent):
        take_back(cast, held)


def test_from_the_page_it_is_asked_once_more(cast: Cast, red):
    page = text_of(get(cast.ana, "alerts:recall", red.pk))
    assert cast.police.urgent_phone in page
    assert not [each for each in received_by(cast.police) if each.kind == ExchangeKind.RECALL]
    assert post(cast.ana, "alerts:recall", red.pk, because="").status_code == 422
    assert post(cast.ana, "alerts:recall", red.pk, because=WRONG).status_code == 302
    assert len([each for each in received_by(cast.police) if each.kind == ExchangeKind.RECALL]) == 1


def test_only_who_works_on_the_case_takes_it_back(cast: Cast, red):
    with pytest.raises(RightLacking):
        take_back(cast, red, cast.olga)
    for who, service in ((cast.eli, cast.victims), (cast.carla, cast.police), (cast.dora, cast.elsewhere)):
        answer = post(who, "alerts:recall", red.pk, service=service, because=WRONG)
        assert answer.status_code == 404
    assert not [each for each in received_by(cast.police) if each.kind == ExchangeKind.RECALL]


def test_another_alert_about_the_same_case_still_stands(cast: Cast, in_force):
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        agreement(case, cast.programme, by=cast.ana)
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    to_police = next(each for each in alerts if each.recipient_id == cast.police.pk)
    take_back(cast, to_police)
    with inside(cast.victims):
        assert set(Alert.objects.sent().standing()) == set(alerts) - {to_police}
