"""Nobody is left at the other end: sender and coordination are asked to call, without a word of the case."""

import json
from datetime import timedelta

import pytest

from alerts import work
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from alerts.recall import recall
from alerts.triage import RedIsReadFirst, acknowledge_many
from assessment.factories import LEVEL_4
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Membership, Service, ServiceKind
from pole.tenancy.permissions import Role
from protocols import exchange as door
from protocols.models import Exchange, LifeEvent, LifeKind
from tests.alerts.conftest import TUESDAY_10
from tests.alerts.ladder import acknowledge, ladder_ends, owed, red, tasks, told, work_off
from tests.alerts.notices import due_again
from tests.alerts.screens import get, in_force, post, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "red", "undefined_variables_fail"]


def test_whoever_was_told_last_has_as_long_as_the_first(cast: Cast, protocol):
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10)
    red = next(alert for alert in alerts if alert.recipient_id == cast.police.pk)
    assert owed(OwedKind.UNHEARD, red).due_at - TUESDAY_10 == timedelta(minutes=45)


def test_with_nobody_on_the_last_rung_the_coordination_is_told_at_once(cast: Cast, red):
    assert owed(OwedKind.UNHEARD, red).due_at > database_now()
    work_off(OwedKind.RUNG, red, step=2)
    assert owed(OwedKind.UNHEARD, red).due_at <= database_now()
    assert not told(cast.coordination)  # the recipient's side tells nobody outside
    work_off(OwedKind.UNHEARD, red)
    assert len(told(cast.coordination)) == 1
    for bystander in (cast.programme, cast.elsewhere, cast.police):
        assert not told(bystander)


def test_somebody_on_the_last_rung_has_their_time_first(cast: Cast, red):
    person("Didier", at=cast.police, role=Role.DIRECTION)
    work_off(OwedKind.RUNG, red, step=2)
    assert owed(OwedKind.UNHEARD, red).due_at > database_now()


def test_nothing_of_the_case_crosses(cast: Cast, red):
    [message] = ladder_ends(cast, red)
    assert (message.categories, message.bases, message.urgency, message.purposes) == ([], {}, "", [])
    assert message.article == "10 §1"  # the ladder's, not the alert's
    with inside(cast.coordination):
        content = door.read(cast.actor(cast.cleo), message)
        assert not Exchange.objects.filter(pk=red.exchange_id).exists()
    assert content == {"categories": {}, "message": {"recipient": str(cast.police.pk)}, "law": {}}
    with inside(cast.victims):
        names = [each.full_name for each in red.case.people.all()]
        hidden = [red.case.reference, str(red.case_id), str(red.reading_id), str(red.pk), *names]
    page = text_of(get(cast.cleo, "alerts:exchange", message.pk))
    assert not [each for each in hidden if each in page + json.dumps(content)]


def test_the_coordination_gets_a_red_banner_a_mail_and_a_task_with_the_number(
    cast: Cast, red, mail_server: Server
):
    Service.objects.filter(pk=cast.police.pk).update(urgent_phone="04 777 77 77")
    [message] = ladder_ends(cast, red)
    number = str(red.exchange_id)[:8].upper()
    for row in Owed.objects.filter(service=cast.coordination, subject_id=message.pk):
        assert row.urgency == "red"  # before all that can wait
        assert work.work_off(row.pk)
    [mail] = mail_server.mailbox.all()
    assert mail.recipients == [cast.coordination.duty_email]
    assert number not in mail.raw.decode()
    [task] = tasks(cast.coordination)
    assert "04 777 77 77" in task
    assert number in task
    for page in (get(cast.cleo, "desk:dashboard"), get(cast.cleo, "alerts:exchange", message.pk)):
        text = text_of(page)
        assert "banner-danger" in text
        assert "04 777 77 77" in text
        assert number in text
    assert number in text_of(get(cast.ana, "alerts:alert", red.pk))
    assert number in text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert tasks(cast.elsewhere) == tasks(cast.programme) == []


def test_the_sender_is_told_as_well_even_before_its_own_clock_and_once(cast: Cast, red):
    ladder_ends(cast, red)
    watch = Owed.objects.get(kind=OwedKind.WATCH, subject_id=red.pk)
    assert work.work_off(due_again(watch).pk)
    assert len(tasks(cast.victims)) == 1
    page = text_of(get(cast.ana, "alerts:alert", red.pk))
    assert "la coordination est avertie" in page


def test_who_calls_says_so_and_the_sender_sees_it(cast: Cast, red):
    [message] = ladder_ends(cast, red)
    assert post(cast.cleo, "alerts:acknowledge", message.pk).status_code == 302
    assert "pris en main par Cleo" in text_of(get(cast.cleo, "alerts:exchange", message.pk))
    assert "banner-danger" not in text_of(get(cast.cleo, "desk:dashboard"))
    page = text_of(get(cast.ana, "alerts:alert", red.pk))
    assert "la coordination appelle le partenaire" in page
    with inside(cast.victims):  # the alert itself still waits
        assert Alert.objects.overdue().filter(pk=red.pk).exists()


def test_it_is_none_to_acknowledge_in_bulk(cast: Cast, red):
    [message] = ladder_ends(cast, red)
    with inside(cast.coordination), pytest.raises(RedIsReadFirst):
        acknowledge_many(actor=cast.actor(cast.cleo), exchanges=[message])


def test_a_stranger_does_not_find_it(cast: Cast, red):
    [message] = ladder_ends(cast, red)
    for user in (cast.dora, cast.bruno, cast.carla):
        assert get(user, "alerts:exchange", message.pk).status_code == 404
        assert post(user, "alerts:acknowledge", message.pk).status_code == 404


def test_acknowledged_meanwhile_the_coordination_hears_nothing(cast: Cast, red):
    acknowledge(cast, red)
    assert work_off(OwedKind.UNHEARD, red) == "acknowledged"
    assert not told(cast.coordination)


def test_taken_back_meanwhile_the_coordination_hears_nothing(cast: Cast, red):
    with inside(cast.victims):
        recall(actor=cast.actor(cast.ana), alert_id=red.pk, because="Erreur.", at=database_now())
    assert work_off(OwedKind.UNHEARD, red) == "taken back"
    assert not told(cast.coordination)


def test_done_twice_it_is_told_once(cast: Cast, red):
    ladder_ends(cast, red)
    row = owed(OwedKind.UNHEARD, red)
    assert not work.work_off(row.pk)
    assert len(told(cast.coordination)) == 1


def test_once_no_protocol_is_in_force_nothing_crosses_and_the_sender_is_still_told(cast: Cast, red):
    now = database_now()
    LifeEvent.objects.create(
        version=red.protocol,
        service=cast.victims,
        kind=LifeKind.SUSPENDED,
        user=cast.denis,
        decided_at=now,
        effective_at=now,
    )
    assert work_off(OwedKind.UNHEARD, red) == "0 coordination told"
    assert not told(cast.coordination)
    assert len(tasks(cast.victims)) == 1


# ---- Rungs that nobody holds ------------------------------------------------------------------------------------


def test_a_rung_that_nobody_holds_is_said_to_be_nobodys_and_the_next_is_told_at_once(cast: Cast, red):
    Membership.objects.filter(user=cast.rosa).update(role=Role.LIAISON)
    before = text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert "personne n’a cette fonction ici. L’échelon suivant" in before
    assert owed(OwedKind.RUNG, red, step=2).due_at > database_now()
    assert work_off(OwedKind.RUNG, red, step=1) == "no referent: next rung at once"
    assert owed(OwedKind.RUNG, red, step=2).due_at <= database_now()
    page = text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert "personne n’a cette fonction ici. L’échelon suivant" in page
    assert "personne n’a cette fonction ici. L’émetteur" in page
    assert not Owed.objects.filter(subject_id=red.exchange_id, step=1, kind=OwedKind.NOTICE).exists()


def last_rung(cast: Cast, red: Alert) -> str:
    page = text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert "personne n’a cette fonction ici. L’émetteur est prévenu aussitôt" in page
    return page


def test_the_coordination_is_named_on_the_last_rung_where_it_would_be_told(cast: Cast, red):
    assert "et la coordination avec lui" in last_rung(cast, red)
    ladder_ends(cast, red)
    assert len(told(cast.coordination)) == 1


@pytest.mark.parametrize("kind", [LifeKind.SUSPENDED, LifeKind.WITHDRAWN])
def test_no_coordination_is_named_once_nothing_crosses_under_the_protocol(cast: Cast, red, kind):
    now = database_now()
    LifeEvent.objects.create(
        version=red.protocol,
        service=cast.victims,
        kind=kind,
        user=cast.denis,
        decided_at=now,
        effective_at=now,
    )
    assert "coordination avec lui" not in last_rung(cast, red)
    ladder_ends(cast, red)
    assert not told(cast.coordination)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"coordination": {"kind": ServiceKind.VICTIM_SUPPORT}}, id="none is a party"),
        pytest.param({"coordination": {"is_active": False}}, id="it is suspended"),
        pytest.param(
            {
                "coordination": {"kind": ServiceKind.VICTIM_SUPPORT},
                "victims": {"kind": ServiceKind.COORDINATION},
            },
            id="it is the sender",
        ),
        pytest.param(
            {
                "coordination": {"kind": ServiceKind.VICTIM_SUPPORT},
                "police": {"kind": ServiceKind.COORDINATION},
            },
            id="it is the recipient",
        ),
    ],
)
def test_no_coordination_is_named_where_none_would_be_told(cast: Cast, red, changed):
    for name, fields in changed.items():
        Service.objects.filter(pk=getattr(cast, name).pk).update(**fields)
    assert "coordination avec lui" not in last_rung(cast, red)
    ladder_ends(cast, red)
    assert not [each for each in (cast.coordination, cast.police, cast.elsewhere) if told(each)]


def test_somebody_whose_account_is_closed_holds_no_rung(cast: Cast, red):
    type(cast.rosa).objects.filter(pk=cast.rosa.pk).update(is_active=False)
    assert work_off(OwedKind.RUNG, red, step=1) == "no referent: next rung at once"


def test_a_rung_that_somebody_holds_is_said_to_be_told(cast: Cast, red):
    person("Didier", at=cast.police, role=Role.DIRECTION)
    work_off(OwedKind.RUNG, red, step=1)
    page = text_of(get(cast.carla, "alerts:exchange", red.exchange_id))
    assert "personne n’a cette fonction" not in page
