import threading

import pytest
from django.db import connection, transaction

from cases import factories
from cases.models import Case, NameToken
from cases.refusals import CaseClosed, MotiveMissing, SecondFollowed
from cases.services import (
    add_person,
    change_case,
    change_person,
    close_case,
    log_contact,
    open_case,
    reopen_case,
)
from pole.audit.models import Event, Tag
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from tests.cast import make_cast

NORA = {"first_name": "Nora", "last_name": "Élise"}


@pytest.fixture
def space(cast):
    with tenant(cast.victims.pk):
        yield cast


def opened(cast, **fields):
    return open_case(actor=cast.actor(cast.ana), summary="Séparation récente.", followed=NORA, **fields)


def test_a_case_has_its_number_its_people_and_whoever_opened_it_in_its_team(space):
    first = opened(space, partner={"first_name": "Paul", "last_name": "Dupont"})
    second = opened(space)
    assert [first.reference[4:], second.reference[4:]] == ["-0001", "-0002"]
    assert {person.role for person in first.people.all()} == {"followed", "partner"}
    assert set(Case.objects.visible_to(space.actor(space.ana))) == {first, second}
    assert not Case.objects.visible_to(space.actor(space.eli)).exists()
    assert Event.objects.filter(tag=Tag.CASE_OPENED, subject_id=first.pk).exists()


def test_the_ten_thousandth_case_of_a_year_has_five_digits(space):
    year = opened(space).reference[:4]
    factories.case(space.victims, reference=f"{year}-9999")
    assert opened(space).reference == f"{year}-10000"
    assert opened(space).reference == f"{year}-10001"


def test_each_service_counts_for_itself(cast):
    with tenant(cast.victims.pk):
        opened(cast)
    with tenant(cast.programme.pk):
        other = open_case(actor=cast.actor(cast.bruno), summary="", followed=NORA)
    assert other.reference.endswith("-0001")


def test_two_openings_at_once_get_two_numbers(database_of_its_own):
    with transaction.atomic():
        cast = make_cast()
    actor = cast.actor(cast.ana)
    failures = []
    start = threading.Barrier(4)

    def run():
        try:
            start.wait()
            with transaction.atomic(), tenant(cast.victims.pk):
                open_case(actor=actor, summary="", followed=NORA)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with transaction.atomic(), tenant(cast.victims.pk):
        numbers = sorted(Case.objects.values_list("reference", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]


def test_who_only_reads_the_journal_opens_nothing(space):
    with pytest.raises(RightLacking):
        open_case(actor=space.actor(space.olga), summary="", followed=NORA)


def test_names_are_unreadable_in_the_database(space):
    opened(space)
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_name, last_name FROM cases_person")
        [(first, last)] = cursor.fetchall()
    assert b"Nora" not in bytes(first)
    assert b"lise" not in bytes(last)


def test_a_case_follows_one_person(space):
    case = opened(space)
    with pytest.raises(SecondFollowed):
        add_person(actor=space.actor(space.ana), case=case, role="followed", first_name="Zoé")
    child = add_person(actor=space.actor(space.ana), case=case, role="child", first_name="Zoé")
    with pytest.raises(SecondFollowed):
        change_person(
            actor=space.actor(space.ana), case=case, person=child, role="followed", first_name="Zoé"
        )


def test_a_corrected_name_is_found_and_the_old_one_is_not(space):
    case = opened(space)
    person = case.people.get()
    before = set(NameToken.objects.values_list("token", flat=True))
    change_person(
        actor=space.actor(space.ana),
        case=case,
        person=person,
        role="followed",
        first_name="Ondine",
        last_name="",
    )
    assert before.isdisjoint(NameToken.objects.values_list("token", flat=True))


def test_a_closed_case_takes_nothing_more_until_it_is_opened_again(space):
    actor, case = space.actor(space.ana), opened(space)
    with pytest.raises(MotiveMissing):
        close_case(actor=actor, case=case, motive="  ")
    close_case(actor=actor, case=case, motive="Déménagement.")
    for refused in (
        lambda: log_contact(actor=actor, case=case, kind="phone", text="Appel."),
        lambda: change_case(actor=actor, case=case, summary="Autre."),
        lambda: close_case(actor=actor, case=case, motive="Encore."),
    ):
        with pytest.raises(CaseClosed):
            refused()
    reopen_case(actor=actor, case=case)
    assert log_contact(actor=actor, case=case, kind="phone", text="Appel.").text == "Appel."
    # The form of closing says that its words stay in the case.
    assert Case.objects.get().closing_motive == "Déménagement."


@pytest.mark.django_db
def test_factories_make_rows_the_wall_accepts(cast):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        factories.note(case, cast.ana)
        factories.incident(case, cast.ana)
        factories.measure(case, cast.ana)
        factories.agreement(case, case.people.first(), cast.ana, to=cast.programme)
        factories.task(case, cast.victims)
