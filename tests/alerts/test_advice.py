"""Advice asked without naming anybody: what crosses names nobody, and only the adviser and the asker read it."""

from datetime import timedelta
from time import perf_counter
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts import advising
from alerts.advising import IDENTIFIERS, NamesSomebody, NobodyToAsk
from alerts.models import Advice, Handling, Owed, OwedKind
from cases import factories, services
from cases.models import Case, Task
from cases.refusals import NotAnOpenCase
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from protocols import exchange as door
from protocols.models import ExchangeKind
from tests.alerts.screens import (
    get,
    in_force,
    post,
    queries_of,
    received_by,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
QUESTION = "Une dame minimise tout. Faut-il proposer un rendez-vous hors de chez elle ?"
GIVEN = "Oui, et seulement si elle choisit l’heure."


def ask(cast: Cast, text: str = QUESTION, who=None) -> Advice:
    actor = cast.actor(who or cast.ana)
    with inside(actor.service):
        return advising.ask(actor=actor, adviser=cast.coordination, text=text, at=database_now())


def give(cast: Cast, advice: Advice, text: str = GIVEN):
    return post(cast.cleo, "alerts:advice_answer", advice.exchange_id, text=text)


def test_asked_in_the_browser_read_and_given_and_read_again(cast: Cast, in_force):
    response = post(cast.ana, "alerts:advice_ask", adviser=cast.coordination.pk, text=QUESTION)
    assert response.status_code == 302
    [request] = received_by(cast.coordination)
    assert "Une dame minimise tout" in text_of(get(cast.cleo, "alerts:advice", request.pk))
    assert post(cast.cleo, "alerts:advice_answer", request.pk, text=GIVEN).status_code == 302
    assert "seulement si elle choisit" in text_of(get(cast.ana, "alerts:advice", request.pk))


def test_nothing_crosses_but_the_words(cast: Cast, in_force):
    advice = ask(cast)
    [request] = received_by(cast.coordination)
    assert (request.kind, request.categories, request.bases, request.article) == (
        ExchangeKind.ADVICE,
        [],
        {},
        "11",
    )
    with inside(cast.coordination):
        assert door.read(cast.actor(cast.cleo), request)["message"] == {"text": QUESTION}
        assert not Advice.objects.filter(pk=advice.pk).exists()


def test_the_adviser_is_told_with_the_delay_of_the_article_and_no_bystander(cast: Cast, in_force):
    advice = ask(cast)
    notices = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=advice.exchange_id)
    assert [(row.service, row.deadline_at) for row in notices] == [
        (cast.coordination, advice.exchange.answer_by)
    ]
    for bystander in (cast.programme, cast.police, cast.elsewhere):
        assert received_by(bystander) == []
    give(cast, advice)
    [answer] = received_by(cast.victims)
    assert [row.service for row in Owed.objects.filter(subject_id=answer.pk)] == [cast.victims]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Faut-il revoir Marchal avec sa sœur ?", "« Marchal »"),
        ("Faut-il revoir MARCHAL ?", "« MARCHAL »"),
        ("Léa peut-elle venir seule ?", "« Léa »"),
        ("On peut la joindre au 0470/12.34.56 ?", "numéro"),
        ("Registre 85.07.30-033.28 ?", "numéro"),
        ("Elle écrit de lea@exemple.be.", "adresse électronique"),
    ],
)
def test_a_text_that_names_somebody_is_given_back_as_typed(cast: Cast, in_force, text, found):
    with inside(cast.victims):
        factories.case(cast.victims, team=[cast.ana], followed="Léa Marchal")
    response = post(cast.ana, "alerts:advice_ask", adviser=cast.coordination.pk, text=text)
    assert response.status_code == 422
    shown = text_of(response)
    assert found in shown
    assert text.split()[-2] in shown
    assert received_by(cast.coordination) == []
    with inside(cast.victims):
        assert not Advice.objects.exists()


def test_names_of_cases_one_does_not_see_and_of_other_services_tell_nothing(cast: Cast, in_force):
    """Refusing them would say that somebody of this name is known."""
    with inside(cast.victims):
        factories.case(cast.victims, team=[cast.ana], followed="Zoé Lambrecht")
    with inside(cast.programme):
        factories.case(cast.programme, team=[cast.bruno], followed="Marc Delvaux")
    assert ask(cast, "Lambrecht et Delvaux sont des noms répandus.", who=cast.eli)
    with pytest.raises(NamesSomebody):
        ask(cast, "Et Lambrecht ?")


def test_a_word_in_small_letters_is_nobody(cast: Cast, in_force):
    with inside(cast.victims):
        factories.case(cast.victims, team=[cast.ana], followed="Anne Petit")
    assert ask(cast, "Le petit frère a tout vu. Que dire à l’école ?")


def test_a_colleague_and_a_stranger_do_not_read_it_the_referent_does(cast: Cast, in_force):
    advice = ask(cast)
    for who in (cast.eli, cast.bruno, cast.carla, cast.dora):
        assert get(who, "alerts:advice", advice.exchange_id).status_code == 404
        assert "Une dame minimise" not in text_of(get(who, "alerts:advice_list"))
    assert get(cast.rita, "alerts:advice", advice.exchange_id).status_code == 200
    assert post(cast.bruno, "alerts:advice_answer", advice.exchange_id, text=GIVEN).status_code == 404
    assert get(cast.olga, "alerts:advice_ask").status_code == 403


def test_it_becomes_a_case_of_the_askers_and_the_adviser_never_learns(cast: Cast, in_force):
    advice = ask(cast)
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Léa Marchal")
        hers = factories.case(cast.victims, team=[cast.eli], followed="Ida Simon")
    assert post(cast.ana, "alerts:advice_attach", advice.exchange_id, case=hers.pk).status_code == 422
    assert post(cast.ana, "alerts:advice_attach", advice.exchange_id, case=case.pk).status_code == 302
    assert case.reference in text_of(get(cast.ana, "alerts:advice", advice.exchange_id))
    theirs = text_of(get(cast.cleo, "alerts:advice", advice.exchange_id))
    assert case.reference not in theirs
    assert "Marchal" not in theirs
    assert len(received_by(cast.coordination)) == 1


def test_a_closed_case_takes_no_advice_and_the_page_says_what_to_do(cast: Cast, in_force):
    advice = ask(cast)
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Léa Marchal")
        Case.objects.filter(pk=case.pk).update(closed_on=timezone.localdate())
        # As whoever read it while it was open, and closed by a colleague meanwhile.
        with pytest.raises(NotAnOpenCase):
            advising.attach(actor=cast.actor(cast.ana), advice=advice, case=case)
    refused = post(cast.ana, "alerts:advice_attach", advice.exchange_id, case=case.pk)
    assert refused.status_code == 422
    assert "se rouvre d’abord sur sa page" in text_of(refused)
    nowhere = post(cast.ana, "alerts:advice_attach", advice.exchange_id, case=uuid4())
    assert "se rouvre d’abord sur sa page" in text_of(nowhere), "the same words, whether or not there is one"
    with inside(cast.victims):
        assert Advice.objects.get(pk=advice.pk).case is None
        services.reopen_case(actor=cast.actor(cast.ana), case=Case.objects.get(pk=case.pk))
    assert post(cast.ana, "alerts:advice_attach", advice.exchange_id, case=case.pk).status_code == 302


def test_late_advice_is_told_to_coordination_and_direction_once(cast: Cast, in_force):
    advice = ask(cast)
    [row] = Owed.objects.filter(kind=OwedKind.ADVICE)
    assert row.due_at == advice.exchange.answer_by
    assert advising.remind(row) == "1 told"
    told = Owed.objects.filter(subject_id=advice.exchange_id, addressee_id__isnull=False)
    assert [each.addressee_id for each in told] == [cast.cleo.pk]
    give(cast, advice)
    assert advising.remind(row) == "advised"


def test_late_advice_that_nobody_can_be_told_of_is_a_task(cast: Cast, in_force):
    ask(cast)
    Membership.objects.filter(service=cast.coordination).update(ends_on=database_now() - timedelta(days=2))
    [row] = Owed.objects.filter(kind=OwedKind.ADVICE)
    advising.remind(row)
    with inside(cast.coordination):
        assert Task.objects.filter(is_urgent=True).count() == 1


def test_given_once(cast: Cast, in_force):
    advice = ask(cast)
    give(cast, advice)
    give(cast, advice, "Autre chose.")
    assert len(received_by(cast.victims)) == 1
    assert give(cast, ask(cast, "Et ensuite ?"), " ").status_code == 422
    with inside(cast.coordination):
        assert Handling.objects.filter(answered_at__isnull=False).count() == 1


def test_without_a_protocol_in_force_nobody_is_asked(cast: Cast):
    with pytest.raises(NobodyToAsk):
        ask(cast)
    assert "Aucun protocole en vigueur" in text_of(get(cast.ana, "alerts:advice_ask"))


def test_the_links_in_both_mails_lead_to_the_page(cast: Cast, in_force):
    advice = ask(cast)
    give(cast, advice)
    [answer] = received_by(cast.victims)
    to_ana = signed_in(Client(), cast.ana).get(reverse("from_mail", args=[answer.pk]))
    assert to_ana.url == reverse("alerts:advice", args=[cast.victims.slug, advice.exchange_id])
    assert signed_in(Client(), cast.eli).get(reverse("from_mail", args=[answer.pk])).status_code == 404
    first = signed_in(Client(), cast.cleo).get(reverse("from_mail", args=[advice.exchange_id]), follow=True)
    assert first.redirect_chain[-1][0] == reverse(
        "alerts:advice", args=[cast.coordination.slug, advice.exchange_id]
    )


def test_the_list_costs_no_query_a_row(cast: Cast, in_force):
    ask(cast)
    few = {who: len(queries_of(who, "alerts:advice_list")) for who in (cast.ana, cast.cleo)}
    for _ in range(3):
        ask(cast)
    for who, number in few.items():
        assert len(queries_of(who, "alerts:advice_list")) == number <= 15


def test_what_was_asked_stands_nowhere_in_clear(cast: Cast, in_force):
    advice = ask(cast)
    with inside(cast.victims), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM protocols_exchange WHERE id = %s", [advice.exchange_id])
        assert b"minimise" not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT row_to_json(a)::text FROM alerts_advice a")
        assert "minimise" not in cursor.fetchone()[0]


@pytest.mark.parametrize("text", ["@" * 4000, "a@" * 2000, "a" * 4000, "a@" + "." * 3998])
def test_no_text_keeps_the_search_for_addresses_busy(text):
    began = perf_counter()
    assert not any(form.search(text) for form in IDENTIFIERS.values())
    assert perf_counter() - began < 1
