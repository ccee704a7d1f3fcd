"""What the sender reads of what became of an alert: every state, with its moment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts import outbox, unheard
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from alerts.shown import replies_to
from alerts.transitions import transitions_of
from assessment.factories import LEVEL_3, LEVEL_4
from pole.tenancy.context import inside
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import (
    alerts_of,
    get,
    in_force,
    post,
    received_by,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
OPENED = "ouverte par une personne connectée"


@pytest.fixture
def sent(cast: Cast, in_force) -> Alert:
    """A red alert from the victim service to the police."""
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    return alert


def notice_of(alert: Alert) -> Owed:
    return Owed.objects.get(kind=OwedKind.NOTICE, subject_id=alert.exchange_id, step=0)


def read_by_sender(cast: Cast, alert: Alert) -> list[str]:
    actor = cast.actor(cast.ana)
    with inside(cast.victims):
        found = Alert.objects.select_related("exchange").get(pk=alert.pk)
        replies = replies_to(actor, found.exchange) if found.exchange else []
        transitions = transitions_of(found, replies)
    assert [each.at for each in transitions] == sorted(each.at for each in transitions)
    return [each.text.replace("\xa0", " ") for each in transitions]


def test_each_state_is_told_with_its_moment_in_the_order_it_came(cast: Cast, sent):
    assert read_by_sender(cast, sent) == ["décidée : elle part", "e-mail sur le départ"]

    row = outbox.claim(notice_of(sent).pk)
    outbox.settle(row, "250 OK")
    get(cast.carla, "alerts:exchange", sent.exchange_id)
    post(cast.carla, "alerts:acknowledge", sent.exchange_id)
    post(cast.carla, "alerts:answer", sent.exchange_id, outcome="taken_on", message="Une patrouille passe.")

    told = read_by_sender(cast, sent)
    assert told[:3] == ["décidée : elle part", "e-mail remis pour envoi", "pris par le serveur de messagerie"]
    assert told[3].startswith(OPENED)
    assert [words.partition(" ")[0] for words in told[4:]] == ["accusé", "réponse", "close"]


def test_handing_over_keeps_its_first_moment_however_often_it_is_tried(sent):
    first = outbox.claim(notice_of(sent).pk)
    outbox.put_back(first, "451 later")
    Owed.objects.filter(pk=first.pk).update(next_try_at=first.due_at)
    again = outbox.claim(first.pk)

    assert again.attempts == 2
    assert again.handed_over_at == first.handed_over_at is not None


def test_opening_is_told_once_and_acknowledges_nothing(cast: Cast, sent):
    for _ in range(2):
        get(cast.carla, "alerts:exchange", sent.exchange_id)

    with inside(cast.victims):
        back = Exchange.objects.filter(in_reply_to=sent.exchange_id)
        assert [each.kind for each in back] == [ExchangeKind.OPENED]
        assert back[0].categories == []
        assert Alert.objects.unacknowledged().filter(pk=sent.pk).exists()
    html = text_of(get(cast.ana, "alerts:alert", sent.pk))
    assert html.count("ouverte par une personne connectée") == 1
    assert "Rien encore." in html
    assert not [each for each in received_by(cast.elsewhere) if each.kind == ExchangeKind.OPENED]
    assert not [each for each in received_by(cast.programme) if each.kind == ExchangeKind.OPENED]


def test_the_link_of_the_mail_opens_nothing_without_sign_in(cast: Cast, sent):
    Client().get(reverse("from_mail", args=[sent.exchange_id]))
    Client().head(reverse("from_mail", args=[sent.exchange_id]))

    assert not any(words.startswith(OPENED) for words in read_by_sender(cast, sent))


def test_nobody_who_acknowledges_is_told_as_an_escalation(cast: Cast, in_force):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now() - timedelta(hours=2))
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    unheard.warn_sender(Owed.objects.get(kind=OwedKind.WATCH, subject_id=alert.pk))

    assert any("aucun accusé de réception" in words for words in read_by_sender(cast, alert))
    html = text_of(get(cast.ana, "alerts:alert", alert.pk))
    assert "De la décision à la réponse" in html


def test_held_and_then_dropped_it_is_closed_and_never_left(cast: Cast, in_force):
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now())
    post(cast.rita, "alerts:decide", held.pk, decision="drop", motive="Elle le fera elle-même ce soir.")

    assert read_by_sender(cast, held) == [
        "retenue : quelqu’un doit décider",
        "décidée : elle ne part pas",
        "close : rien d’autre n’est attendu",
    ]
    assert not received_by(cast.programme)


def test_a_stranger_reads_none_of_it(cast: Cast, sent):
    get(cast.carla, "alerts:exchange", sent.exchange_id)
    for stranger in (cast.remy, cast.rosa):
        assert get(stranger, "alerts:alert", sent.pk).status_code == 404
