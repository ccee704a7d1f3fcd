"""A lowered level waits for somebody's word: who is asked, who is asked back, what happens when nobody answers."""

import pytest
from django.utils import timezone

from alerts import services, work
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_4
from assessment.models import Reading, SecondReading
from assessment.refusals import MotiveMissing, NotSentBack, NotTheAuthor
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from tests.alerts.screens import get, in_force, post, received_by, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
ASKED = "Depuis quand est-il incarcéré ?"
ANSWERED = "Depuis hier, sous mandat d’arrêt."


@pytest.fixture
def lowered(cast: Cast, in_force) -> Reading:
    """A red that Ana lowered to 3; nothing left but what 3 orders."""
    [alert, *_rest] = finalised(
        cast.actor(cast.ana), LEVEL_4, at=database_now(), chosen=3, motive="Il est incarcéré."
    )
    return alert.reading


def stored(cast: Cast, reading: Reading) -> Reading:
    with inside(cast.victims):
        return Reading.objects.get(pk=reading.pk)


def send_back(cast: Cast, reading: Reading, who=None) -> Reading:
    with inside(cast.victims):
        actor = cast.actor(who or cast.rita)
        return services.send_back_reading(
            actor=actor, reading_id=reading.pk, question=ASKED, at=database_now()
        )


def answer(cast: Cast, reading: Reading, who=None, *, motive: str = ANSWERED, takes: bool = False) -> Reading:
    with inside(cast.victims):
        return services.answer_sent_back(
            actor=cast.actor(who or cast.ana),
            reading_id=reading.pk,
            motive=motive,
            takes_suggestion=takes,
            at=database_now(),
        )


def notices(reading: Reading) -> list[str]:
    """Who was told of this reading so far, in order."""
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=reading.pk).order_by("created_at", "step")
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    return [names[row.addressee_id] for row in rows]


def overdue_now(reading: Reading) -> None:
    row = Owed.objects.filter(kind=OwedKind.SECOND, subject_id=reading.pk, done_at=None).latest("due_at")
    # The day is brought here, in both rows that must agree on it.
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
    with inside(row.service):
        Reading.objects.filter(pk=reading.pk, second_due_at=row.due_at).update(second_due_at=now)
    assert work.work_off(row.pk)


def test_sent_back_the_suggested_level_counts_and_what_waited_still_waits(cast: Cast, lowered):
    send_back(cast, lowered)

    after = stored(cast, lowered)
    assert (after.second, after.in_force, after.chosen) == (SecondReading.SENT_BACK, 4, 3)
    with inside(cast.victims):
        assert Alert.objects.held().filter(recipient=cast.police).exists()
    assert not received_by(cast.police)


def test_sent_back_the_author_is_told_and_nobody_else(cast: Cast, lowered):
    before = len(notices(lowered))
    send_back(cast, lowered)
    assert notices(lowered)[before:] == ["Ana"]


def test_an_answer_asks_a_second_reader_again_and_keeps_the_first_round(cast: Cast, lowered):
    send_back(cast, lowered)
    before = len(notices(lowered))
    answer(cast, lowered)

    assert notices(lowered)[before:] == ["Rita"]
    after = stored(cast, lowered)
    assert (after.second, after.motive) == (SecondReading.WANTED, ANSWERED)
    with inside(cast.victims):
        [kept] = after.rounds.all()
        assert (kept.by, kept.question, kept.motive) == (cast.rita, ASKED, "Il est incarcéré.")


def test_who_takes_the_suggested_level_lets_what_waited_leave_once(cast: Cast, lowered):
    send_back(cast, lowered)
    answer(cast, lowered, takes=True, motive="")

    assert stored(cast, lowered).second == SecondReading.SUGGESTION
    assert [exchange.urgency for exchange in received_by(cast.police)] == ["red"]
    assert not received_by(cast.elsewhere)
    with inside(cast.victims):
        assert not Alert.objects.held().filter(recipient=cast.police).exists()


@pytest.mark.parametrize("who", ["ana", "eli"])
def test_only_another_person_with_the_right_sends_back(cast: Cast, lowered, who):
    with pytest.raises(RightLacking):
        send_back(cast, lowered, getattr(cast, who))
    assert stored(cast, lowered).second == SecondReading.WANTED


def test_nothing_is_sent_back_without_a_question(cast: Cast, lowered):
    with inside(cast.victims), pytest.raises(MotiveMissing):
        services.send_back_reading(
            actor=cast.actor(cast.rita), reading_id=lowered.pk, question=" ", at=database_now()
        )


def test_only_the_author_answers_and_only_what_was_asked(cast: Cast, lowered):
    with pytest.raises(NotSentBack):
        answer(cast, lowered)
    send_back(cast, lowered)
    with pytest.raises(NotTheAuthor):
        answer(cast, lowered, cast.rita)
    with pytest.raises(MotiveMissing):
        answer(cast, lowered, motive="")
    assert stored(cast, lowered).second == SecondReading.SENT_BACK


def test_overdue_the_referents_and_the_direction_are_told_once_and_no_bystander(cast: Cast, lowered):
    before = len(notices(lowered))
    overdue_now(lowered)
    assert sorted(notices(lowered)[before:]) == ["Denis", "Rita"]
    assert not set(notices(lowered)) & {"Remy", "Dina", "Rosa", "Eli", "Dora"}


def test_overdue_at_the_author_the_author_is_told_as_well(cast: Cast, lowered):
    send_back(cast, lowered)
    before = len(notices(lowered))
    overdue_now(lowered)
    assert sorted(notices(lowered)[before:]) == ["Ana", "Denis", "Rita"]


def test_an_answer_in_time_leaves_everybody_alone(cast: Cast, lowered):
    row = Owed.objects.get(kind=OwedKind.SECOND, subject_id=lowered.pk)
    send_back(cast, lowered)
    before = len(notices(lowered))
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
    assert work.work_off(row.pk)
    assert len(notices(lowered)) == before


def test_where_nobody_can_be_the_second_reader_somebody_is_asked_to_find_one(cast: Cast, lowered):
    readers = Membership.objects.filter(service=cast.victims, role__in=("referent", "direction"))
    readers.update(ends_on=timezone.localdate())
    overdue_now(lowered)
    with inside(cast.victims):
        assert [task.is_urgent for task in Task.objects.all()] == [True]
    with inside(cast.police):
        assert not Task.objects.exists()


def test_the_page_leads_from_the_question_to_the_answer(cast: Cast, lowered):
    post(cast.rita, "alerts:second", lowered.pk, word="back", motive=ASKED)
    html = text_of(get(cast.ana, "alerts:reading", lowered.pk))
    assert ASKED in html
    assert 'name="answer"' in html
    assert 'name="word"' not in text_of(get(cast.rita, "alerts:reading", lowered.pk))
    assert "Renvoyées par la seconde lecture" in text_of(get(cast.ana, "desk:dashboard"))
    assert "Renvoyées par la seconde lecture" not in text_of(get(cast.eli, "desk:dashboard"))

    response = post(cast.ana, "alerts:answer_back", lowered.pk, answer="keep", motive="")
    assert response.status_code == 422
    post(cast.ana, "alerts:answer_back", lowered.pk, answer="keep", motive=ANSWERED)
    html = text_of(get(cast.rita, "alerts:reading", lowered.pk))
    assert ASKED in html
    assert ANSWERED in html
    assert 'name="word"' in html


def test_to_a_stranger_and_outside_the_team_there_is_nothing_to_answer(cast: Cast, lowered):
    send_back(cast, lowered)
    for who, service in ((cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)):
        response = post(who, "alerts:answer_back", lowered.pk, service=service, answer="take", motive="")
        assert response.status_code in (403, 404)
    assert stored(cast, lowered).second == SecondReading.SENT_BACK
