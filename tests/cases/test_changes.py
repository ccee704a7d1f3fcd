"""What protocols may look at is written with the change itself, or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases import factories
from cases.models import CaseChange, Measure, Note
from cases.refusals import (
    AlreadyWithdrawn,
    BreachUndated,
    EndsBeforeStart,
    InformedAfterwards,
    InTheFuture,
    NeverShared,
    NoSuchPurpose,
    NotAMemberHere,
    NotAPartner,
    NotOfThisCase,
    TooLong,
    UnknownBasis,
)
from cases.services import (
    add_task,
    change_measure,
    complete_task,
    confirm_agreement,
    draft_of,
    log_contact,
    record_agreement,
    record_incident,
    record_measure,
    save_draft,
    withdraw_agreement,
)
from cases.services.agreements import awaits_confirmation
from cases.services.drafts import fields_of
from pole.audit.models import Event
from pole.calendar import Period
from pole.tenancy.context import tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(cast):
    with tenant(cast.victims.pk):
        yield cast


@pytest.fixture
def actor(space):
    return space.actor(space.ana)


@pytest.fixture
def case(space):
    return factories.case(space.victims, team=[space.ana], followed="Nora Lien")


@pytest.fixture
def today():
    return timezone.localdate()


def changes():
    return [change.kind for change in CaseChange.objects.order_by("at", "pk")]


def test_each_kind_of_change_is_left_for_the_rules(actor, case, space, today):
    before = case.active_at
    log_contact(actor=actor, case=case, kind="phone", text="Appel.")
    record_incident(actor=actor, case=case, kind="physical", happened_on=today, text="Gifle.")
    measure = record_measure(actor=actor, case=case, kind="contact_ban", starts_on=today)
    change_measure(
        actor=actor, case=case, measure=measure, status="breached", breached_on=today, approaching=True
    )
    agreement = agreed(actor, case, space, today)
    withdraw_agreement(actor=actor, case=case, agreement=agreement)
    assert changes() == ["contact", "incident", "measure", "breach", "agreement", "agreement"]
    assert set(CaseChange.objects.values_list("consumed_at", flat=True)) == {None}
    assert case.active_at > before


def test_a_word_corrected_on_a_breached_measure_is_no_second_breach(actor, case, today):
    measure = record_measure(actor=actor, case=case, kind="contact_ban", starts_on=today)
    breach = {"status": "breached", "breached_on": today}
    change_measure(actor=actor, case=case, measure=measure, **breach)
    change_measure(actor=actor, case=case, measure=measure, text="Aussi par sa sœur.", **breach)
    assert changes() == ["measure", "breach", "measure"]


def test_tasks_and_drafts_are_no_matter_of_rules(actor, case):
    add_task(actor=actor, case=case, text="Rappeler.")
    save_draft(actor=actor, case=case, form="contact", fields={"text": ["Elle dit"]})
    assert not changes()


def test_when_the_transaction_fails_neither_the_change_nor_its_trace_remains(actor, case):
    events = Event.objects.count()

    @transaction.atomic
    def fails_after_writing():
        log_contact(actor=actor, case=case, kind="phone", text="Appel.")
        assert changes() == ["contact"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_writing()
    assert not Note.objects.exists()
    assert not changes()
    assert Event.objects.count() == events


def test_nothing_happens_tomorrow(actor, case, today):
    tomorrow = today + timedelta(days=1)
    with pytest.raises(InTheFuture):
        record_incident(actor=actor, case=case, kind="physical", happened_on=tomorrow, text="")
    with pytest.raises(InTheFuture):
        log_contact(
            actor=actor, case=case, kind="phone", text="", happened_at=timezone.now() + timedelta(hours=1)
        )
    measure = record_measure(actor=actor, case=case, kind="contact_ban", starts_on=tomorrow)
    with pytest.raises(InTheFuture):
        change_measure(actor=actor, case=case, measure=measure, status="breached", breached_on=tomorrow)


def test_a_breach_has_a_day_and_a_measure_ends_after_it_starts(actor, case, space, today):
    yesterday = today - timedelta(days=1)
    with pytest.raises(EndsBeforeStart):
        record_measure(actor=actor, case=case, kind="contact_ban", starts_on=today, ends_on=yesterday)
    measure = record_measure(actor=actor, case=case, kind="contact_ban", starts_on=today)
    with pytest.raises(BreachUndated):
        change_measure(actor=actor, case=case, measure=measure, status="breached")
    with pytest.raises(EndsBeforeStart):
        change_measure(actor=actor, case=case, measure=measure, status="in_force", ends_on=yesterday)
    other = factories.case(space.victims, team=[space.ana])
    with pytest.raises(NotOfThisCase):
        change_measure(actor=actor, case=other, measure=measure, status="ended")
    assert Measure.objects.get().status == "in_force"


def agreed(actor, case, cast, today, **fields):
    given = {
        "person": case.people.get(),
        "recipient": cast.programme,
        "categories": ["C05", "C01"],
        "purposes": ["F1"],
        "form": "written",
        "informed_on": today,
        "given_on": today,
        "expires_on": today + timedelta(days=90),
    }
    return record_agreement(actor=actor, case=case, **given | fields)


def test_an_agreement_is_in_force_until_it_ends_or_is_withdrawn(actor, case, space, today):
    agreement = agreed(actor, case, space, today)
    standing = type(agreement).objects.in_force
    assert agreement.categories == ["C01", "C05"]
    assert standing(timezone.now()).get() == agreement
    assert not standing(timezone.now() + timedelta(days=91)).exists()
    withdraw_agreement(actor=actor, case=case, agreement=agreement)
    assert not standing(timezone.now()).exists()
    with pytest.raises(AlreadyWithdrawn):
        withdraw_agreement(actor=actor, case=case, agreement=agreement)


def test_six_months_to_the_day_is_allowed_and_one_more_is_not(actor, case, space, today):
    last = Period(months=6).after(today)
    assert agreed(actor, case, space, today, expires_on=last).expires_on == last
    with pytest.raises(TooLong):
        agreed(actor, case, space, today, expires_on=last + timedelta(days=1))


def test_the_database_refuses_a_longer_agreement_too(case, space, today):
    late = Period(months=6).after(today) + timedelta(days=1)
    with pytest.raises(IntegrityError, match="agreement_six_months_at_most"), transaction.atomic():
        factories.agreement(case, case.people.get(), space.ana, to=space.programme, expires_on=late)
    with pytest.raises(IntegrityError, match="agreement_informed_first"), transaction.atomic():
        factories.agreement(
            case, case.people.get(), space.ana, to=space.programme, informed_on=today + timedelta(days=1)
        )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param(
            {"categories": ["C01", "C03"]}, NeverShared, id="a shelter's address is in no agreement"
        ),
        pytest.param({"categories": ["C10"]}, NeverShared, id="nor what was said in confidence"),
        pytest.param({"categories": []}, NeverShared, id="agreeing to nothing is no agreement"),
        pytest.param({"categories": ["C99"]}, NeverShared, id="nor to what has no name"),
        pytest.param({"purposes": ["F9"]}, NoSuchPurpose, id="there are no other purposes"),
        pytest.param({"purposes": []}, NoSuchPurpose, id="and never none"),
        pytest.param({"basis": "necessity"}, UnknownBasis, id="necessity is nobody's agreement"),
        pytest.param({"basis": "habit"}, UnknownBasis, id="habit is no basis"),
    ],
)
def test_what_cannot_be_agreed_to(actor, case, space, today, fields, refusal):
    with pytest.raises(refusal):
        agreed(actor, case, space, today, **fields)
    assert not changes()


def test_informed_before_and_given_by_somebody_of_the_case_to_another_service(actor, case, space, today):
    with pytest.raises(InformedAfterwards):
        agreed(actor, case, space, today - timedelta(days=1), informed_on=today)
    with pytest.raises(InTheFuture):
        agreed(actor, case, space, today + timedelta(days=1))
    with pytest.raises(NotAPartner):
        agreed(actor, case, space, today, recipient=space.victims)
    other = factories.case(space.victims, team=[space.ana], followed="Zoé Autre")
    with pytest.raises(NotOfThisCase):
        agreed(actor, case, space, today, person=other.people.get())


def test_an_oral_agreement_waits_to_be_confirmed_in_writing(actor, case, space, today):
    agreement = agreed(actor, case, space, today, form="oral")
    assert awaits_confirmation(agreement)
    assert not awaits_confirmation(confirm_agreement(actor=actor, case=case, agreement=agreement))


def test_withdrawing_is_possible_on_a_closed_case(actor, case, space, today):
    agreement = agreed(actor, case, space, today)
    type(case).objects.filter(pk=case.pk).update(closed_on=today)
    case.refresh_from_db()
    assert withdraw_agreement(actor=actor, case=case, agreement=agreement).withdrawn_at


def test_a_draft_keeps_what_changed_until_the_form_is_saved(actor, case, space):
    save_draft(actor=actor, case=case, form="contact", fields={"text": ["Elle"], "kind": ["visit"]})
    save_draft(actor=actor, case=case, form="contact", fields={"text": ["Elle dit"]})
    kept = draft_of(actor, case, "contact")
    assert fields_of(kept) == {"text": ["Elle dit"], "kind": ["visit"]}
    assert draft_of(space.actor(space.rita), case, "contact") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM cases_draft")
        assert b"Elle" not in bytes(cursor.fetchone()[0])
    log_contact(actor=actor, case=case, kind="phone", text="Elle dit que non.")
    assert draft_of(actor, case, "contact") is None


def test_a_task_goes_to_somebody_who_works_here_and_is_done_once(actor, case, space):
    with pytest.raises(NotAMemberHere):
        add_task(actor=actor, case=case, text="Rappeler.", assigned_to=space.dora)
    task = add_task(actor=actor, case=case, text="Rappeler.", assigned_to=space.eli)
    done = complete_task(actor=actor, task=task).done_at
    assert complete_task(actor=space.actor(space.eli), task=task).done_at == done
