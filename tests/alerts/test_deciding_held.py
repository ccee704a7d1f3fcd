"""What waits for the référent: released, dropped, decided twice, decided by somebody who may not."""

import pytest

from alerts import services
from alerts.factories import agreement, finalised
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_3, LEVEL_4
from cases.factories import case as make_case
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast: Cast, protocol) -> Alert:
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10)
    return alert


def received_by(service) -> list[Exchange]:
    with inside(service):
        return list(Exchange.objects.received_by(service.pk).filter(kind="alert"))


def release(actor, alert, **fields):
    with inside(actor.service):
        return services.release_held(
            actor=actor,
            alert_id=alert.pk,
            at=TUESDAY_10,
            **{"basis": "referent", "motive": "Péril.", **fields},
        )


def test_released_on_another_basis_it_reaches_its_recipient_alone(cast: Cast, held):
    release(cast.actor(cast.rita), held)

    [exchange] = received_by(cast.programme)
    assert set(exchange.bases.values()) == {"referent"}
    assert exchange.acknowledge_by is not None
    assert not received_by(cast.police)
    assert not received_by(cast.elsewhere)
    assert Owed.objects.filter(kind=OwedKind.NOTICE, service=cast.programme, subject_id=exchange.pk).exists()


def test_a_practitioner_does_not_release(cast: Cast, held):
    with pytest.raises(RightLacking):
        release(cast.actor(cast.ana), held)
    assert not received_by(cast.programme)


def test_decided_once(cast: Cast, held):
    rita = cast.actor(cast.rita)
    with inside(cast.victims):
        services.drop_held(actor=rita, alert_id=held.pk, motive="Elle est à l’abri.", at=TUESDAY_10)
    with pytest.raises(services.DecidedAlready):
        release(rita, held)
    assert not received_by(cast.programme)


def test_agreement_is_no_basis_a_referent_can_give(cast: Cast, held):
    with pytest.raises(door.Refused):
        release(cast.actor(cast.rita), held, basis="agreement")
    assert not received_by(cast.programme)


def test_after_the_protocol_ended_nothing_is_released(cast: Cast, held):
    with inside(cast.victims), pytest.raises(door.Refused):
        services.release_held(
            actor=cast.actor(cast.rita),
            alert_id=held.pk,
            basis="referent",
            motive="Péril.",
            at=TUESDAY_10.replace(year=2027, month=10),
        )


@pytest.fixture
def lowered(cast: Cast, protocol) -> list[Alert]:
    """A red that Ana lowered to 3, with an agreement for the programme."""
    ana = cast.actor(cast.ana)
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        given = TUESDAY_10.date()
        agreement(
            case,
            cast.programme,
            by=cast.ana,
            informed_on=given,
            given_on=given,
            expires_on=given.replace(month=11),
        )
    return finalised(ana, LEVEL_4, at=TUESDAY_10, case=case, chosen=3, motive="Il est incarcéré depuis hier.")


def test_what_the_chosen_level_orders_leaves_and_the_rest_waits(cast: Cast, lowered):
    assert {(a.urgency, a.recipient.slug, a.state) for a in lowered} == {
        ("red", cast.police.slug, "held"),
        ("red", cast.programme.slug, "held"),
        ("orange", cast.programme.slug, "sent"),
    }
    assert not received_by(cast.police)


def second(cast: Cast, lowered, *, agrees: bool):
    with inside(cast.victims):
        return services.second_reading(
            actor=cast.actor(cast.rita),
            reading_id=lowered[0].reading_id,
            agrees=agrees,
            motive="Lu ensemble.",
            at=database_now(),
        )


def test_second_reader_agrees_what_rested_on_the_suggestion_is_dropped(cast: Cast, lowered):
    assert second(cast, lowered, agrees=True).in_force == 3

    with inside(cast.victims):
        assert not Alert.objects.held().exists()
    assert not received_by(cast.police)


def test_second_reader_disagrees_the_red_leaves_once(cast: Cast, lowered):
    assert second(cast, lowered, agrees=False).in_force == 4

    [exchange] = received_by(cast.police)
    assert (exchange.urgency, exchange.article) == ("red", "4 §1")
    with inside(cast.victims):
        assert not Alert.objects.held().exists()
    assert not received_by(cast.elsewhere)
