"""Who is on duty is told by name besides the duty address, and nobody is left out because of a rota."""

import pytest
from django.utils import timezone

from alerts import handling, work
from alerts.factories import finalised
from alerts.models import Alert, Handling, Owed, OwedKind
from assessment.factories import LEVEL_4
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.factories import on_duty, person
from pole.tenancy.models import DutyTurn, Membership
from pole.tenancy.permissions import Role
from protocols import exchange as door
from tests.alerts.notices import due_again
from tests.alerts.screens import get, in_force, post, queries_of, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "undefined_variables_fail"]


def red_to_police(cast: Cast) -> Alert:
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def told(alert: Alert, step: int = 0) -> set[object]:
    """Whose notices of the alert are owed at a step, by id; None is the duty address."""
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=alert.exchange_id, step=step)
    return set(rows.values_list("addressee_id", flat=True))


def climb_first_rung(alert: Alert) -> Owed:
    row = Owed.objects.get(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=1)
    assert work.work_off(due_again(row).pk)
    row.refresh_from_db()
    return row


def acknowledged_by(cast: Cast, who, alert: Alert) -> Handling:
    actor = cast.actor(who)
    with inside(cast.police):
        handling.acknowledge(actor=actor, exchange=door.received(actor, alert.exchange_id))
        return Handling.objects.get(exchange_id=alert.exchange_id)


def test_without_a_rota_only_the_duty_address_is_told(cast: Cast, in_force):
    assert told(red_to_police(cast)) == {None}


def test_whoever_is_on_duty_is_told_besides_the_duty_address(cast: Cast, in_force):
    on_duty(cast.carla, at=cast.police)
    on_duty(cast.rosa, at=cast.police, hours=-0.5)  # her turn is over
    on_duty(cast.dora, at=cast.elsewhere)
    alert = red_to_police(cast)
    assert told(alert) == {None, cast.carla.pk}
    everybody = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=alert.exchange_id)
    assert {row.service_id for row in everybody} == {cast.police.pk}


def test_the_two_mails_are_one_neutral_text_and_have_ids_of_their_own(
    cast: Cast, in_force, mail_server: Server
):
    on_duty(cast.carla, at=cast.police)
    alert = red_to_police(cast)
    for row in Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=alert.exchange_id):
        assert work.work_off(row.pk)
    first, second = mail_server.mailbox.all()
    assert {*first.recipients, *second.recipients} == {cast.police.duty_email, cast.carla.email}
    assert first.body("plain") == second.body("plain")
    assert first.header("Message-ID") != second.header("Message-ID")


def test_on_duty_and_gone_meanwhile_is_told_nothing_and_the_duty_address_is(
    cast: Cast, in_force, mail_server: Server
):
    on_duty(cast.carla, at=cast.police)
    Membership.objects.filter(user=cast.carla).update(ends_on=timezone.localdate())
    assert told(red_to_police(cast)) == {None}


def test_the_first_rung_goes_to_whoever_of_its_role_is_on_duty(cast: Cast, in_force):
    rolf = person("Rolf", at=cast.police, role=Role.REFERENT)
    on_duty(cast.rosa, at=cast.police)
    alert = red_to_police(cast)
    climb_first_rung(alert)
    assert told(alert, step=1) == {cast.rosa.pk}
    assert rolf.pk not in told(alert)


def test_with_nobody_of_the_role_on_duty_the_first_rung_goes_to_all_of_it(cast: Cast, in_force):
    rolf = person("Rolf", at=cast.police, role=Role.REFERENT)
    on_duty(cast.carla, at=cast.police)  # of another role
    alert = red_to_police(cast)
    climb_first_rung(alert)
    assert told(alert, step=1) == {cast.rosa.pk, rolf.pk}
    assert cast.rita.pk not in told(alert, step=1)


def test_a_turn_of_somebody_who_left_leaves_nobody_out(cast: Cast, in_force):
    rolf = person("Rolf", at=cast.police, role=Role.REFERENT)
    on_duty(cast.rosa, at=cast.police)
    Membership.objects.filter(user=cast.rosa).update(ends_on=timezone.localdate())
    alert = red_to_police(cast)
    climb_first_rung(alert)
    assert told(alert, step=1) == {rolf.pk}


def test_the_last_rung_asks_the_whole_direction_whoever_is_on_duty(cast: Cast, in_force):
    chiefs = [person(name, at=cast.police, role=Role.DIRECTION) for name in ("Didier", "Dalia")]
    on_duty(chiefs[0], at=cast.police)
    alert = red_to_police(cast)
    row = Owed.objects.get(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=2)
    assert work.work_off(due_again(row).pk)
    assert told(alert, step=2) == {chief.pk for chief in chiefs}


@pytest.mark.parametrize(
    ("planned", "noted"),
    [
        pytest.param("carla", True, id="by whoever is on duty"),
        pytest.param("rosa", False, id="by somebody else while another is on duty"),
        pytest.param(None, None, id="with nobody on duty"),
    ],
)
def test_an_acknowledgement_is_never_refused_and_notes_whether_it_was_the_person_on_duty(
    cast: Cast, in_force, planned, noted
):
    if planned:
        on_duty(getattr(cast, planned), at=cast.police)
    alert = red_to_police(cast)
    assert acknowledged_by(cast, cast.carla, alert).acknowledged_on_duty is noted
    with inside(cast.police):
        event = Event.objects.get(tag=Tag.ALERT_ACKNOWLEDGED, subject_id=alert.exchange_id)
        assert event.detail.get("on_duty") is noted


def test_the_page_of_an_alert_says_who_is_on_duty_to_the_recipient_alone(cast: Cast, in_force):
    on_duty(cast.rosa, at=cast.police)
    alert = red_to_police(cast)
    assert "De garde : Rosa" in text_of(get(cast.carla, "alerts:exchange", alert.exchange_id)).replace(
        "\xa0", " "
    )
    assert "Rosa" not in text_of(get(cast.ana, "alerts:alert", alert.pk))
    assert get(cast.dora, "alerts:exchange", alert.exchange_id).status_code == 404
    post(cast.carla, "alerts:acknowledge", alert.exchange_id)
    page = text_of(get(cast.carla, "alerts:exchange", alert.exchange_id))
    assert "pas par la personne de garde" in page


def test_the_page_asks_for_the_rota_once_however_many_are_on_duty(cast: Cast, in_force):
    alert = red_to_police(cast)
    on_duty(cast.rosa, at=cast.police)
    one = queries_of(cast.carla, "alerts:exchange", alert.exchange_id)
    for name in ("Rolf", "Ria", "Ruth"):
        on_duty(person(name, at=cast.police, role=Role.REFERENT), at=cast.police)
    assert len(queries_of(cast.carla, "alerts:exchange", alert.exchange_id)) == len(one) <= 15


def test_nothing_of_the_recipients_rota_is_read_in_the_senders_space(cast: Cast, in_force):
    on_duty(cast.carla, at=cast.police)
    with inside(cast.victims):
        assert not DutyTurn.objects.exists()
