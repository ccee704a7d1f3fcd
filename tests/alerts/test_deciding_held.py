"""What waits for the référent: released, dropped, decided twice, decided by somebody who may not."""

import pytest
from django.utils import timezone

from alerts import releasing, services, work
from alerts.factories import agreement, finalised
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_3, LEVEL_4
from cases import services as cases
from cases.factories import case as make_case
from cases.factories import measure as measure_of
from cases.models import Agreement, CaseChange, Task
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
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
        return releasing.release_held(
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
        releasing.drop_held(actor=rita, alert_id=held.pk, motive="Elle est à l’abri.", at=TUESDAY_10)
    with pytest.raises(releasing.DecidedAlready):
        release(rita, held)
    assert not received_by(cast.programme)


def test_agreement_is_no_basis_a_referent_can_give(cast: Cast, held):
    with pytest.raises(door.Refused):
        release(cast.actor(cast.rita), held, basis="agreement")
    assert not received_by(cast.programme)


def test_after_the_protocol_ended_nothing_is_released(cast: Cast, held):
    with inside(cast.victims), pytest.raises(door.Refused):
        releasing.release_held(
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


@pytest.fixture
def kept_since(cast: Cast, lowered) -> list[Alert]:
    """The red that Ana lowered, and a day later a reading that keeps 4: nothing is new in it, so it orders nothing."""
    case = lowered[0].case
    since = finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10.replace(day=16), case=case)
    assert not since
    return lowered


def test_a_level_kept_by_a_newer_reading_leaves_where_the_second_reader_disagrees(cast: Cast, kept_since):
    second(cast, kept_since, agrees=False)

    [exchange] = received_by(cast.police)
    assert (exchange.urgency, exchange.article) == ("red", "4 §1")
    with inside(cast.victims):
        assert not Alert.objects.held().exists()
    assert not received_by(cast.elsewhere)


def test_a_level_kept_by_a_newer_reading_is_the_referents_to_decide_where_the_second_reader_agrees(
    cast: Cast, kept_since
):
    second(cast, kept_since, agrees=True)

    with inside(cast.victims):
        waiting = {alert.recipient.slug for alert in Alert.objects.held()}
        assert waiting == {cast.police.slug, cast.programme.slug}
    assert not received_by(cast.police)
    assert not received_by(cast.elsewhere)


@pytest.mark.parametrize("agrees", [True, False])
def test_what_a_newer_reading_no_longer_retains_does_not_leave(cast: Cast, lowered, agrees):
    finalised(
        cast.actor(cast.ana),
        LEVEL_3,
        at=TUESDAY_10.replace(day=16),
        case=lowered[0].case,
        motive="Il est incarcéré.",
    )
    second(cast, lowered, agrees=agrees)

    with inside(cast.victims):
        assert not Alert.objects.held().filter(reading=lowered[0].reading).exists()
    assert not received_by(cast.police)


def test_released_it_is_answered_by_a_deadline_like_any_other(cast: Cast, held):
    release(cast.actor(cast.rita), held)

    [exchange] = received_by(cast.programme)
    assert exchange.answer_by > exchange.acknowledge_by


@pytest.fixture
def lowered_with_police(cast: Cast, protocol) -> Alert:
    """A 3 lowered to 2: the orange for the police rests on an agreement, and waits."""
    ana = cast.actor(cast.ana)
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        given = TUESDAY_10.date()
        agreement(
            case,
            cast.police,
            by=cast.ana,
            informed_on=given,
            given_on=given,
            expires_on=given.replace(month=11),
        )
    alerts = finalised(ana, LEVEL_3, at=TUESDAY_10, case=case, chosen=2, motive="Il est loin.")
    [alert] = [alert for alert in alerts if alert.recipient == cast.police]
    assert (alert.state, set(alert.categories.values())) == ("held", {"agreement"})
    return alert


def test_what_rests_on_an_agreement_that_stands_is_released_on_it(cast: Cast, lowered_with_police):
    release(cast.actor(cast.rita), lowered_with_police)

    [exchange] = received_by(cast.police)
    assert set(exchange.bases.values()) == {"agreement"}


def test_on_an_agreement_withdrawn_since_nothing_is_released(cast: Cast, lowered_with_police):
    with inside(cast.victims):
        Agreement.objects.update(withdrawn_at=TUESDAY_10)

    with pytest.raises(door.Refused):
        release(cast.actor(cast.rita), lowered_with_police)

    assert not received_by(cast.police)
    with inside(cast.victims):
        assert Alert.objects.get(pk=lowered_with_police.pk).state == "held"


@pytest.mark.parametrize("agrees", [True, False])
def test_what_a_breach_ordered_is_not_the_second_readers_to_drop(cast: Cast, lowered, agrees):
    """It waits for the référent: the second reader speaks of the reading, not of what happened since."""
    case = lowered[0].case
    with inside(cast.victims) as service:
        measure = measure_of(case, cast.ana)
        cases.change_measure(
            actor=cast.actor(cast.ana),
            case=case,
            measure=measure,
            status="breached",
            breached_on=timezone.localdate(TUESDAY_10),
        )
        of_breach = Alert.objects.create(
            service=service,
            case=case,
            reading=lowered[0].reading,
            change=CaseChange.objects.get(),
            protocol=lowered[0].protocol,
            recipient=cast.police,
            rule="red",
            article="4 §1",
            urgency="red",
            categories={"C05": "necessity"},
            state="held",
            held_because="awaiting_second_reader",
            decide_by=TUESDAY_10,
        )

    second(cast, lowered, agrees=agrees)

    with inside(cast.victims):
        assert Alert.objects.held().get() == of_breach


def test_without_another_referent_the_direction_reads_a_second_time(cast: Cast, protocol):
    Membership.objects.filter(user=cast.rita).update(ends_on=timezone.localdate())

    [reading_id] = {
        alert.reading_id
        for alert in finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10, chosen=3, motive="Gardée.")
    }

    asked = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=reading_id)
    assert [row.addressee_id for row in asked] == [cast.denis.pk]


@pytest.fixture
def restricted(cast: Cast, protocol):
    with inside(cast.victims):
        return make_case(cast.victims, team=[cast.ana], followed="Nora Lien", is_restricted=True)


def test_a_referent_who_may_not_see_a_restricted_case_is_not_asked_about_it(cast: Cast, restricted):
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10, case=restricted)

    assert not Owed.objects.filter(subject_id=alert.pk, addressee_id=cast.rita.pk).exists()
    decide = Owed.objects.get(kind=OwedKind.DECIDE, subject_id=alert.pk)
    assert decide.due_at == alert.created_at


def test_where_nobody_who_decides_sees_the_case_its_team_is_told(cast: Cast, restricted):
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10, case=restricted)
    decide = Owed.objects.get(kind=OwedKind.DECIDE, subject_id=alert.pk)

    assert work.work_off(decide.pk)

    with inside(cast.victims):
        task = Task.objects.get()
        assert (task.case, task.assigned_to, task.is_urgent) == (restricted, cast.ana, True)
    assert not Owed.objects.filter(addressee_id=cast.denis.pk).exists()


def test_the_agreement_of_another_person_does_not_open_the_case(cast: Cast, protocol):
    """Article 2 §2: the person called into question cannot agree in the other's stead."""
    given = TUESDAY_10.date()
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        by = agreement(
            case,
            cast.police,
            by=cast.ana,
            informed_on=given,
            given_on=given,
            expires_on=given.replace(month=11),
        )
        by.person = case.people.get(role="partner")
        by.save(update_fields=["person"])

    finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10, case=case)

    assert not received_by(cast.police)
