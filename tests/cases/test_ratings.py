"""What other instruments said: in their own words, beside our readings, withdrawn and never erased."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import finalised
from assessment.factories import LEVEL_1, LEVEL_2
from cases import factories, services
from cases.instruments import FileError, _instruments_in, instruments
from cases.models import CaseChange, Draft, ExternalRating
from cases.refusals import (
    CaseClosed,
    InstrumentUnnamed,
    InTheFuture,
    NotALevel,
    NotAnInstrument,
    NotWithdrawn,
    WithdrawnAlready,
    WithoutReason,
)
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FORM = {"level": "high", "rated_on": TODAY, "rated_by": "Zone de police"}
DASH = {"instrument": "dash"} | FORM


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


def test_a_withdrawal_by_mistake_is_undone_and_both_stay_in_the_journal(cast, case):
    rating, actor = record(cast, case), cast.actor(cast.ana)
    with pytest.raises(NotWithdrawn):
        services.restore_rating(actor=actor, case=case, rating=rating)
    services.withdraw_rating(actor=actor, case=case, rating=rating, because="Autre dossier.")
    rating.refresh_from_db()
    assert rating.withdrawn_by == cast.ana
    services.restore_rating(actor=actor, case=case, rating=rating)
    rating.refresh_from_db()
    assert (rating.withdrawn_at, rating.withdrawn_by, rating.withdrawn_because) == (None, None, "")
    said = [event.detail["what"] for event in Event.objects.filter(tag=Tag.CASE_CHANGED).order_by("at")]
    assert said == ["rating", "rating_withdrawn", "rating_restored"]
    assert "Autre dossier" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_what_was_known_on_a_day_is_what_was_on_record_by_its_end(cast, case):
    rating = record(cast, case, rated_on=TODAY - timedelta(days=9))
    now, day = rating.recorded_at, timedelta(days=1)
    known = ExternalRating.objects.known_on
    assert list(known(TODAY)) == [rating]
    assert not known(TODAY - day), "rated before, but nobody here knew of it"
    rating.recorded_at, rating.withdrawn_at, rating.withdrawn_by = now - 3 * day, now, cast.ana
    rating.save()
    assert list(known(TODAY - day)) == [rating], "it was believed then"
    assert not known(TODAY)


def test_the_shipped_file_gives_every_instrument_a_user_and_a_source():
    assert {"oer-vp", "odara", "dash", "sara", "viogen"} <= set(instruments())
    assert all(each.source and each.used_by for each in instruments().values())
    assert instruments()["viogen"].versions == ("VPR5.0", "VPER4.1")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a:\n  name: A\n  source: s\n", "instruments.yaml:1: a: 'used_by' is missing", id="no user"),
        pytest.param("a: {name: A, used_by: u, source: s, levels: [x, x]}", "a.levels[1]: 'x' stands", id="twice"),
        pytest.param("a: {name: A, used_by: u, source: s, levels: [x]}", "two levels", id="no scale"),
        pytest.param("other: {name: A, used_by: u, source: s}", "of no file", id="the other's name"),
        pytest.param("a: {name: A, used_by: u, source: s, score: 3}", "'score' is not a key", id="unknown key"),
    ],
)  # fmt: skip
def test_a_file_of_instruments_that_is_wrong_says_where(tmp_path, text, complaint):
    path = tmp_path / "instruments.yaml"
    path.write_text(text)
    with pytest.raises(FileError, match=re.escape(complaint)):
        _instruments_in(path)


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
    for name, args in [("desk:case", [case.pk]), ("alerts:reading", [last.pk])]:
        assert "<strong>DASH</strong> : high" in page(cast, name, *args).content.decode()
    assert "DASH" not in page(cast, "alerts:reading", first.pk).content.decode()


def test_what_was_typed_comes_back_with_the_words_of_the_scale(cast, case):
    answer = send(
        cast, "cases:rating", case.pk, "dash", **(FORM | {"level": "rouge", "note": "Lu au téléphone."})
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "n’est pas un niveau de l’instrument DASH" in html
    assert "rouge" in html
    assert "standard, medium, high" in html
    assert "Lu au téléphone." in html
    assert not ExternalRating.objects.exists()


def test_a_day_to_come_is_refused_beside_its_field_and_the_rest_is_kept(cast, case):
    late = FORM | {"rated_on": TODAY + timedelta(days=1), "version": "2009"}
    answer = send(cast, "cases:rating", case.pk, "dash", **late)
    assert answer.status_code == 422
    assert "Cette date est dans le futur" in answer.context["form"].errors["rated_on"][0]
    html = answer.content.decode()
    assert 'value="2009"' in html
    assert re.search(r'value="high"[^>]*checked', html)


def test_each_instrument_offers_its_own_words_and_no_others(cast, case):
    dash = page(cast, "cases:rating", case.pk, "dash").content.decode()
    assert dash.count('type="radio"') == 3
    assert '<option value="2009">' in dash
    assert "instrument_name" not in dash
    other = page(cast, "cases:rating", case.pk, "other").content.decode()
    assert 'type="radio"' not in other
    assert "instrument_name" in other
    assert page(cast, "cases:rating", case.pk, "tea-leaves").status_code == 404


def test_what_is_typed_for_one_instrument_does_not_wait_in_the_form_of_another(cast, case):
    writing = {"service_slug": cast.victims.slug, "case_id": case.pk, "form": "rating-dash"}
    client = signed_in(Client(), cast.ana)
    assert (
        client.post(reverse("cases:draft", kwargs=writing), posting(rated_by="Zone Aval")).status_code == 204
    )
    assert "Zone Aval" in page(cast, "cases:rating", case.pk, "dash").content.decode()
    assert "Zone Aval" not in page(cast, "cases:rating", case.pk, "odara").content.decode()
    send(cast, "cases:rating", case.pk, "dash", **FORM)
    assert not Draft.objects.exists()


def test_recorded_and_taken_back_from_the_page(cast, case):
    assert "DASH" in page(cast, "cases:rating_instrument", case.pk).content.decode()
    assert send(cast, "cases:rating", case.pk, "dash", **FORM).status_code == 302
    rating = ExternalRating.objects.get()
    assert (
        "Retirer cette évaluation" in page(cast, "cases:rating_withdraw", case.pk, rating.pk).content.decode()
    )
    assert send(cast, "cases:rating_withdraw", case.pk, rating.pk, because="").status_code == 422
    send(cast, "cases:rating_withdraw", case.pk, rating.pk, because="Autre dossier.")
    assert "DASH" not in page(cast, "desk:case", case.pk).content.decode()
    course = " ".join(page(cast, "assessment:course", case.pk).content.decode().split())
    assert "<s>high</s>" in course
    assert "retirée par Ana" in course
    assert "Autre dossier." in course
    assert send(cast, "cases:rating_restore", case.pk, rating.pk).status_code == 302
    assert "<strong>DASH</strong> : high" in page(cast, "desk:case", case.pk).content.decode()


def test_to_a_colleague_outside_the_team_and_to_a_stranger_nothing_is_there(cast, case):
    rating = record(cast, case)
    for who, service in [(cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)]:
        ways = [("cases:rating", [case.pk, "dash"]), ("cases:rating_withdraw", [case.pk, rating.pk])]
        for name, args in [*ways, ("cases:rating_instrument", [case.pk])]:
            assert page(cast, name, *args, who=who, service=service).status_code == 404
        for name, args in [*ways, ("cases:rating_restore", [case.pk, rating.pk])]:
            assert send(cast, name, *args, who=who, service=service, because="x", **FORM).status_code == 404
    assert ExternalRating.objects.standing().count() == 1
