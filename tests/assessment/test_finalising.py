"""Freezing a draft, and the second reader of a lowered level."""

from datetime import UTC, date, datetime, timedelta

import grimp
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.models import Reading, SecondReading
from assessment.plain import as_plain_data
from assessment.refusals import (
    ClosedMeanwhile,
    FinalisedAlready,
    MotiveMissing,
    NothingAnswered,
    NotInScale,
    NotLowered,
    NotTheAuthor,
    OwnReading,
)
from assessment.seconding import second
from assessment.stored import result_of
from cases import factories
from cases.models import Case
from pole.audit.models import Event, Tag
from pole.calendar import BRUSSELS
from pole.tenancy.actor import RightLacking

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 9, 15, 10, tzinfo=BRUSSELS)


def finalise(case, author, actor, answers=LEVEL_2, *, at=TUESDAY, **choice):
    return freeze(actor=actor, reading_id=draft(case, author, answers).pk, at=at, **choice)


def test_a_reading_keeps_what_was_suggested_chosen_and_in_force(cast, ana, case):
    reading = finalise(case, cast.ana, ana, LEVEL_3, chosen=4)
    reading.refresh_from_db()
    assert (reading.suggested, reading.chosen, reading.in_force) == (3, 4, 4)
    assert (reading.dynamics, reading.markers, reading.incomplete) == ("TI", ["M9"], False)
    assert reading.finalised_at == TUESDAY
    assert reading.second == SecondReading.NOT_NEEDED
    assert Event.objects.filter(tag=Tag.READING_FINALISED, subject_id=reading.pk, user=cast.ana).exists()


def test_the_case_shows_the_level_and_when_it_is_read_again(cast, ana, case):
    assert not case.has_reading
    finalise(case, cast.ana, ana, LEVEL_3)
    case.refresh_from_db()
    assert (case.level, case.has_reading) == (3, True)
    assert case.review_due_at == TUESDAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("answers", "chosen", "within"),
    [
        pytest.param(LEVEL_1, None, timedelta(days=60), id="1"),
        pytest.param(LEVEL_2, None, timedelta(days=30), id="2"),
        pytest.param(LEVEL_4, None, timedelta(hours=72), id="4"),
        pytest.param(NOT_ASSESSABLE, None, timedelta(days=7), id="not assessable"),
        pytest.param(LEVEL_2, 4, timedelta(hours=72), id="raised from 2 to 4: the clock of 4"),
        pytest.param(LEVEL_4, 2, timedelta(hours=72), id="lowered from 4 to 2: still the clock of 4"),
    ],
)
def test_the_next_reading_is_due_by_the_clock_of_the_level_in_force(cast, ana, case, answers, chosen, within):
    reading = finalise(case, cast.ana, ana, answers, chosen=chosen, motive="Vu avec l'équipe.")
    assert reading.review_due_at == TUESDAY + within


def test_a_date_that_approaches_brings_the_review_forward(cast, ana, case):
    answers = LEVEL_2 | {
        "E7": {"value": "current", "details": {"due": date(2026, 9, 18), "what": "audience"}}
    }
    reading = finalise(case, cast.ana, ana, answers)
    assert reading.review_due_at == datetime(2026, 9, 18, tzinfo=BRUSSELS)


def test_the_same_reading_is_not_finalised_twice(cast, ana, case):
    reading = finalise(case, cast.ana, ana)
    with pytest.raises(FinalisedAlready):
        freeze(actor=ana, reading_id=reading.pk, at=TUESDAY, chosen=4)
    reading.refresh_from_db()
    assert reading.chosen == 2


def test_only_its_author_finalises_a_draft(cast, rita, case):
    with pytest.raises(NotTheAuthor):
        freeze(actor=rita, reading_id=draft(case, cast.ana).pk, at=TUESDAY)


def test_a_colleague_outside_the_team_finalises_nothing(cast, case):
    with pytest.raises(Reading.DoesNotExist):
        freeze(actor=cast.actor(cast.eli), reading_id=draft(case, cast.ana).pk, at=TUESDAY)


def test_an_empty_draft_is_not_finalised(cast, ana, case):
    with pytest.raises(NothingAnswered):
        finalise(case, cast.ana, ana, {"A1": {"note": "à demander"}})


def test_a_level_of_no_grid_is_refused(cast, ana, case):
    with pytest.raises(NotInScale):
        finalise(case, cast.ana, ana, chosen=7)
    assert Reading.objects.get().is_draft


@pytest.mark.parametrize("choice", [{"chosen": 2}, {"chosen_dynamics": "T0"}])
def test_lowering_or_another_type_wants_a_motive(cast, ana, case, choice):
    reading = draft(case, cast.ana, LEVEL_3)
    with pytest.raises(MotiveMissing):
        freeze(actor=ana, reading_id=reading.pk, at=TUESDAY, motive="  ", **choice)
    kept = freeze(actor=ana, reading_id=reading.pk, at=TUESDAY, motive="Fait ancien, mal daté.", **choice)
    assert Reading.objects.get(pk=kept.pk).motive == "Fait ancien, mal daté."


def test_both_types_are_kept_and_the_level_stays(cast, ana, case):
    reading = finalise(case, cast.ana, ana, LEVEL_3, chosen_dynamics="T1", motive="Contrôle vu en entretien.")
    assert (reading.dynamics, reading.chosen_dynamics, reading.in_force) == ("TI", "T1", 3)
    assert reading.second == SecondReading.NOT_NEEDED


@pytest.mark.parametrize(
    ("at", "due"),
    [
        pytest.param(TUESDAY, datetime(2026, 9, 16, 10, tzinfo=BRUSSELS), id="tomorrow at the same time"),
        pytest.param(
            datetime(2026, 9, 18, 15, tzinfo=BRUSSELS),
            datetime(2026, 9, 21, 15, tzinfo=BRUSSELS),
            id="over the weekend",
        ),
    ],
)
def test_a_lowered_level_waits_a_working_day_for_a_second_reader(cast, ana, case, at, due):
    reading = finalise(case, cast.ana, ana, LEVEL_3, at=at, chosen=2, motive="Fait ancien.")
    assert (reading.suggested, reading.chosen, reading.in_force) == (3, 2, 3)
    assert reading.awaits_second
    assert reading.second_due_at == due
    assert list(Reading.objects.awaiting_second()) == [reading]


def lowered(cast, ana, case):
    return finalise(case, cast.ana, ana, LEVEL_3, chosen=2, motive="Fait ancien.")


def test_once_agreed_the_chosen_level_counts(cast, ana, rita, case):
    reading = second(actor=rita, reading_id=lowered(cast, ana, case).pk, agrees=True)
    case.refresh_from_db()
    assert reading.second == SecondReading.AGREED
    assert (reading.in_force, case.level) == (2, 2)
    assert case.review_due_at == TUESDAY + timedelta(days=30)
    assert (reading.second_by, reading.suggested) == (cast.rita, 3)
    assert not Reading.objects.awaiting_second().exists()
    assert Event.objects.filter(tag=Tag.READING_SECONDED, subject_id=reading.pk, user=cast.rita).exists()


def test_a_disagreement_leaves_the_suggested_level_and_says_why(cast, ana, rita, case):
    reading = lowered(cast, ana, case)
    with pytest.raises(MotiveMissing):
        second(actor=rita, reading_id=reading.pk, agrees=False)
    second(actor=rita, reading_id=reading.pk, agrees=False, motive="La séquestration est de cet été.")
    reading.refresh_from_db()
    case.refresh_from_db()
    assert reading.second == SecondReading.DISAGREED
    assert reading.second_motive == "La séquestration est de cet été."
    assert (reading.in_force, case.level) == (3, 3)


def test_nobody_is_their_own_second_reader(cast, rita, case):
    reading = finalise(case, cast.rita, rita, LEVEL_3, chosen=2, motive="Fait ancien.")
    with pytest.raises(OwnReading):
        second(actor=rita, reading_id=reading.pk, agrees=True)
    reading.second_by = cast.rita
    with pytest.raises(IntegrityError), transaction.atomic():
        reading.save()


def test_a_practitioner_of_the_team_is_no_second_reader(cast, ana, case):
    factories.substitute(case, cast.eli, until=timezone.localdate())
    with pytest.raises(RightLacking):
        second(actor=cast.actor(cast.eli), reading_id=lowered(cast, ana, case).pk, agrees=True)


def test_a_second_reading_is_given_once(cast, ana, rita, case):
    reading = second(actor=rita, reading_id=lowered(cast, ana, case).pk, agrees=True)
    with pytest.raises(NotLowered):
        second(actor=cast.actor(cast.denis), reading_id=reading.pk, agrees=False, motive="Non.")
    reading.refresh_from_db()
    assert reading.in_force == 2


def test_a_level_that_was_not_lowered_wants_no_second_reader(cast, ana, rita, case):
    with pytest.raises(NotLowered):
        second(actor=rita, reading_id=finalise(case, cast.ana, ana).pk, agrees=True)


def test_a_late_second_reader_changes_neither_the_case_nor_what_came_after(cast, ana, rita, case):
    first = lowered(cast, ana, case)
    later = finalise(case, cast.ana, ana, LEVEL_4, at=TUESDAY + timedelta(hours=2))
    second(actor=rita, reading_id=first.pk, agrees=True)
    case.refresh_from_db()
    later.refresh_from_db()
    assert case.level == 4
    assert as_plain_data(result_of(later)) == later.result
    assert later.previous_level == 3


def test_the_level_in_force_not_the_chosen_one_is_what_the_next_reading_follows(cast, ana, case):
    lowered(cast, ana, case)
    absent = LEVEL_2 | {"E10": "absent"}
    reading = finalise(case, cast.ana, ana, absent, at=TUESDAY + timedelta(hours=2), motive="Erreur de date.")
    assert (reading.previous_level, reading.suggested) == (3, 2)
    assert reading.awaits_second  # as suggested, but below what counted


def test_a_draft_started_earlier_follows_what_was_finalised_meanwhile(cast, ana, case):
    factories.substitute(case, cast.eli, until=timezone.localdate())
    waiting = draft(case, cast.ana, {"A7": "recent"})
    meanwhile = finalise(case, cast.eli, cast.actor(cast.eli), LEVEL_3)
    reading = freeze(actor=ana, reading_id=waiting.pk, at=TUESDAY + timedelta(hours=1))
    assert reading.previous == meanwhile
    assert reading.in_force == 3  # open: what counted then is not known any more


@pytest.mark.parametrize("answers", [LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE])
def test_a_finalised_reading_recomputes_to_what_was_stored(cast, ana, case, answers):
    finalise(case, cast.ana, ana, LEVEL_3, at=TUESDAY - timedelta(days=7))
    reading = finalise(case, cast.ana, ana, answers, motive="Vu avec l'équipe.")
    reading.refresh_from_db()
    assert as_plain_data(result_of(reading)) == reading.result


def test_the_day_of_the_reading_is_that_of_brussels(cast, ana, case):
    reading = finalise(case, cast.ana, ana, at=datetime(2026, 9, 15, 22, 30, tzinfo=UTC))
    assert reading.result["on"] == "2026-09-16"


def test_only_the_alerts_finalise_and_only_they_take_a_second_reading():
    graph = grimp.build_graph("pole", "cases", "assessment", "protocols", "alerts", "desk")
    for module in ("assessment.finalising", "assessment.seconding"):
        callers = graph.find_modules_that_directly_import(module) - {"assessment.seconding"}
        assert {caller for caller in callers if not caller.startswith("alerts.services")} == set()


def test_a_draft_of_a_case_closed_meanwhile_is_kept_and_not_finalised(cast, ana, case):
    kept = draft(case, cast.ana, LEVEL_4)
    Case.objects.filter(pk=case.pk).update(closed_on=date(2026, 9, 14))
    with pytest.raises(ClosedMeanwhile):
        freeze(actor=ana, reading_id=kept.pk, at=TUESDAY)
    kept.refresh_from_db()
    assert kept.is_draft
    assert kept.answers.count() == len(LEVEL_4)
    Case.objects.filter(pk=case.pk).update(closed_on=None)
    assert freeze(actor=ana, reading_id=kept.pk, at=TUESDAY).in_force == 4
