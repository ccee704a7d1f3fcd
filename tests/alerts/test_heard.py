"""Acknowledged after the coordination was told that nobody had it: it is told that too, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts import work
from alerts.models import Alert, Owed, OwedKind
from alerts.recall import recall
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind, LifeEvent, LifeKind
from tests.alerts.ladder import acknowledge, ladder_ends, owed, red, tasks, told, work_off
from tests.alerts.notices import due_again
from tests.alerts.screens import get, in_force, post, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "red", "undefined_variables_fail"]
OVER = "plus personne ne doit appeler"


def take_back(cast: Cast, red: Alert) -> None:
    with inside(cast.victims):
        recall(actor=cast.actor(cast.ana), alert_id=red.pk, because="Erreur.", at=database_now())


def words(service: Service) -> list[Exchange]:
    with inside(service):
        return list(Exchange.objects.received_by(service.pk).filter(kind=ExchangeKind.HEARD))


def open_tasks(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service, done_at=None)]


def work_off_all(*kinds: OwedKind) -> None:
    for kind in kinds:
        for row in Owed.objects.filter(kind=kind, done_at=None):
            assert work.work_off(due_again(row).pk)


def after_all(cast: Cast, red: Alert, settle=acknowledge) -> tuple[Exchange, Exchange]:
    """What told the coordination that nobody had it, with its task, and what told it later."""
    [message] = ladder_ends(cast, red)
    work_off_all(OwedKind.CALL)
    assert len(tasks(cast.coordination)) == 1
    settle(cast, red)
    work_off_all(OwedKind.HEARD, OwedKind.CALL_OFF)
    [word] = words(cast.coordination)
    return message, word


@pytest.mark.parametrize(
    ("settle", "sentence"),
    [
        pytest.param(acknowledge, "a accusé réception de l’alerte", id="acknowledged"),
        pytest.param(take_back, "a retiré l’alerte", id="taken back"),
    ],
)
def test_the_coordination_is_told_that_nobody_needs_to_call(cast: Cast, red, settle, sentence):
    message, _word = after_all(cast, red, settle)
    page = text_of(get(cast.cleo, "alerts:exchange", message.pk))
    assert sentence in page
    assert OVER in page
    assert "J’appelle" not in page
    assert "banner-danger" not in text_of(get(cast.cleo, "desk:dashboard"))
    assert OVER in text_of(get(cast.cleo, "alerts:received"))
    assert open_tasks(cast.coordination) == []
    assert OVER in text_of(get(cast.ana, "alerts:alert", red.pk))
    assert "la coordination appelle" not in text_of(get(cast.ana, "alerts:alert", red.pk))


def test_nothing_more_crosses_than_before_and_to_nobody_else(cast: Cast, red):
    message, word = after_all(cast, red)
    assert (word.categories, word.bases, word.urgency, word.purposes) == ([], {}, "", [])
    assert word.article == message.article == "10 §1"
    assert word.acknowledge_by is None
    with inside(cast.coordination):
        content = door.read(cast.actor(cast.cleo), word)
    assert content == {"categories": {}, "message": {"because": "acknowledged"}, "law": {}}
    for bystander in (cast.programme, cast.police, cast.elsewhere):
        assert not words(bystander)
    for stranger in (cast.dora, cast.bruno, cast.carla):
        assert get(stranger, "alerts:exchange", word.pk).status_code == 404


def test_its_mail_says_nothing_and_leads_to_the_call(cast: Cast, red, mail_server: Server):
    message, word = after_all(cast, red)
    [notice] = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=word.pk)
    assert work.work_off(notice.pk)
    mail = mail_server.mailbox.all()[-1]
    assert mail.recipients == [cast.coordination.duty_email]
    assert message.number not in mail.raw.decode()
    answer = signed_in(Client(), cast.cleo).get(reverse("from_mail", args=[word.pk]))
    assert answer.url == reverse("alerts:exchange", args=[cast.coordination.slug, message.pk])


def test_acknowledged_in_time_nobody_is_told_of_anything(cast: Cast, red):
    acknowledge(cast, red)
    assert not Owed.objects.filter(kind=OwedKind.HEARD).exists()
    assert work_off(OwedKind.UNHEARD, red) == "acknowledged"
    assert not words(cast.coordination)


def test_acknowledged_and_then_taken_back_it_is_told_once(cast: Cast, red):
    after_all(cast, red)
    take_back(cast, red)
    work_off_all(OwedKind.HEARD, OwedKind.CALL_OFF)
    assert len(words(cast.coordination)) == 1


def test_whoever_said_that_they_call_stays_named_and_is_told(cast: Cast, red):
    [message] = ladder_ends(cast, red)
    post(cast.cleo, "alerts:acknowledge", message.pk)
    acknowledge(cast, red)
    work_off_all(OwedKind.HEARD, OwedKind.CALL_OFF)
    page = text_of(get(cast.cleo, "alerts:exchange", message.pk))
    assert "pris en main par Cleo" in page
    assert OVER in page


def test_a_task_to_call_is_not_made_once_nobody_needs_to(cast: Cast, red):
    ladder_ends(cast, red)
    acknowledge(cast, red)
    work_off_all(OwedKind.HEARD, OwedKind.CALL_OFF, OwedKind.CALL)
    assert tasks(cast.coordination) == []


def test_also_when_the_protocol_was_suspended_since(cast: Cast, red):
    ladder_ends(cast, red)
    now = database_now()
    LifeEvent.objects.create(
        version=red.protocol,
        service=cast.victims,
        kind=LifeKind.SUSPENDED,
        user=cast.denis,
        decided_at=now,
        effective_at=now,
    )
    acknowledge(cast, red)
    work_off_all(OwedKind.HEARD)
    assert len(words(cast.coordination)) == 1


def test_a_coordination_that_was_suspended_since_is_not_written_to(cast: Cast, red):
    ladder_ends(cast, red)
    Service.objects.filter(pk=cast.coordination.pk).update(is_active=False)
    acknowledge(cast, red)
    row = due_again(owed(OwedKind.HEARD, red))
    assert work.work_off(row.pk)
    assert not words(cast.coordination)
    assert told(cast.coordination)
