"""A reading is due again: who is told, when, and who is not; what makes it due at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import work
from alerts.changes import consume_changes
from alerts.factories import finalised
from alerts.models import Owed, OwedKind
from alerts.reviews import day_number
from alerts.services import second_reading
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4
from cases import factories
from cases import services as writing
from cases.models import Case, Task
from cases.services import team
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from tests.alerts.screens import get, in_force, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def read(cast: Cast, answers=LEVEL_3, *, at=None, **fields) -> Case:
    """A case of Ana's, read."""
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", **fields)
    finalised(cast.actor(cast.ana), answers, at=at or database_now(), case=case)
    return case


def stored(case: Case) -> Case:
    with inside(case.service):
        return Case.objects.get(pk=case.pk)


def owed(kind, subject) -> Owed:
    return Owed.objects.get(kind=kind, subject_id=subject.pk, done_at=None)


def on_its_day(kind, subject) -> None:
    """Bring the day here, in the row and in the case."""
    row, now = owed(kind, subject), database_now()
    if isinstance(subject, Case):
        with inside(subject.service):
            Case.objects.filter(pk=subject.pk, review_due_at__gt=now).update(review_due_at=now)
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now, step=day_number(now))
    assert work.work_off(row.pk)


def told(case: Case) -> list[str]:
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=case.pk)
    return sorted(names[row.addressee_id] for row in rows)


@pytest.mark.parametrize(
    ("answers", "days"),
    [
        pytest.param(LEVEL_1, 60, id="1"),
        pytest.param(LEVEL_2, 30, id="2"),
        pytest.param(LEVEL_3, 7, id="3"),
        pytest.param(LEVEL_4, 3, id="4"),
    ],
)
def test_a_reading_owes_the_next_by_its_levels_clock(cast: Cast, in_force, answers, days):
    at = database_now()
    case = read(cast, answers, at=at)
    assert owed(OwedKind.REVIEW, case).due_at == stored(case).review_due_at == at + timedelta(days=days)


def test_on_its_day_whoever_read_last_is_told_and_no_bystander(cast: Cast, in_force):
    case = read(cast)
    on_its_day(OwedKind.REVIEW, case)
    assert told(case) == ["Ana"]


def test_read_again_in_the_meantime_nobody_is_disturbed(cast: Cast, in_force):
    case = read(cast)
    row = owed(OwedKind.REVIEW, case)
    finalised(cast.actor(cast.ana), LEVEL_2, at=database_now(), case=case)
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now, step=day_number(now))
    assert work.work_off(row.pk)
    assert told(case) == []


@pytest.mark.parametrize(("answers", "escalates"), [(LEVEL_2, False), (LEVEL_3, True), (LEVEL_4, True)])
def test_only_a_grave_level_owes_the_referents_telling(cast: Cast, in_force, answers, escalates):
    case = read(cast, answers)
    on_its_day(OwedKind.REVIEW, case)
    assert Owed.objects.filter(kind=OwedKind.REVIEW_LATE, subject_id=case.pk).exists() is escalates


def test_late_the_referent_of_the_case_is_told_alone(cast: Cast, in_force):
    case = read(cast, referent=cast.denis)
    on_its_day(OwedKind.REVIEW, case)
    on_its_day(OwedKind.REVIEW_LATE, case)
    assert told(case) == ["Ana", "Denis"]


def test_late_without_a_referent_of_its_own_the_services_are_told(cast: Cast, in_force):
    case = read(cast)
    on_its_day(OwedKind.REVIEW, case)
    on_its_day(OwedKind.REVIEW_LATE, case)
    assert told(case) == ["Ana", "Rita"]


def test_late_and_nobody_left_to_tell_becomes_a_task(cast: Cast, in_force):
    case = read(cast)
    on_its_day(OwedKind.REVIEW, case)
    leaders = Membership.objects.filter(service=cast.victims, role__in=("referent", "direction"))
    leaders.update(ends_on=timezone.localdate())
    on_its_day(OwedKind.REVIEW_LATE, case)
    with inside(cast.victims):
        assert [task.is_urgent for task in Task.objects.all()] == [True]
    with inside(cast.programme):
        assert not Task.objects.exists()


@pytest.mark.parametrize("answers", [LEVEL_1, LEVEL_2, LEVEL_3])
def test_on_its_day_with_whoever_read_last_gone_the_referent_is_told(cast: Cast, in_force, answers):
    case = read(cast, answers)
    Membership.objects.filter(user=cast.ana).update(ends_on=timezone.localdate())
    on_its_day(OwedKind.REVIEW, case)
    assert told(case) == ["Rita"]  # neither Ana, who left, nor a colleague, nor another service's référent


def test_on_its_day_with_the_case_in_other_hands_its_former_author_is_not_told(cast: Cast, in_force):
    case = read(cast)
    with inside(cast.victims):
        team.assign(actor=cast.actor(cast.ana), case=case, user=cast.eli)
        team.remove(actor=cast.actor(cast.ana), case=case, user=cast.ana)
    on_its_day(OwedKind.REVIEW, case)
    assert told(case) == ["Rita"]


def test_a_closed_case_is_read_no_more(cast: Cast, in_force):
    case = read(cast)
    with inside(cast.victims):
        Case.objects.filter(pk=case.pk).update(closed_on=timezone.localdate())
    on_its_day(OwedKind.REVIEW, case)
    assert told(case) == []


def closed_over(cast: Cast, kind: OwedKind, answers) -> Case:
    """A case that was closed while what its clock owed came due, and was opened again the same day."""
    case = read(cast, answers)
    with inside(cast.victims):
        writing.close_case(actor=cast.actor(cast.ana), case=case, motive="Fermé par erreur.")
    on_its_day(kind, case)
    assert told(case) == []
    with inside(cast.victims):
        writing.reopen_case(actor=cast.actor(cast.ana), case=stored(case))
        consume_changes(cast.victims)
    return case


def test_a_review_that_came_due_while_the_case_was_closed_is_told_when_it_is_open_again(cast: Cast, in_force):
    case = closed_over(cast, OwedKind.REVIEW, LEVEL_3)
    assert told(case) == ["Ana"]
    on_its_day(OwedKind.REVIEW_LATE, case)
    assert told(case) == ["Ana", "Rita"]


def test_a_day_without_a_contact_is_looked_at_again_once_the_case_is_open_again(cast: Cast, in_force):
    case = closed_over(cast, OwedKind.CONTACT, LEVEL_4)
    assert owed(OwedKind.CONTACT, case).due_at > database_now()


def test_a_case_opened_again_before_its_review_is_due_tells_nobody(cast: Cast, in_force):
    case = read(cast)
    before = stored(case).review_due_at
    with inside(cast.victims):
        writing.close_case(actor=cast.actor(cast.ana), case=case, motive="Fermé par erreur.")
        writing.reopen_case(actor=cast.actor(cast.ana), case=stored(case))
        consume_changes(cast.victims)
    assert told(case) == []
    assert stored(case).review_due_at == before == owed(OwedKind.REVIEW, case).due_at


def test_a_case_closed_for_good_meanwhile_stays_quiet(cast: Cast, in_force):
    case = read(cast)
    with inside(cast.victims):
        writing.close_case(actor=cast.actor(cast.ana), case=case, motive="Fermé par erreur.")
        writing.reopen_case(actor=cast.actor(cast.ana), case=stored(case))
        writing.close_case(actor=cast.actor(cast.ana), case=stored(case), motive="Vraiment.")
        Case.objects.filter(pk=case.pk).update(review_due_at=database_now())
        consume_changes(cast.victims)
    assert told(case) == []


def test_an_incident_makes_the_review_due_at_once(cast: Cast, in_force):
    case = read(cast)
    record_incident(cast, case)
    with inside(cast.victims):
        consume_changes(cast.victims)
    assert stored(case).review_due_at <= database_now()
    assert Owed.objects.filter(kind=OwedKind.REVIEW, subject_id=case.pk, due_at__lte=database_now()).exists()


def test_a_date_that_approaches_makes_the_review_due_that_day(cast: Cast, in_force):
    hearing = timezone.localdate() + timedelta(days=2)
    case = read(cast, LEVEL_2 | {"E7": {"value": "current", "details": {"due": hearing, "what": "Audience"}}})
    assert timezone.localdate(owed(OwedKind.REVIEW, case).due_at) == hearing


def measured(cast: Cast, case: Case, ends_in: int):
    today = timezone.localdate()
    with inside(cast.victims):
        measure = writing.record_measure(
            actor=cast.actor(cast.ana),
            case=case,
            kind="contact_ban",
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=ends_in),
        )
        consume_changes(cast.victims)
        # Recording it made the review due already: as if somebody had read since.
        Case.objects.filter(pk=case.pk).update(review_due_at=database_now() + timedelta(days=5))
    return measure


def test_the_day_after_a_measure_ends_the_review_is_due(cast: Cast, in_force):
    case = read(cast)
    measure = measured(cast, case, ends_in=3)
    assert timezone.localdate(owed(OwedKind.MEASURE_OVER, measure).due_at) == measure.ends_on + timedelta(1)
    with inside(cast.victims):
        type(measure).objects.filter(pk=measure.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    on_its_day(OwedKind.MEASURE_OVER, measure)
    assert stored(case).review_due_at <= database_now()


def test_a_measure_that_was_prolonged_makes_nothing_due(cast: Cast, in_force):
    case = read(cast)
    measure = measured(cast, case, ends_in=3)
    on_its_day(OwedKind.MEASURE_OVER, measure)
    assert stored(case).review_due_at > database_now()


def test_the_list_shows_the_latest_on_top_and_only_cases_one_may_see(cast: Cast, in_force):
    soon, later = read(cast, LEVEL_4), read(cast, LEVEL_2)
    html = text_of(get(cast.ana, "assessment:reviews"))
    assert html.index(soon.reference) < html.index(later.reference)
    assert "Relire maintenant" in html
    assert soon.reference not in text_of(get(cast.eli, "assessment:reviews"))
    assert soon.reference not in text_of(get(cast.rita, "assessment:reviews")), "not of her team"
    assert soon.reference in text_of(get(cast.rita, "assessment:reviews", qui="tous"))
    assert get(cast.dora, "assessment:reviews", service=cast.victims).status_code == 404
    assert get(cast.cleo, "assessment:reviews").status_code == 403


def test_an_empty_list_says_where_the_days_come_from(cast: Cast):
    assert "la première d’un dossier" in text_of(get(cast.ana, "assessment:reviews"))


def test_the_list_asks_as_often_for_three_cases_as_for_twenty(cast: Cast, in_force):
    for _ in range(3):
        read(cast)
    few = queries_of(cast.ana, "assessment:reviews")
    for _ in range(17):
        read(cast)
    assert len(queries_of(cast.ana, "assessment:reviews")) == len(few) <= 15


def record_incident(cast: Cast, case: Case) -> None:
    with inside(cast.victims):
        writing.record_incident(
            actor=cast.actor(cast.ana),
            case=case,
            kind="psychological",
            happened_on=timezone.localdate(),
            text="Il l’attendait.",
        )


def test_an_incident_that_the_reading_after_it_knew_of_makes_nothing_due_again(cast: Cast, in_force):
    case = read(cast)
    record_incident(cast, case)
    finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    with inside(cast.victims):
        consume_changes(cast.victims)
    assert stored(case).review_due_at > database_now()


def test_a_lower_level_that_is_agreed_to_does_not_put_off_what_an_incident_made_due(cast: Cast, in_force):
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
    finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case, chosen=2, motive="Il est parti.")
    record_incident(cast, case)
    with inside(cast.victims):
        consume_changes(cast.victims)
        second_reading(
            actor=cast.actor(cast.rita),
            reading_id=case.readings.get().pk,
            agrees=True,
            motive="Vu.",
            at=database_now(),
        )
    assert stored(case).level == 2
    assert stored(case).review_due_at <= database_now()
