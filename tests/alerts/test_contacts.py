"""A level that asks for a contact every day: who is told of a day without one, and who is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import work
from alerts.factories import finalised
from alerts.models import Owed, OwedKind
from assessment.factories import LEVEL_2, LEVEL_3, LEVEL_4
from cases import factories
from cases import services as writing
from cases.models import Case, Note, NoteKind
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from tests.alerts.screens import get, in_force, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "undefined_variables_fail"]
EXPECTED = "un contact est attendu chaque jour"


def read(cast: Cast, answers=LEVEL_4, **fields) -> Case:
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", **fields)
    finalised(cast.actor(cast.ana), answers, at=database_now(), case=case)
    return case


def log(cast: Cast, case: Case, kind: str, *, ago: timedelta = timedelta()) -> None:
    with inside(cast.victims):
        note = writing.log_contact(actor=cast.actor(cast.ana), case=case, kind=kind, text="Elle va bien.")
        Note.objects.filter(pk=note.pk).update(happened_at=timezone.now() - ago)


def the_hour_comes(case: Case) -> None:
    now, rows = database_now(), Owed.objects.filter(kind=OwedKind.CONTACT, subject_id=case.pk)
    row = rows.filter(done_at=None).earliest("due_at")
    # A day of its own, so that tomorrow's is free to be owed.
    Owed.objects.filter(pk=row.pk).update(
        due_at=now, next_try_at=now, step=rows.exclude(done_at=None).count()
    )
    assert work.work_off(row.pk)


def case_of(case: Case) -> Case:
    with inside(case.service):
        return Case.objects.get(pk=case.pk)


def deliver(case: Case) -> None:
    for row in Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=case.pk):
        assert work.work_off(row.pk)


def told(case: Case) -> list[str]:
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=case.pk)
    return sorted(names[row.addressee_id] for row in rows)


def test_at_level_4_the_next_day_is_looked_at_before_its_evening(cast: Cast, in_force):
    case = read(cast)
    due = timezone.localtime(Owed.objects.get(kind=OwedKind.CONTACT, subject_id=case.pk).due_at)
    assert due.date() == timezone.localdate() + timedelta(days=1)
    assert (due.hour, due.minute) == (15, 0)


@pytest.mark.parametrize("answers", [LEVEL_2, LEVEL_3])
def test_below_it_nothing_is_asked(cast: Cast, in_force, answers):
    case = read(cast, answers)
    assert not Owed.objects.filter(kind=OwedKind.CONTACT, subject_id=case.pk).exists()
    assert EXPECTED not in text_of(get(cast.ana, "desk:case", case.pk))


def test_a_day_without_a_contact_is_told_to_author_and_referent_and_no_bystander(cast: Cast, in_force):
    case = read(cast, referent=cast.denis)
    the_hour_comes(case)
    assert told(case) == ["Ana", "Denis"]


def test_the_mail_leaves_although_the_next_reading_is_not_due_yet(cast: Cast, in_force, mail_server: Server):
    case = read(cast, referent=cast.denis)
    assert case_of(case).review_due_at > database_now()
    the_hour_comes(case)
    deliver(case)
    assert sorted(mail.recipients[0] for mail in mail_server.mailbox.all()) == sorted(
        [cast.ana.email, cast.denis.email]
    )


def test_no_mail_leaves_once_a_contact_was_logged(cast: Cast, in_force, mail_server: Server):
    case = read(cast)
    the_hour_comes(case)
    log(cast, case, NoteKind.PHONE)
    deliver(case)
    assert mail_server.mailbox.all() == []


def test_when_neither_is_here_any_more_the_services_referent_is_told(cast: Cast, in_force):
    case = read(cast)
    Membership.objects.filter(user=cast.ana).update(ends_on=timezone.localdate())
    the_hour_comes(case)
    assert told(case) == ["Rita"]


@pytest.mark.parametrize(
    ("kind", "ago", "names"),
    [
        (NoteKind.PHONE, timedelta(hours=2), []),
        (NoteKind.PHONE, timedelta(hours=25), ["Ana"]),
        (NoteKind.NO_ANSWER, timedelta(hours=2), ["Ana"]),
        (NoteKind.NETWORK, timedelta(hours=2), ["Ana"]),
    ],
)
def test_only_a_contact_of_the_last_day_with_the_person_counts(cast: Cast, in_force, kind, ago, names):
    case = read(cast)
    log(cast, case, kind, ago=ago)
    the_hour_comes(case)
    assert told(case) == names


def test_it_is_asked_day_after_day_until_the_level_falls(cast: Cast, in_force):
    case = read(cast)
    the_hour_comes(case)
    assert Owed.objects.filter(kind=OwedKind.CONTACT, subject_id=case.pk, done_at=None).count() == 1
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    assert Owed.objects.filter(kind=OwedKind.CONTACT, subject_id=case.pk, done_at=None).count() == 1
    with inside(cast.victims):
        Case.objects.filter(pk=case.pk).update(level=2)
    the_hour_comes(case)
    assert not Owed.objects.filter(kind=OwedKind.CONTACT, subject_id=case.pk, done_at=None).exists()


def test_the_page_of_the_case_says_so_until_one_is_logged(cast: Cast, in_force):
    case = read(cast)
    assert EXPECTED in text_of(get(cast.ana, "desk:case", case.pk))
    log(cast, case, NoteKind.MEETING)
    assert EXPECTED not in text_of(get(cast.ana, "desk:case", case.pk))
