"""Questions and answers under an alert: between its two parties, through the door, and nobody else's to read."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts import thread
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from alerts.thread import NothingWritten
from assessment.factories import LEVEL_4
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import ExchangeKind
from tests.alerts.screens import get, in_force, post, received_by, text_of, undefined_variables_fail
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
ASKED, ANSWERED = "Est-elle seule ce soir ?", "Sa sœur reste jusqu’à demain."


@pytest.fixture
def red(cast: Cast, in_force) -> Alert:
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def messages_to(service):
    return [each for each in received_by(service) if each.kind == ExchangeKind.MESSAGE]


def test_asked_and_answered_each_side_reads_both(cast: Cast, red):
    post(cast.carla, "alerts:write_back", red.exchange_id, text=ASKED)
    post(cast.ana, "alerts:write", red.pk, text=ANSWERED)
    for page in (
        text_of(get(cast.ana, "alerts:alert", red.pk)),
        text_of(get(cast.carla, "alerts:exchange", red.exchange_id)),
    ):
        assert page.index("Est-elle seule ce soir") < page.index("Sa sœur reste")


def test_the_other_party_is_told_and_no_bystander(cast: Cast, red):
    post(cast.carla, "alerts:write_back", red.exchange_id, text=ASKED)
    [question] = messages_to(cast.victims)
    [notice] = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=question.pk)
    assert notice.service == cast.victims
    for bystander in (cast.programme, cast.coordination, cast.elsewhere, cast.police):
        assert messages_to(bystander) == []


def test_it_carries_words_and_no_category(cast: Cast, red):
    post(cast.carla, "alerts:write_back", red.exchange_id, text=ASKED)
    [question] = messages_to(cast.victims)
    with inside(cast.victims):
        read = door.read(cast.actor(cast.ana), question)
        assert read == {"categories": {}, "message": {"text": ASKED}, "law": {}}


def test_a_question_acknowledges_nothing(cast: Cast, red):
    post(cast.carla, "alerts:write_back", red.exchange_id, text=ASKED)
    with inside(cast.victims):
        assert Alert.objects.unacknowledged().filter(pk=red.pk).exists()


def test_the_link_in_the_mail_leads_to_the_alert_on_either_side(cast: Cast, red):
    post(cast.carla, "alerts:write_back", red.exchange_id, text=ASKED)
    post(cast.ana, "alerts:write", red.pk, text=ANSWERED)
    [question], [answer] = messages_to(cast.victims), messages_to(cast.police)
    to_ana = signed_in(Client(), cast.ana).get(reverse("from_mail", args=[question.pk]))
    assert to_ana.url == reverse("alerts:alert", args=[cast.victims.slug, red.pk])
    to_carla = signed_in(Client(), cast.carla).get(reverse("from_mail", args=[answer.pk]))
    assert to_carla.url == reverse("alerts:exchange", args=[cast.police.slug, red.exchange_id])
    assert signed_in(Client(), cast.dora).get(reverse("from_mail", args=[question.pk])).status_code == 404


def test_nothing_written_comes_back(cast: Cast, red):
    assert post(cast.carla, "alerts:write_back", red.exchange_id, text=" ").status_code == 422
    assert post(cast.ana, "alerts:write", red.pk, text="").status_code == 422
    carla = cast.actor(cast.carla)
    with inside(cast.police):
        alert = door.received(carla, red.exchange_id)
        with pytest.raises(NothingWritten):
            thread.write(actor=carla, alert=alert, text=" ", at=database_now())
    assert messages_to(cast.victims) == messages_to(cast.police) == []


def test_outside_the_team_and_to_a_stranger_there_is_nothing_to_write_under(cast: Cast, red):
    for who, service in ((cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.bruno, cast.programme)):
        assert post(who, "alerts:write", red.pk, service=service, text=ASKED).status_code == 404
        assert post(who, "alerts:write_back", red.exchange_id, service=service, text=ASKED).status_code == 404
    assert messages_to(cast.victims) == messages_to(cast.police) == []
