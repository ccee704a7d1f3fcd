"""What arrives: seen first when it is new, acknowledged and answered by whoever may, invisible to others."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import agreement, finalised
from alerts.linked import links_of_case, situations_shown
from alerts.models import Handling, Situation
from assessment.factories import LEVEL_3, LEVEL_4
from cases import factories as cases
from cases.models import Case
from pole.tenancy.context import inside
from protocols.models import ExchangeKind
from tests.alerts.screens import (
    alerts_of,
    get,
    in_force,
    post,
    queries_of,
    received_by,
    service_of,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def situations_of(case):
    found = Case.objects.annotate(links=links_of_case()).get(pk=case.pk)
    return situations_shown(found.links, found.level)


@pytest.fixture
def red(cast: Cast, in_force):
    """What the police received at level 4."""
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [message] = received_by(cast.police)
    return message


@pytest.fixture
def to_programme(cast: Cast, red):
    [message] = received_by(cast.programme)
    return message


def own_case(cast: Cast, **fields) -> Case:
    with inside(cast.programme):
        case = cases.case(cast.programme, team=[cast.bruno], followed="Paul Lien", **fields)
        Case.objects.filter(pk=case.pk).update(level=2, has_reading=True)
        return case


def handling_of(cast: Cast, message) -> Handling:
    with inside(message.recipient):
        return Handling.objects.get(exchange=message)


def test_the_board_puts_what_is_to_be_acknowledged_first_the_most_urgent_on_top(cast: Cast, in_force):
    ana, now = cast.actor(cast.ana), timezone.now()
    finalised(ana, LEVEL_4, at=now - timedelta(days=2))
    [done] = received_by(cast.programme)
    post(cast.bruno, "alerts:acknowledge", done.pk)
    finalised(ana, LEVEL_4, at=now - timedelta(days=1))
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed="Zoé Petit")
        agreement(case, cast.programme, by=cast.ana)
    finalised(ana, LEVEL_3, at=now, case=case)

    html = text_of(get(cast.bruno, "alerts:received"))
    rows = html.split(" data-row>")[1:]
    assert ["alerte rouge" in row for row in rows] == [True, False, True]
    assert "accusé par Bruno" in rows[2]
    assert all(">nouveau<" in row for row in rows[:2])


def test_an_empty_board_says_what_will_happen(cast: Cast):
    assert "Ce qui arrive est aussi annoncé par e-mail" in text_of(get(cast.bruno, "alerts:received"))


def test_the_counter_counts_what_waits_and_shows_nothing_otherwise(cast: Cast, red):
    assert "1" in text_of(get(cast.carla, "alerts:counter"))
    assert not get(cast.dora, "alerts:counter").content.strip()
    get(cast.carla, "alerts:exchange", red.pk)
    post(cast.carla, "alerts:acknowledge", red.pk)
    assert not get(cast.carla, "alerts:counter").content.strip()


def test_the_page_says_what_how_urgent_by_when_and_what_not_to_do(cast: Cast, red):
    html = text_of(get(cast.carla, "alerts:exchange", red.pk))

    for words in (
        "Alerte rouge",
        "Nora Lien",
        "accusé à donner",
        "Ce qu’il ne faut pas faire",
        "état de nécessité",
    ):
        assert words in html
    assert html.index("Accuser réception") < html.index("Ce qui vous est communiqué")
    assert "il appelle le 112 ou le 101, puis alerte par écrit" in html, (
        "the article's text stands behind Why"
    )


def test_opening_acknowledges_nothing(cast: Cast, red):
    get(cast.carla, "alerts:exchange", red.pk)
    assert handling_of(cast, red).acknowledged_at is None
    assert [message.kind for message in received_by(cast.victims)] == [ExchangeKind.OPENED]


def test_acknowledging_tells_the_sender_and_nobody_else(cast: Cast, red):
    assert post(cast.carla, "alerts:acknowledge", red.pk).status_code == 302

    assert [message.kind for message in received_by(cast.victims)] == [ExchangeKind.ACKNOWLEDGEMENT]
    assert "acknowledgement" not in {message.kind for message in received_by(cast.programme)}
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    assert "accusé reçu" in text_of(get(cast.ana, "alerts:alert", alert.pk))
    assert "accusé par Carla" in text_of(get(cast.rosa, "alerts:exchange", red.pk))


def test_acknowledged_twice_is_once(cast: Cast, red):
    post(cast.carla, "alerts:acknowledge", red.pk)
    assert post(cast.rosa, "alerts:acknowledge", red.pk).status_code == 302
    assert len(received_by(cast.victims)) == 1


def test_the_forms_of_a_page_count_apart(cast: Cast, red):
    client = signed_in(Client(), cast.carla)
    page = client.get(reverse("alerts:exchange", args=[cast.police.slug, red.pk])).content.decode()
    forms = page[page.index('class="page-head"') :]  # those of the frame look for a case
    first, second, _to_write = re.findall(r'name="idempotency_key" value="([^"]+)"', forms)
    for name, key, data in (("acknowledge", first, {}), ("answer", second, {"outcome": "taken_on"})):
        client.post(
            reverse(f"alerts:{name}", args=[cast.police.slug, red.pk]), {"idempotency_key": key, **data}
        )

    assert handling_of(cast, red).outcome == "taken_on"


def test_a_refusal_without_a_word_comes_back_with_what_was_chosen(cast: Cast, red):
    response = post(cast.carla, "alerts:answer", red.pk, outcome="refused", message="  ")
    html = text_of(response)
    assert response.status_code == 422
    assert 'class="error-summary"' in html
    assert re.search(r'value="refused"[^>]* checked', html)
    assert handling_of(cast, red).outcome == ""


def test_an_answer_comes_back_to_the_sender_in_its_words(cast: Cast, red):
    post(
        cast.carla,
        "alerts:answer",
        red.pk,
        outcome="redirected",
        message="Transmis à la zone voisine, rappel à 15 h.",
    )

    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    html = text_of(get(cast.ana, "alerts:alert", alert.pk))
    assert "Transmis à la zone voisine, rappel à 15 h." in html
    assert "Réponse : réorienté" in html
    assert handling_of(cast, red).acknowledged_at, "who answers has read it"
    assert not get(cast.cleo, "alerts:counter").content.strip()


def test_the_ladder_shows_who_is_told_next_and_stops_when_acknowledged(cast: Cast, red):
    before = text_of(get(cast.carla, "alerts:exchange", red.pk))
    post(cast.carla, "alerts:acknowledge", red.pk)
    after = text_of(get(cast.carla, "alerts:exchange", red.pk))

    assert "averti·e à partir du" in before
    assert "averti·e à partir du" not in after
    assert "personne d’autre n’est averti" in after


def test_a_link_is_proposed_accepted_and_then_shows_levels_that_crossed(cast: Cast, to_programme):
    case = own_case(cast)
    post(cast.bruno, "alerts:link_propose", to_programme.pk, case=case.pk)
    [proposal] = [
        message for message in received_by(cast.victims) if message.kind == ExchangeKind.LINK_PROPOSAL
    ]
    page = text_of(get(cast.ana, "alerts:exchange", proposal.pk))
    assert "Chaque service garde son dossier" in page
    assert "Paul Lien" not in page

    response = post(cast.ana, "alerts:link_reply", proposal.pk, accept="yes")
    assert response.status_code == 302
    with inside(cast.programme):
        case.refresh_from_db()
        [shown] = situations_of(case)
    assert (shown.is_linked, shown.own.value, shown.received.value, shown.applied.value) == (True, 2, 4, 4)
    assert shown.differs
    piece = " ".join(render_to_string("alerts/_situation.html", {"situation": shown, "slug": "x"}).split())
    assert f"Rapproché de {cast.victims.name}" in piece
    assert "4 · imminente" in piece
    assert "Les deux lectures diffèrent" in piece
    with inside(cast.victims):
        [theirs] = situations_of(Situation.objects.get().case)
    assert (theirs.received_at, theirs.received.value) == (None, None), (
        "the programme's own level never crossed"
    )
    assert not received_by(cast.elsewhere)


def test_a_refused_link_shares_nothing_and_can_not_be_taken_back(cast: Cast, to_programme):
    post(cast.bruno, "alerts:link_propose", to_programme.pk, case=own_case(cast).pk)
    [proposal] = [
        message for message in received_by(cast.victims) if message.kind == ExchangeKind.LINK_PROPOSAL
    ]
    post(cast.ana, "alerts:link_reply", proposal.pk, accept="no")
    post(cast.ana, "alerts:link_reply", proposal.pk, accept="yes")

    with inside(cast.victims):
        assert not Situation.objects.exists()
    assert "Cette proposition a reçu sa réponse" in text_of(get(cast.ana, "alerts:exchange", proposal.pk))


def test_somebody_outside_the_case_cannot_answer_a_proposal(cast: Cast, to_programme):
    post(cast.bruno, "alerts:link_propose", to_programme.pk, case=own_case(cast).pk)
    [proposal] = [
        message for message in received_by(cast.victims) if message.kind == ExchangeKind.LINK_PROPOSAL
    ]
    assert "Accepter le rapprochement" not in text_of(get(cast.eli, "alerts:exchange", proposal.pk))
    post(cast.eli, "alerts:link_reply", proposal.pk, accept="yes")
    with inside(cast.victims):
        assert not Situation.objects.exists()


def test_a_case_of_another_service_cannot_be_linked(cast: Cast, to_programme):
    with inside(cast.elsewhere):
        theirs = cases.case(cast.elsewhere, team=[cast.dora])
    post(cast.bruno, "alerts:link_propose", to_programme.pk, case=theirs.pk)
    with inside(cast.programme):
        assert not Situation.objects.exists()


ROUTES = ["exchange", "acknowledge", "answer", "link_propose", "link_reply"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_message_exists_for_its_recipient_alone(cast: Cast, red, route):
    ask = get if route == "exchange" else post
    for stranger in (cast.bruno, cast.cleo, cast.dora, cast.ana):
        assert ask(stranger, f"alerts:{route}", red.pk).status_code == 404
    assert ask(cast.dora, f"alerts:{route}", red.pk, service=cast.police).status_code == 404
    assert ask(cast.carla, f"alerts:{route}", uuid4()).status_code == 404


def test_who_reads_the_journal_reads_no_alert(cast: Cast, in_force):
    assert get(cast.olga, "alerts:received").status_code == 403
    assert get(cast.olga, "alerts:sent").status_code == 403


def test_a_proposal_is_not_acknowledged(cast: Cast, to_programme):
    post(cast.bruno, "alerts:link_propose", to_programme.pk, case=own_case(cast).pk)
    [proposal] = [
        message for message in received_by(cast.victims) if message.kind == ExchangeKind.LINK_PROPOSAL
    ]
    assert post(cast.ana, "alerts:acknowledge", proposal.pk).status_code == 404


@pytest.mark.parametrize("page", ["alerts:received", "alerts:exchange"])
def test_a_page_asks_as_much_for_thirty_as_for_three(cast: Cast, in_force, page):
    ana, now = cast.actor(cast.ana), timezone.now()

    def asked() -> list[str]:
        args = [received_by(cast.police)[0].pk] if page == "alerts:exchange" else []
        return queries_of(cast.carla, page, *args)

    for _ in range(3):
        finalised(ana, LEVEL_4, at=now)
    few = asked()
    for _ in range(22):
        finalised(ana, LEVEL_4, at=now)
    assert len(asked()) == len(few) <= 15, "\n".join(few)


def test_signed_out_nobody_reads(cast: Cast, red):
    response = Client().get(reverse("alerts:exchange", args=[service_of(cast.carla).slug, red.pk]))
    assert response.status_code == 302
    assert "connexion" in response.headers["Location"]
