"""Who saw what: shown to those who answer for it, by reference and never by name."""

import pytest
from django.urls import reverse

from cases import factories
from cases.services import log_contact
from pole.tenancy.context import tenant
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast, client):
    """A case that Ana wrote in and Rita read."""
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
        log_contact(actor=cast.actor(cast.ana), case=case, kind="phone", text="Appel de Nora.")
    signed_in(client, cast.rita).get(reverse("desk:case", args=[cast.victims.slug, case.pk]))
    return case


def journal(client, cast, user, query="") -> str:
    response = signed_in(client, user).get(reverse("desk:journal", args=[cast.victims.slug]) + query)
    assert response.status_code == 200
    return response


def shown(response):
    return [(event.user.name, event.tag) for event, _, _ in response.context["rows"]]


@pytest.mark.parametrize("who", ["olga", "denis"])
def test_the_journal_says_who_saw_what(cast, client, case, who):
    response = journal(client, cast, getattr(cast, who))
    assert shown(response) == [("Rita", "case:read"), ("Ana", "case:changed")]
    page = response.content.decode()
    assert case.reference in page
    assert "Nora" not in page


@pytest.mark.parametrize("who", ["ana", "rita", "cleo"])
def test_others_may_not_read_it(cast, client, case, who):
    user = getattr(cast, who)
    service = cast.actor(user).service
    assert signed_in(client, user).get(reverse("desk:journal", args=[service.slug])).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("quoi=case:read", ["case:read"], id="by what"),
        pytest.param("qui={rita}", ["case:read"], id="by who"),
        pytest.param("dossier={case}", ["case:read", "case:changed"], id="by case"),
        pytest.param("dossier=1999-0001", [], id="of no case"),
        pytest.param("depuis=2999-01-01", [], id="since"),
        pytest.param("quoi=autre", [], id="a filter that is none shows nothing"),
        pytest.param("depuis=hier", [], id="nor does a day that is none"),
    ],
)
def test_it_is_filtered(cast, client, case, query, expected):
    asked = query.format(rita=cast.rita.pk, case=case.reference)
    assert [tag for _, tag in shown(journal(client, cast, cast.olga, f"?{asked}"))] == expected


def test_a_refusal_is_in_the_journal_of_the_service(cast, client, case):
    signed_in(client, cast.dora).get(reverse("desk:dashboard", args=[cast.victims.slug]))
    assert ("Dora", "gate:stranger") in shown(journal(client, cast, cast.olga))


def test_a_cases_own_history_is_for_the_referent(cast, client, case):
    address = reverse("desk:history", args=[cast.victims.slug, case.pk])
    assert signed_in(client, cast.ana).get(address).status_code == 403
    seen = signed_in(client, cast.rita).get(address)
    assert {tag for _, tag in shown(seen)} == {"case:read", "case:changed"}
    with tenant(cast.victims.pk):
        other = factories.case(cast.victims, team=[cast.ana])
    assert len(shown(client.get(reverse("desk:history", args=[cast.victims.slug, other.pk])))) == 1


def test_the_journal_of_another_service_stays_there(cast, client, case):
    with tenant(cast.programme.pk):
        theirs = factories.case(cast.programme, team=[cast.bruno])
    signed_in(client, cast.bruno).get(reverse("desk:case", args=[cast.programme.slug, theirs.pk]))
    assert "Bruno" not in {who for who, _ in shown(journal(client, cast, cast.olga))}
