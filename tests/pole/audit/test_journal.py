"""The journal: refusals stay though the request is undone, and no line is ever changed."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from cases import factories
from pole.audit.models import Event, Tag, record
from pole.tenancy.context import inside, tenant
from pole.tenancy.models import Service
from tests.cast import Cast, posting, signed_in


def lines(service: Service, tag: Tag) -> list[Event]:
    with inside(service):
        return list(Event.objects.filter(tag=tag).order_by("at"))


@pytest.mark.django_db
def test_a_denial_is_told_to_the_service_with_who_what_and_where(client, cast: Cast):
    url = reverse("cases:open", args=["maison-claire"])
    signed_in(client, cast.olga).get(url)

    [line] = lines(cast.victims, Tag.DENIED)
    assert (line.user_id, line.detail) == (cast.olga.pk, {"perm": "case.write", "path": url})
    for bystander in (cast.programme, cast.police, cast.elsewhere):
        assert lines(bystander, Tag.DENIED) == []


@pytest.mark.django_db
def test_a_stranger_is_told_to_the_service_they_tried_and_to_no_other(client, cast: Cast):
    url = reverse("cases:list", args=["maison-claire"])
    signed_in(client, cast.dora).get(url)

    [line] = lines(cast.victims, Tag.STRANGER)
    assert (line.user_id, line.detail) == (cast.dora.pk, {"path": url})
    for bystander in (cast.programme, cast.police, cast.elsewhere):
        assert lines(bystander, Tag.STRANGER) == []


@pytest.mark.django_db
def test_a_service_that_is_nobodys_has_no_journal(client, cast: Cast):
    assert signed_in(client, cast.dora).get("/s/nulle-part/dossiers/").status_code == 404
    for service in Service.objects.all():
        assert lines(service, Tag.STRANGER) == []


@pytest.mark.django_db
def test_a_stranger_who_sends_a_form_is_recorded_too(client, cast: Cast):
    url = reverse("cases:open", args=["maison-claire"])
    signed_in(client, cast.dora).post(url, posting(first_name="Nora"))
    assert len(lines(cast.victims, Tag.STRANGER)) == 1


@pytest.mark.django_db
def test_a_missing_page_is_none_of_the_journals_matter(client, cast: Cast):
    signed_in(client, cast.ana).get("/nulle-part/")
    with tenant(cast.victims.pk):
        assert not Event.objects.exists()


def test_a_denial_stays_though_the_request_is_rolled_back(committed: str):
    """Outside the suite's own transaction: what is here was committed."""
    from django.test import Client

    from pole.tenancy.factories import person, service
    from pole.tenancy.permissions import Role

    here = service("ici")
    olga = person("Olga", at=here, role=Role.AUDIT)
    client = signed_in(Client(), olga)
    assert client.get(reverse("cases:open", args=["ici"])).status_code == 403
    connection.close()

    assert len(lines(here, Tag.DENIED)) == 1


@pytest.mark.django_db
def test_reading_a_case_is_a_line_with_its_id_and_nothing_of_its_content(client, cast: Cast):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
    signed_in(client, cast.ana).get(reverse("cases:contact", args=["maison-claire", case.pk]))

    [line] = lines(cast.victims, Tag.CASE_READ)
    assert (line.user_id, line.subject_id) == (cast.ana.pk, case.pk)
    assert "Nora" not in str(line.detail)


@pytest.mark.django_db
def test_a_line_is_neither_changed_nor_removed_nor_written_for_another(cast: Cast):
    with tenant(cast.victims.pk):
        record(actor=cast.actor(cast.ana), tag=Tag.CASE_READ)
        for act in (lambda: Event.objects.update(tag=Tag.DENIED), lambda: Event.objects.all().delete()):
            with pytest.raises(ProgrammingError), transaction.atomic():
                act()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            record(actor=cast.actor(cast.bruno), tag=Tag.CASE_READ)
        assert Event.objects.count() == 1
