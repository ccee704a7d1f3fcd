"""What other instruments said: in their own words, beside our readings, withdrawn and never erased."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import finalised
from assessment.factories import LEVEL_1, LEVEL_2
from cases import factories, services
from cases.instruments import instruments
from cases.models import CaseChange, ExternalRating
from cases.refusals import (
    CaseClosed,
    InstrumentUnnamed,
    InTheFuture,
    NotALevel,
    NotAnInstrument,
    WithdrawnAlready,
    WithoutReason,
)
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DASH = {"instrument": "dash", "level": "high", "rated_on": TODAY, "rated_by": "Zone de police"}


@pytest.fixture
def case(cast):
    with tenant(cast.victims.pk):
        yield factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")


def record(cast, case, who=None, **fields) -> ExternalRating:
    return services.record_rating(actor=cast.actor(who or cast.ana), case=case, **(DASH | fields))


def test_a_rating_keeps_the_words_of_its_instrument(cast, case):
    rating = record(cast, case, version="2009", note="Lu au téléphone.")
    assert (rating.name, rating.level, rating.rated_by) == ("DASH 2009", "high", "Zone de police")


def test_no_rule_looks_at_it_and_no_level_moves(cast, case):
    finalised(cast.actor(cast.ana), LEVEL_1, at=database_now(), case=case)
    case.refresh_from_db()
    before = (case.level, case.review_due_at, CaseChange.objects.count())
    record(cast, case)
    case.refresh_from_db()
    assert (case.level, case.review_due_at, CaseChange.objects.count()) == before


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        pytest.param({"instrument": "tea-leaves"}, NotAnInstrument, id="no instrument"),
        pytest.param({"level": "4"}, NotALevel, id="a word of another scale"),
        pytest.param({"instrument": "other", "level": "rouge"}, InstrumentUnnamed, id="another, unnamed"),
        pytest.param({"rated_on": TODAY + timedelta(days=1)}, InTheFuture, id="tomorrow"),
    ],
)
def test_what_can_not_be_recorded(cast, case, fields, refused):
    with pytest.raises(refused):
        record(cast, case, **fields)
    assert not ExternalRating.objects.exists()


def test_a_scale_that_is_not_known_takes_any_word(cast, case):
    assert record(cast, case, instrument="oer-vp", level="prioritaire").level == "prioritaire"
    named = record(cast, case, instrument="other", instrument_name="Grille maison", level="rouge")
    assert named.name == "Grille maison"


def test_a_closed_case_takes_none_and_a_role_that_only_reads_writes_none(cast, case):
    with pytest.raises(RightLacking):
        record(cast, case, cast.olga)
    case.closed_on = TODAY
    case.save()
    with pytest.raises(CaseClosed):
        record(cast, case)


def test_a_mistake_is_taken_back_with_its_reason_and_stays_on_record(cast, case):
    rating, actor = record(cast, case), cast.actor(cast.ana)
    with pytest.raises(WithoutReason):
        services.withdraw_rating(actor=actor, case=case, rating=rating, because=" ")
    services.withdraw_rating(actor=actor, case=case, rating=rating, because="Autre dossier.")
    assert not ExternalRating.objects.standing().exists()
    assert ExternalRating.objects.get().withdrawn_because == "Autre dossier."
    with pytest.raises(WithdrawnAlready):
        services.withdraw_rating(actor=actor, case=case, rating=rating, because="Encore.")


def test_every_shipped_scale_has_a_source():
    assert all(each.source for each in instruments().values() if each.levels)


def page(cast, name, *args, who=None, service=None):
    url = reverse(name, args=[(service or cast.victims).slug, *args])
    return signed_in(Client(), who or cast.ana).get(url)


def send(cast, name, *args, who=None, service=None, **data):
    url = reverse(name, args=[(service or cast.victims).slug, *args])
    return signed_in(Client(), who or cast.ana).post(url, posting(**data))


def test_it_is_shown_beside_the_readings_it_was_known_for(cast, case):
    ago = database_now() - timedelta(days=10)
    finalised(cast.actor(cast.ana), LEVEL_2, at=ago, case=case)
    finalised(cast.actor(cast.ana), LEVEL_2, at=database_now(), case=case)
    first, last = case.readings.order_by("finalised_at")
    record(cast, case, rated_on=TODAY - timedelta(days=2))
    for name, args in [
        ("desk:case", [case.pk]),
        ("assessment:course", [case.pk]),
        ("alerts:reading", [last.pk]),
    ]:
        assert "<strong>DASH</strong> : high" in page(cast, name, *args).content.decode()
    assert "DASH" not in page(cast, "alerts:reading", first.pk).content.decode()


def test_what_was_typed_comes_back_with_the_words_of_the_scale(cast, case):
    answer = send(cast, "cases:rating", case.pk, **(DASH | {"level": "rouge", "note": "Lu au téléphone."}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "standard, medium, high" in html
    assert "Lu au téléphone." in html
    assert 'value="rouge"' in html


def test_recorded_and_taken_back_from_the_page(cast, case):
    assert send(cast, "cases:rating", case.pk, **DASH).status_code == 302
    rating = ExternalRating.objects.get()
    assert (
        "Retirer cette évaluation" in page(cast, "cases:rating_withdraw", case.pk, rating.pk).content.decode()
    )
    assert send(cast, "cases:rating_withdraw", case.pk, rating.pk, because="").status_code == 422
    send(cast, "cases:rating_withdraw", case.pk, rating.pk, because="Autre dossier.")
    assert "DASH" not in page(cast, "desk:case", case.pk).content.decode()


def test_to_a_colleague_outside_the_team_and_to_a_stranger_nothing_is_there(cast, case):
    rating = record(cast, case)
    for who, service in [(cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)]:
        for name, args in [("cases:rating", [case.pk]), ("cases:rating_withdraw", [case.pk, rating.pk])]:
            assert page(cast, name, *args, who=who, service=service).status_code == 404
            assert send(cast, name, *args, who=who, service=service, because="x", **DASH).status_code == 404
    assert ExternalRating.objects.standing().count() == 1
