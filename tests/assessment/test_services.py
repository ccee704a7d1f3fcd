"""Drafts: started, filled in, given up."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessment.factories import draft
from assessment.grid import InvalidAnswer, UnknownIndicator
from assessment.models import Answer, Reading
from assessment.refusals import CaseClosed, FinalisedAlready, NotTheAuthor
from assessment.services import (
    Given,
    answers_of,
    discard_draft,
    given_of,
    result_of,
    save_answers,
    start_reading,
)
from cases import factories
from pole.audit.models import Event, Tag
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant

pytestmark = pytest.mark.django_db


def finalised(case, author, *, at: datetime, level: int = 2) -> Reading:
    """A reading as an earlier day left it."""
    return draft(
        case, author, finalised_at=at, result={}, dynamics="TI", suggested=level, chosen=level, in_force=level
    )


def test_starting_twice_gives_the_same_draft(ana, case):
    first = start_reading(actor=ana, case=case)
    assert start_reading(actor=ana, case=case) == first
    assert Event.objects.filter(tag=Tag.READING_STARTED, subject_id=first.pk).count() == 1


def test_each_member_of_the_team_has_their_own_draft(cast, ana, case):
    factories.substitute(case, cast.eli, until=timezone.localdate())
    assert start_reading(actor=ana, case=case) != start_reading(actor=cast.actor(cast.eli), case=case)


def test_a_draft_follows_the_last_finalised_reading_and_copies_nothing_of_it(cast, ana, case):
    now = timezone.now()
    finalised(case, cast.ana, at=now - timedelta(days=60))
    last = finalised(case, cast.eli, at=now - timedelta(days=30))
    reading = start_reading(actor=ana, case=case)
    assert reading.previous == last
    assert answers_of(reading) == {}


def test_a_draft_is_read_beside_what_a_colleague_finalised_meanwhile(cast, ana, case):
    reading = start_reading(actor=ana, case=case)
    assert result_of(reading).first
    finalised(case, cast.eli, at=timezone.now(), level=3)
    assert result_of(reading).previous_level == 3


def test_no_reading_is_started_in_a_closed_case(ana, case):
    case.closed_on = timezone.localdate()
    with pytest.raises(CaseClosed):
        start_reading(actor=ana, case=case)


def test_the_data_protection_officer_starts_no_reading(cast, case):
    with pytest.raises(RightLacking):
        start_reading(actor=cast.actor(cast.olga), case=case)


def test_everything_given_comes_back(ana, case):
    reading = start_reading(actor=ana, case=case)
    given = {
        "A1": Given("recent", date(2026, 1, 5), "victim", {}, "Dit au téléphone, en pleurs."),
        "A15": Given("current", details={"means": True, "access_or_date": False}),
        "C6": Given("12"),
        "E7": Given("current", details={"due": date(2027, 1, 5), "what": "audience"}),
        "E9": Given("unknown"),
    }
    save_answers(actor=ana, reading_id=reading.pk, answers=given)
    assert given_of(reading) == given
    assert answers_of(reading)["E7"].details == {"due": date(2027, 1, 5), "what": "audience"}


def test_free_text_stands_in_no_clear_column(ana, case):
    reading = start_reading(actor=ana, case=case)
    given = Given(
        "current", note="chez sa sœur", details={"what": "remise des enfants", "due": date(2027, 1, 5)}
    )
    save_answers(actor=ana, reading_id=reading.pk, answers={"E7": given})
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(a)::text FROM assessment_answer a")
        (row,) = cursor.fetchone()
    assert "2027-01-05" in row
    assert "remise" not in row
    assert "sœur" not in row


def test_saving_some_lines_leaves_the_others(ana, case):
    reading = start_reading(actor=ana, case=case)
    save_answers(actor=ana, reading_id=reading.pk, answers={"A1": Given("recent"), "A2": Given("absent")})
    save_answers(actor=ana, reading_id=reading.pk, answers={"A2": Given("current"), "A3": Given("past")})
    assert {code: given.value for code, given in given_of(reading).items()} == {
        "A1": "recent",
        "A2": "current",
        "A3": "past",
    }


def test_an_answer_taken_back_is_not_explored_and_keeps_its_note(ana, case):
    reading = start_reading(actor=ana, case=case)
    save_answers(actor=ana, reading_id=reading.pk, answers={"A8": Given("current", note="à redemander")})
    assert "A8" in result_of(reading).active
    save_answers(actor=ana, reading_id=reading.pk, answers={"A8": Given("", note="à redemander")})
    assert answers_of(reading) == {}
    assert result_of(reading).active == frozenset()
    assert given_of(reading)["A8"].note == "à redemander"


def test_a_line_emptied_altogether_leaves_no_row(ana, case):
    reading = start_reading(actor=ana, case=case)
    save_answers(actor=ana, reading_id=reading.pk, answers={"A8": Given("current")})
    save_answers(actor=ana, reading_id=reading.pk, answers={"A8": Given()})
    assert not Answer.everything.filter(reading=reading).exists()


@pytest.mark.parametrize(
    ("code", "given", "error", "reason"),
    [
        pytest.param("Z9", Given("recent"), UnknownIndicator, "unknown_indicator", id="a line of no grid"),
        pytest.param("A1", Given("often"), InvalidAnswer, "value", id="a value of no scale"),
        pytest.param(
            "A1", Given("recent", date(2999, 1, 1)), InvalidAnswer, "future_seen", id="seen tomorrow"
        ),
        pytest.param(
            "A1", Given("", date(2999, 1, 1)), InvalidAnswer, "future_seen", id="seen, not answered"
        ),
        pytest.param(
            "A1", Given("recent", date(202, 1, 1)), InvalidAnswer, "seen", id="seen in the year 202"
        ),
        pytest.param("A1", Given("recent", source="hearsay"), InvalidAnswer, "source", id="no such source"),
        pytest.param(
            "A1", Given("recent", details={"means": True}), InvalidAnswer, "detail", id="another's detail"
        ),
        pytest.param(
            "A15", Given("recent", details={"means": "yes"}), InvalidAnswer, "detail", id="not a yes or no"
        ),
        pytest.param("C6", Given("-3"), InvalidAnswer, "value", id="fewer than no days"),
    ],
)
def test_what_the_grid_cannot_take_is_refused_and_nothing_is_written(ana, case, code, given, error, reason):
    reading = start_reading(actor=ana, case=case)
    with pytest.raises(error) as refusal:
        save_answers(actor=ana, reading_id=reading.pk, answers={"A2": Given("recent"), code: given})
    assert refusal.value.reason == reason
    assert given_of(reading) == {}


def test_a_finalised_reading_takes_no_answer_and_is_not_given_up(cast, ana, case):
    reading = finalised(case, cast.ana, at=timezone.now())
    before = given_of(reading)
    with pytest.raises(FinalisedAlready):
        save_answers(actor=ana, reading_id=reading.pk, answers={"A7": Given("absent")})
    with pytest.raises(FinalisedAlready):
        discard_draft(actor=ana, reading_id=reading.pk)
    assert given_of(reading) == before


def test_only_the_author_fills_in_a_draft_or_gives_it_up(ana, rita, case):
    reading = start_reading(actor=ana, case=case)
    assert Reading.objects.visible_to(rita).get() == reading  # sees it, and yet
    with pytest.raises(NotTheAuthor):
        save_answers(actor=rita, reading_id=reading.pk, answers={"A7": Given("absent")})
    with pytest.raises(NotTheAuthor):
        discard_draft(actor=rita, reading_id=reading.pk)


def test_a_colleague_outside_the_team_finds_no_reading(cast, ana, case):
    reading = start_reading(actor=ana, case=case)
    with pytest.raises(Reading.DoesNotExist):
        save_answers(actor=cast.actor(cast.eli), reading_id=reading.pk, answers={"A7": Given("absent")})


def test_another_service_finds_no_reading(cast, ana, case):
    reading = start_reading(actor=ana, case=case)
    with tenant(cast.elsewhere.pk), pytest.raises(Reading.DoesNotExist):
        save_answers(actor=cast.actor(cast.dora), reading_id=reading.pk, answers={"A7": Given("absent")})


def test_a_draft_given_up_goes_with_its_answers_and_stays_in_the_journal(cast, ana, case):
    reading = draft(case, cast.ana, {"A7": {"value": "recent", "note": "vu"}, "A8": {"note": "plus tard"}})
    assert discard_draft(actor=ana, reading_id=reading.pk) == case
    assert not Reading.objects.exists()
    assert not Answer.everything.exists()
    assert Event.objects.filter(tag=Tag.READING_DISCARDED, subject_id=reading.pk, user=cast.ana).exists()


def test_the_database_keeps_one_draft_per_person_and_case(cast, case):
    draft(case, cast.ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        draft(case, cast.ana)
