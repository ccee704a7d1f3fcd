"""Encrypted columns: bound to their row, never updated in bulk, lost with their key."""

import pytest
from cryptography.exceptions import InvalidTag
from django.core import serializers
from django.db import connection, transaction

from cases import factories
from cases.models import Case, Person
from pole.crypto import keys
from pole.crypto.blind import tokens_to_find, tokens_to_store, words
from pole.crypto.fields import Sealed
from pole.crypto.keys import KeyGone, derived_key, service_key
from pole.crypto.models import ServiceKey
from pole.crypto.seal import new_key, seal, unseal
from pole.tenancy.context import tenant
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast):
    with tenant(cast.victims.pk):
        yield factories.case(cast.victims, followed="Nora Lien", partner="Paul Pont", summary="Résumé.")


def stored(table: str, column: str, pk: object) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [pk])
        return bytes(cursor.fetchone()[0])


def store(table: str, column: str, pk: object, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [value, pk])


def test_what_was_written_is_read_and_stands_nowhere_in_clear(case: Case):
    assert Case.objects.get(pk=case.pk).summary == "Résumé."
    assert "Résumé".encode() not in stored("cases_case", "summary", case.pk)


def test_the_same_text_is_never_twice_the_same_bytes(case: Case):
    first = stored("cases_case", "summary", case.pk)
    fresh = Case.objects.get(pk=case.pk)
    fresh.summary = "Résumé."
    fresh.save()
    assert stored("cases_case", "summary", case.pk) != first


def test_bytes_of_another_row_do_not_open(case: Case):
    nora, paul = case.people.order_by("role")
    store("cases_person", "first_name", nora.pk, stored("cases_person", "first_name", paul.pk))
    with pytest.raises(InvalidTag):
        _ = Person.objects.get(pk=nora.pk).first_name
    assert Person.objects.get(pk=nora.pk).last_name


def test_bytes_of_another_column_do_not_open(case: Case):
    nora = case.people.first()
    store("cases_person", "last_name", nora.pk, stored("cases_person", "first_name", nora.pk))
    with pytest.raises(InvalidTag):
        _ = Person.objects.get(pk=nora.pk).last_name


def test_bytes_of_another_service_do_not_open(cast: Cast, case: Case):
    theirs = stored("cases_case", "summary", case.pk)
    with tenant(cast.programme.pk):
        mine = factories.case(cast.programme)
        store("cases_case", "summary", mine.pk, theirs)
        with pytest.raises(InvalidTag):
            _ = Case.objects.get(pk=mine.pk).summary


def test_altered_bytes_do_not_open(case: Case):
    sealed = bytearray(stored("cases_case", "summary", case.pk))
    sealed[-1] ^= 1
    store("cases_case", "summary", case.pk, bytes(sealed))
    with pytest.raises(InvalidTag):
        _ = Case.objects.get(pk=case.pk).summary


def test_bytes_of_an_unknown_format_are_told_apart():
    key = new_key()
    with pytest.raises(ValueError, match="unknown format"):
        unseal(key, b"\x02" + seal(key, b"text", "here")[1:], "here")


@pytest.mark.parametrize("value", ["text", b"bytes", ""])
def test_update_refuses(case: Case, value):
    with pytest.raises(TypeError, match="encrypted"):
        Case.objects.update(summary=value)


def test_bulk_update_refuses(case: Case):
    fresh = Case.objects.get(pk=case.pk)
    fresh.summary = "Autre."
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        Case.objects.bulk_update([fresh], ["summary"])


def test_bulk_create_seals(cast: Cast, case: Case):
    Case.objects.bulk_create([Case(service=cast.victims, reference="2026-bulk", summary="Groupé.")])
    made = Case.objects.get(reference="2026-bulk")
    assert made.summary == "Groupé."
    assert "Groupé".encode() not in stored("cases_case", "summary", made.pk)


def test_nothing_is_searched_by_its_text(case: Case):
    with pytest.raises(TypeError, match="encrypted"):
        Case.objects.filter(summary="Résumé.").exists()


def test_values_gives_what_stands_in_the_database(case: Case):
    [(sealed,)] = Case.objects.values_list("summary")
    assert isinstance(sealed, Sealed)
    assert "Résumé".encode() not in sealed


def test_it_is_never_serialised(case: Case):
    with pytest.raises(TypeError, match="never serialised"):
        serializers.serialize("json", [Case.objects.get(pk=case.pk)])


def test_a_row_saved_without_being_read_keeps_its_bytes(case: Case):
    before = stored("cases_case", "summary", case.pk)
    Case.objects.get(pk=case.pk).save()
    assert stored("cases_case", "summary", case.pk) == before


def test_a_deferred_text_is_fetched_when_asked(case: Case):
    assert Case.objects.defer("summary").get(pk=case.pk).summary == "Résumé."


def test_with_the_key_all_is_gone(cast: Cast, case: Case):
    ServiceKey.objects.filter(service=cast.victims).delete()
    keys._kept.clear()  # what a process still holds for a minute
    with pytest.raises(KeyGone):
        _ = Case.objects.get(pk=case.pk).summary
    with pytest.raises(KeyGone):
        factories.case(cast.victims)


def test_a_key_is_forgotten_a_minute_after_it_was_last_fetched(cast: Cast, case: Case, monkeypatch):
    assert service_key(cast.victims.pk)
    ServiceKey.objects.filter(service=cast.victims).delete()
    now = keys.time.monotonic()
    monkeypatch.setattr(keys.time, "monotonic", lambda: now + 61)
    with pytest.raises(KeyGone):
        service_key(cast.victims.pk)


def test_a_wrapped_key_opens_for_its_own_service_alone(cast: Cast):
    theirs = ServiceKey.objects.get(service=cast.programme).wrapped
    ServiceKey.objects.filter(service=cast.victims).update(wrapped=theirs)
    keys._kept.clear()
    with pytest.raises(InvalidTag):
        service_key(cast.victims.pk)


def test_a_key_for_one_purpose_tells_nothing_of_another(cast: Cast):
    a, b = cast.victims.pk, cast.programme.pk
    made = {
        derived_key(a, "one"),
        derived_key(a, "two"),
        derived_key(b, "one"),
        service_key(a),
        service_key(b),
    }
    assert len(made) == 5


def test_tokens_of_one_name_differ_from_service_to_service_and_from_purpose_to_purpose(cast: Cast):
    a, b = cast.victims.pk, cast.programme.pk
    here = tokens_to_store(a, "name", "Nora Lien")
    assert here.isdisjoint(tokens_to_store(b, "name", "Nora Lien"))
    assert here.isdisjoint(tokens_to_store(a, "street", "Nora Lien"))
    assert here == tokens_to_store(a, "name", "LIEN, nora")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nora", True),
        ("Élise", True),
        ("elise nora", True),
        ("nor", True),
        ("no", False),
        ("noras", False),
        ("paul", False),
    ],
)
def test_a_name_is_found_by_its_words_or_three_letters(cast: Cast, query, found):
    kept = tokens_to_store(cast.victims.pk, "name", "Nora D’Hôtel-Élise")
    assert set(tokens_to_find(cast.victims.pk, "name", query)).issubset(kept) is found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("D’Hôtel-Élise", ["d", "hotel", "elise"]),
        ("d'hotel elise", ["d", "hotel", "elise"]),
        ("Żółć Straße", ["zołc", "strasse"]),
        ("Ольга", ["ольга"]),
        ("_ - ’", []),
    ],
)
def test_words_are_the_same_however_they_are_typed(text, said):
    assert words(text) == said
