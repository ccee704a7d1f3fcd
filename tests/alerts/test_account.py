"""What a person is told of what was told about them: theirs, and nobody else's."""

from datetime import timedelta

import pytest

from alerts import thread
from alerts.factories import agreement, finalised
from alerts.models import Alert
from alerts.recall import recall
from alerts.releasing import drop_held
from assessment.factories import LEVEL_3, LEVEL_4
from cases import factories
from cases import services as cases
from cases.models import Case
from pole.audit.models import Event
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols.models import Exchange
from tests.alerts.screens import get, in_force, queries_of, text_of, undefined_variables_fail
from tests.alerts.two_sides import link
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def told(cast: Cast, case: Case, who=None) -> str:
    return text_of(get(who or cast.ana, "alerts:account", case.pk)).replace("&#x27;", "'")


@pytest.fixture
def case(cast: Cast, in_force) -> Case:
    with inside(cast.victims):
        return factories.case(
            cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Secret", summary="Un résumé."
        )


def test_nothing_left_and_it_says_so(cast: Cast, case):
    html = told(cast, case)
    assert "Nous n’avons rien transmis à personne à votre sujet." in html
    assert "Vous n’avez donné aucun accord." in html
    assert cast.police.name in html.split("Rien n’a été transmis à ces partenaires")[1]


def test_what_left_to_whom_why_and_on_which_basis(cast: Cast, case):
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    html = told(cast, case)

    assert f"à {cast.police.name}" in html
    assert "état de nécessité (" in html, "with the law as it was cited that day"
    assert "sécurité immédiate" in html
    assert "identité minimale" in html


def test_nothing_about_the_other_person_nor_of_the_reading(cast: Cast, case):
    with inside(cast.victims):
        factories.incident(case, cast.ana, text="Il a menacé sa soeur.")
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    html = told(cast, case)

    for words in ("Paul", "Secret", "menacé", "marqueurs :", "Un résumé.", "E10"):
        assert words not in html


def test_what_waits_is_not_said_and_what_was_decided_against_is(cast: Cast, case):
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    assert "nous avons envisagé" not in told(cast, case)
    with inside(cast.victims):
        drop_held(actor=cast.actor(cast.rita), alert_id=held.pk, motive="Paul le saurait.", at=database_now())
    html = told(cast, case)
    assert f"nous avons envisagé de transmettre quelque chose à {cast.programme.name}" in html
    assert "le saurait" not in html


def test_agreements_given_and_withdrawn(cast: Cast, case):
    with inside(cast.victims):
        given = agreement(case, cast.programme, by=cast.ana)
    assert "jusqu’au" in told(cast, case)
    with inside(cast.victims):
        cases.withdraw_agreement(actor=cast.actor(cast.ana), case=case, agreement=given)
    assert "retiré le" in told(cast, case)


def test_what_was_taken_back_and_written_under_it(cast: Cast, case):
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    ana = cast.actor(cast.ana)
    with inside(cast.victims):
        alert = Alert.objects.select_related("exchange").get(recipient=cast.programme)
        thread.write(actor=ana, alert=alert.exchange, text="Elle est chez sa soeur.", at=database_now())
        recall(actor=ana, alert_id=alert.pk, because="Une erreur de dossier.", at=database_now())
    html = told(cast, case)
    assert "Nous y avons ajouté 1 message." in html
    assert "Nous l’avons retiré le" in html
    assert "chez sa soeur" not in html


def test_a_linked_situation_and_the_other_service_stay_unsaid(cast: Cast, in_force):
    """The programme's client learns nothing of the victim service's case, its levels, or that it answered."""
    _hers, his = link(cast)
    with inside(cast.programme):
        assert Exchange.objects.sent_by(cast.programme.pk).filter(raised_by_pole=True).exists()
        theirs = Case.objects.get(pk=his.case_id)
    html = told(cast, theirs, cast.bruno)

    assert "Nous n’avons rien transmis à personne à votre sujet." in html
    assert "Nora" not in html
    assert cast.coordination.name in html.split("Rien n’a été transmis à ces partenaires")[1]


def test_only_who_sees_the_case_can_print_it_and_the_journal_knows(cast: Cast, case):
    assert get(cast.eli, "alerts:account", case.pk).status_code == 404
    assert get(cast.olga, "alerts:account", case.pk).status_code == 403
    assert get(cast.bruno, "alerts:account", case.pk).status_code == 404
    assert get(cast.dora, "alerts:account", case.pk, service=cast.victims).status_code == 404
    told(cast, case)
    with inside(cast.victims):
        assert Event.objects.filter(tag="case:read", subject_id=case.pk, user=cast.ana).exists()


def test_few_queries_and_none_per_message(cast: Cast, case):
    def count() -> int:
        return len(queries_of(cast.ana, "alerts:account", case.pk))

    at = database_now() - timedelta(days=5)
    finalised(cast.actor(cast.ana), LEVEL_4, at=at, case=case)
    few = count()
    for day in range(4):
        finalised(cast.actor(cast.ana), LEVEL_4, at=at + timedelta(days=day + 1), case=case)
    assert count() == few <= 15
