"""Every page of the case's rooms, as those who may open it and as Dora, who may not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import factories
from pole.tenancy.context import tenant
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def full_case(cast, rows: int = 3):
    """A case with so many of everything that makes a row of its page."""
    now = timezone.now()
    with tenant(cast.victims.pk):
        case = factories.case(
            cast.victims,
            team=[cast.ana, cast.eli, cast.rita, cast.denis],
            followed="Nora Lien",
            partner="Paul Lien",
        )
        person = case.people.first()
        for number in range(rows):
            factories.note(case, cast.ana, happened_at=now - timedelta(hours=number))
            factories.incident(case, cast.eli)
            factories.measure(case, cast.ana)
            factories.agreement(case, person, cast.ana, to=cast.programme)
            factories.task(case, cast.victims, assigned_to=cast.ana, due_at=now)
            factories.person(case, f"Enfant{number} Lien", role="child")
    return case


def queries_of(client, url: str) -> int:
    """Queries of one page, once caches of process life are warm. Savepoints are the test's own."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in captured)


def test_the_page_of_a_case_shows_everything(cast, client):
    case = full_case(cast)
    signed_in(client, cast.ana)
    page = client.get(reverse("desk:case", args=[cast.victims.slug, case.pk]))
    assert page.status_code == 200
    for words in (
        case.reference,
        "Nora Lien",
        "Rappeler.",
        "Appel, rien de neuf.",
        cast.programme.name,
        "Eli",
    ):
        assert words in page.content.decode()


@pytest.mark.parametrize("who", ["ana", "rita", "denis"])
@pytest.mark.parametrize("name", ["desk:dashboard", "cases:list", "desk:case", "cases:team", "desk:service"])
def test_a_page_has_few_queries_and_none_per_row(cast, client, name, who):
    def url(case):
        args = [case.pk] if name in ("desk:case", "cases:team") else []
        return reverse(name, args=[cast.victims.slug, *args])

    signed_in(client, getattr(cast, who))
    few = queries_of(client, url(full_case(cast, rows=3)))
    for _ in range(5):
        full_case(cast, rows=1)
    many = queries_of(client, url(full_case(cast, rows=30)))
    assert few == many <= MOST_QUERIES
