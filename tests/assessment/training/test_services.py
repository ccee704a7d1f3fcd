"""An exercise from its opening to its results, and what each service can see of it on the way."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alerts.models import Alert, Owed
from assessment.grid import InvalidAnswer, UnknownIndicator
from assessment.models import HandIn, Invitation, Outcome, Reading, VignetteReading
from assessment.refusals import ClosesInThePast, ExerciseOver, HandedInAlready, NotAllRead, PublishedAlready
from assessment.stored import Given
from assessment.training import factories, services
from assessment.training.factories import hand_in, invitation_of, publish, read
from assessment.training.sheets import Sheet
from cases.models import CaseChange
from pole.audit.models import Event, Tag
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from tests.assessment.training.conftest import VIGNETTES

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(cast):
    return cast.actor(cast.ana)


@pytest.fixture
def cleo(cast):
    return cast.actor(cast.cleo)


def save(actor, exercise, vignette=VIGNETTES[0], **answers):
    with tenant(actor.service_id):
        services.save_vignette(
            actor=actor,
            invitation=invitation_of(actor, exercise),
            vignette=vignette,
            answers={
                code: each if isinstance(each, Given) else Given(each) for code, each in answers.items()
            },
        )


def seen_by(user, cast):
    with tenant(cast.actor(user).service_id):
        return {model.__name__: model.objects.count() for model in (Invitation, HandIn, Outcome)}


def test_an_exercise_is_seen_by_who_organises_it_and_by_who_is_invited_and_by_nobody_else(cast, opened):
    hand_in(cast.actor(cast.ana), opened)
    publish(cast.actor(cast.cleo), opened)
    assert seen_by(cast.cleo, cast) == {"Invitation": 2, "HandIn": 1, "Outcome": 2}
    assert seen_by(cast.ana, cast) == {"Invitation": 1, "HandIn": 1, "Outcome": 1}
    assert seen_by(cast.bruno, cast) == {"Invitation": 1, "HandIn": 0, "Outcome": 1}
    for bystander in (cast.carla, cast.dora):
        assert seen_by(bystander, cast) == {"Invitation": 0, "HandIn": 0, "Outcome": 0}


@pytest.mark.parametrize("who", ["ana", "rita", "bruno", "carla", "olga"])
def test_only_coordination_and_direction_organise(cast, who):
    with pytest.raises(RightLacking):
        factories.exercise(cast.actor(getattr(cast, who)), cast.victims)


def test_an_exercise_closes_after_its_last_day(cast, cleo):
    with tenant(cleo.service_id), pytest.raises(ClosesInThePast):
        services.open_exercise(
            actor=cleo,
            grid="pdc-1",
            vignettes=VIGNETTES,
            invited=[cast.victims],
            closes_on=timezone.localdate() - timedelta(days=1),
        )
    with tenant(cleo.service_id):
        services.open_exercise(
            actor=cleo,
            grid="pdc-1",
            vignettes=VIGNETTES,
            invited=[cast.victims],
            closes_on=timezone.localdate(),
        )
        assert Invitation.objects.get().last_day == timezone.localdate()


def test_what_is_filled_in_is_kept_and_is_nobody_elses(cast, ana, opened):
    given = Given("recent", seen=date(2026, 3, 2), note="le soir")
    save(ana, opened, A7=given, A8="absent")
    save(ana, opened, A8="unknown")
    with tenant(ana.service_id):
        row = VignetteReading.objects.get()
        sheet = Sheet.load(invitation_of(ana, opened), VIGNETTES[0], row)
        assert sheet.given == {"A7": given, "A8": Given("unknown")}
        assert row.answered == 2
        assert not VignetteReading.objects.of(cast.actor(cast.eli)).exists()
        assert not VignetteReading.objects.of(cast.actor(cast.rita)).exists()


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        pytest.param({"Z9": Given("recent")}, UnknownIndicator, id="a line of no grid"),
        pytest.param({"A7": Given("souvent")}, InvalidAnswer, id="a value of no scale"),
        pytest.param(
            {"A7": Given("recent", seen=date(2026, 3, 13))},
            InvalidAnswer,
            id="the day after the vignette's own",
        ),
    ],
)
def test_what_the_grid_can_not_take_is_refused_whole(ana, opened, answers, refusal):
    with pytest.raises(refusal):
        save(ana, opened, A1="absent", **answers)
    with tenant(ana.service_id):
        assert not VignetteReading.objects.exists()


def test_a_training_reading_is_no_reading_and_moves_nothing(cast, ana, opened):
    hand_in(ana, opened, {VIGNETTES[0]: {"E9": "current", "A15": "current"}})
    for service in (cast.victims, cast.programme, cast.police, cast.coordination):
        with tenant(service.pk):
            assert not Reading.objects.exists()
            assert not Alert.objects.exists()
            assert not CaseChange.objects.exists()
    assert not Owed.objects.exists()


def test_the_copy_that_leaves_has_no_person_no_note_and_no_time(cast, ana, cleo, opened):
    given = Given("recent", seen=date(2026, 3, 2), source="victim", note="un secret")
    read(ana, opened)
    save(ana, opened, A7=given)
    with tenant(ana.service_id):
        services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())
    with tenant(cleo.service_id):
        [copy] = HandIn.objects.of_exercise(organiser=cleo.service_id, exercise=opened)
        columns = {field.name for field in HandIn._meta.concrete_fields}
    assert columns == {"id", "service", "organiser", "invitation", "readings"}
    assert copy.readings[VIGNETTES[0]] == {"answers": {"A7": "recent"}, "dynamics": "TI", "level": 2}
    assert "secret" not in str(copy.readings)
    with tenant(ana.service_id):
        [line] = Event.objects.filter(tag=Tag.EXERCISE_HANDED_IN)
    assert (line.user_id, line.subject_id, line.detail) == (ana.user_id, opened, {})


@pytest.mark.parametrize(
    ("seen", "level"),
    [pytest.param(5, 4, id="seven days before"), pytest.param(4, 3, id="eight days before")],
)
def test_a_vignette_is_read_on_its_own_day_whenever_that_is(ana, cleo, opened, seen, level):
    read(ana, opened, {VIGNETTES[0]: {"A8": "current"}})
    save(ana, opened, A8=Given("current", seen=date(2026, 3, seen)))
    with tenant(ana.service_id):
        services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())
        assert HandIn.objects.get().readings[VIGNETTES[0]]["level"] == level


def test_one_hands_in_all_vignettes_or_none(ana, opened):
    save(ana, opened, A7="recent")
    with tenant(ana.service_id), pytest.raises(NotAllRead):
        services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())
    read(ana, opened)
    save(ana, opened, A7="")
    with tenant(ana.service_id), pytest.raises(NotAllRead):
        services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())
    with tenant(ana.service_id):
        assert not HandIn.objects.exists()


def test_what_is_handed_in_stays_and_is_counted_once(ana, opened):
    hand_in(ana, opened)
    with pytest.raises(HandedInAlready):
        save(ana, opened, A7="absent")
    with tenant(ana.service_id):
        with pytest.raises(HandedInAlready):
            services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())
        assert HandIn.objects.count() == 1


def test_after_the_end_nothing_is_added(cast, ana, cleo, opened):
    read(ana, opened)
    publish(cleo, opened)
    with pytest.raises(ExerciseOver):
        save(ana, opened, A7="absent")
    with tenant(ana.service_id), pytest.raises(ExerciseOver):
        services.hand_in(actor=ana, invitation=invitation_of(ana, opened), at=timezone.now())


def test_after_the_last_day_nothing_is_added_though_nobody_closed_it(ana, opened):
    read(ana, opened)
    with tenant(ana.service_id):
        invitation = invitation_of(ana, opened)
        with pytest.raises(ExerciseOver):
            services.hand_in(actor=ana, invitation=invitation, at=invitation.closes_at)
        services.hand_in(actor=ana, invitation=invitation, at=invitation.closes_at - timedelta(seconds=1))


def test_a_hand_in_of_a_service_that_is_not_invited_is_not_counted(cast, cleo, opened):
    """The wall lets a service write rows of its own; whose exercise they claim to belong to is checked."""
    with tenant(cleo.service_id):
        invitation = Invitation.objects.first()
    with tenant(cast.elsewhere.pk):
        HandIn.objects.create(
            service=cast.elsewhere, organiser=cast.coordination, invitation=invitation, readings={}
        )
    publish(cleo, opened)
    with tenant(cleo.service_id):
        assert {row.result["raters"] for row in Outcome.objects.all()} == {0}


def test_results_are_sent_once_and_only_by_who_organises(cast, cleo, opened):
    with tenant(cast.victims.pk):
        with pytest.raises(RightLacking):
            services.publish(actor=cast.actor(cast.ana), exercise=opened)
        with pytest.raises(Invitation.DoesNotExist):
            services.publish(actor=cast.actor(cast.denis), exercise=opened)
    publish(cleo, opened)
    with pytest.raises(PublishedAlready):
        publish(cleo, opened)


def test_what_closed_is_published_by_the_clock_and_nothing_else(cast, cleo, opened, monkeypatch):
    later = factories.exercise(cleo, cast.victims, vignettes=VIGNETTES)
    for who in (cast.ana, cast.eli, cast.bruno):
        hand_in(cast.actor(who), opened)
    with tenant(cleo.service_id):
        closes_at = Invitation.objects.filter(exercise=opened).first().closes_at
    assert services.publish_due() == 0
    monkeypatch.setattr(timezone, "now", lambda: closes_at - timedelta(seconds=1))
    assert services.publish_due() == 0
    monkeypatch.setattr(timezone, "now", lambda: closes_at)
    assert services.publish_due() == 2
    assert services.publish_due() == 0
    with tenant(cast.programme.pk):
        assert Outcome.objects.get().result["raters"] == 3
    with tenant(cast.victims.pk):
        assert Outcome.objects.filter(invitation__exercise=later).get().result["raters"] == 0
    with tenant(cleo.service_id):
        assert Event.objects.filter(tag=Tag.EXERCISE_PUBLISHED, user=None).count() == 2


def test_what_is_sent_back_holds_numbers_and_no_reading(cast, cleo, opened):
    for who, value in ((cast.ana, "recent"), (cast.eli, "recent"), (cast.bruno, "absent")):
        hand_in(cast.actor(who), opened, {VIGNETTES[0]: {"A7": value}})
    publish(cleo, opened)
    with tenant(cast.programme.pk):
        result = Outcome.objects.get().result
    assert set(result) == {"raters", "measures", "distributions"}
    assert result["distributions"][VIGNETTES[0]]["A7"] == {"recent": 2, "absent": 1}
    for who in (cast.ana.pk, cast.eli.pk, cast.victims.pk, cast.programme.pk):
        assert str(who) not in str(result)


def test_with_two_raters_only_their_number_is_sent(cast, cleo, opened):
    for who in (cast.ana, cast.bruno):
        hand_in(cast.actor(who), opened)
    publish(cleo, opened)
    with tenant(cast.victims.pk):
        assert Outcome.objects.get().result == {"raters": 2, "measures": [], "distributions": {}}
