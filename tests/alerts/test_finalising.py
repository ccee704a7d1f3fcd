"""What leaves, to whom, and who must not be told."""

import pytest

from alerts import handling
from alerts.factories import finalised
from alerts.models import Alert, AlertState, Owed, OwedKind
from assessment.factories import LEVEL_1, LEVEL_3, LEVEL_4
from assessment.models import Reading
from cases.refusals import MotiveMissing
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def received_by(service):
    with inside(service):
        return list(Exchange.objects.received_by(service.pk))


def test_level_4_alerts_the_police_and_the_other_association(cast: Cast, protocol):
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10)

    assert {(alert.recipient_id, alert.urgency, alert.state) for alert in alerts} == {
        (cast.police.pk, "red", "sent"),
        (cast.programme.pk, "red", "sent"),
    }
    assert len(received_by(cast.police)) == len(received_by(cast.programme)) == 1
    assert not received_by(cast.coordination)
    assert not received_by(cast.elsewhere)


def test_what_is_owed_is_written_with_the_decision(cast: Cast, protocol):
    [alert] = [
        a for a in finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10) if a.recipient == cast.police
    ]

    owed = Owed.objects.filter(subject_id__in=[alert.pk, alert.exchange_id])
    assert {(row.kind, row.service_id, row.step) for row in owed} == {
        (OwedKind.NOTICE, cast.police.pk, 0),
        (OwedKind.RUNG, cast.police.pk, 1),
        (OwedKind.RUNG, cast.police.pk, 2),
        (OwedKind.WATCH, cast.victims.pk, 0),
        (OwedKind.UNHEARD, cast.victims.pk, 0),
    }


def test_level_3_without_agreement_is_held_and_tells_nobody(cast: Cast, protocol):
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10)

    assert (alert.state, alert.recipient, alert.held_because) == (
        AlertState.HELD,
        cast.programme,
        "no_agreement",
    )
    assert not received_by(cast.programme)
    assert not received_by(cast.police)
    [notice] = Owed.objects.filter(kind=OwedKind.NOTICE)
    assert (notice.service, notice.addressee_id) == (cast.victims, cast.rita.pk)


def test_level_1_orders_nothing(cast: Cast, protocol):
    assert finalised(cast.actor(cast.ana), LEVEL_1, at=TUESDAY_10) == []
    assert [row.kind for row in Owed.objects.all()] == [OwedKind.REVIEW], "its own next reading, and no more"


def test_without_a_protocol_in_force_nothing_leaves(cast: Cast, protocol):
    assert finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10.replace(year=2027, month=9)) == []
    assert not received_by(cast.police)


def test_a_lowered_red_waits_for_the_second_reader_while_the_chosen_level_acts(cast: Cast, protocol):
    alerts = finalised(
        cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10, chosen=3, motive="Elle est hospitalisée et gardée."
    )

    assert {(a.urgency, a.recipient, a.state) for a in alerts} == {
        ("red", cast.police, "held"),
        ("red", cast.programme, "held"),
    }
    assert not received_by(cast.police)


def test_lowering_without_a_motive_leaves_the_draft_and_tells_nobody(cast: Cast, protocol):
    with pytest.raises(MotiveMissing):
        finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10, chosen=2)

    with inside(cast.victims):
        assert not Reading.objects.finalised().exists()
        assert not Alert.objects.exists()
    assert not received_by(cast.police)


def test_what_follows_an_open_alert_is_its_update(cast: Cast, protocol):
    ana = cast.actor(cast.ana)
    [first] = [a for a in finalised(ana, LEVEL_4, at=TUESDAY_10) if a.recipient == cast.police]
    worse = LEVEL_4 | {"A8": "current"}
    later = TUESDAY_10.replace(day=16)
    [second] = [a for a in finalised(ana, worse, at=later, case=first.case) if a.recipient == cast.police]

    with inside(cast.police):
        update = Exchange.objects.received_by(cast.police.pk).get(pk=second.exchange_id)
        assert (update.kind, update.in_reply_to_id) == ("update", first.exchange_id)
        assert update.acknowledge_by is not None
    assert not received_by(cast.elsewhere)


def test_after_the_answer_a_new_danger_is_a_new_alert(cast: Cast, protocol):
    ana, carla = cast.actor(cast.ana), cast.actor(cast.carla)
    [first] = [a for a in finalised(ana, LEVEL_4, at=TUESDAY_10) if a.recipient == cast.police]
    with inside(cast.police):
        handling.answer(actor=carla, exchange=door.received(carla, first.exchange_id), outcome="taken_on")
    worse = LEVEL_4 | {"A8": "current"}
    later = TUESDAY_10.replace(day=16)
    [second] = [a for a in finalised(ana, worse, at=later, case=first.case) if a.recipient == cast.police]

    with inside(cast.police):
        assert Exchange.objects.received_by(cast.police.pk).get(pk=second.exchange_id).kind == "alert"
