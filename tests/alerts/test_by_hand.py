"""An alert by hand: what the article sends, to its recipient alone, on the record as judged by a person."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts import judging
from alerts.factories import agreement, finalised
from alerts.judging import NotOffered, WordMissing
from alerts.models import Alert, AlertState, Judgement, Owed, OwedKind
from assessment.factories import LEVEL_2, LEVEL_3
from cases import factories
from cases.models import Case
from cases.refusals import CaseClosed
from cases.services import close_case
from pole.clock import database_now
from pole.tenancy.context import inside
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
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
HAPPENED = "Elle a appelé ce matin : il l’attendait devant l’école."
WORDS = {
    "happened": HAPPENED,
    "asked": "Passage devant l’école à 15 h 30.",
    "avoid": "Ne pas appeler le domicile.",
}


@pytest.fixture
def case(cast: Cast) -> Case:
    with inside(cast.victims):
        return factories.case(cast.victims, team=[cast.ana], followed="Léa Marchal", partner="Paul Brandt")


def offers(cast: Cast, case: Case) -> dict[tuple[str, str], judging.Offer]:
    """By rule and recipient."""
    with inside(cast.victims):
        found = judging.offers(case=case, service=cast.victims, at=database_now())
        return {(offer.rule.id, offer.recipient.slug): offer for offer in found}


def by_hand(cast: Cast, case: Case, offer: judging.Offer, *, words=WORDS, without=()) -> Alert:
    with inside(cast.victims):
        return judging.alert_by_hand(
            actor=cast.actor(cast.ana),
            case=case,
            key=offer.key,
            words=words,
            categories=set(offer.order.categories) - set(without) if offer.order else (),
            at=database_now(),
        )


def read_by(cast: Cast, who, exchange):
    actor = cast.actor(who)
    with inside(actor.service):
        return door.read(actor, exchange)


def test_a_red_alert_leaves_without_any_reading_and_tells_nobody_else(cast: Cast, in_force, case):
    alert = by_hand(cast, case, offers(cast, case)["red-police", cast.police.slug])
    assert (alert.state, alert.article, alert.urgency) == (AlertState.SENT, "4 §1", "red")
    assert set(alert.categories.values()) == {"necessity"}
    [received] = received_by(cast.police)
    assert read_by(cast, cast.carla, received)["message"] == WORDS
    [notice] = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=received.pk)
    assert (notice.service, notice.urgency) == (cast.police, "red")
    for bystander in (cast.programme, cast.coordination, cast.elsewhere):
        assert received_by(bystander) == []


def test_the_recipients_ladder_and_the_senders_watch_run_as_for_any_alert(cast: Cast, in_force, case):
    alert = by_hand(cast, case, offers(cast, case)["red-police", cast.police.slug])
    kinds = Owed.objects.filter(subject_id__in=[alert.pk, alert.exchange_id]).values_list("kind", flat=True)
    assert sorted(kinds) == sorted(
        [OwedKind.NOTICE, OwedKind.RUNG, OwedKind.RUNG, OwedKind.UNHEARD, OwedKind.WATCH]
    )


def test_a_category_may_be_taken_out_and_none_added(cast: Cast, in_force, case):
    offer = offers(cast, case)["red-police", cast.police.slug]
    assert "C02" in offer.order.categories
    with inside(cast.victims):
        alert = judging.alert_by_hand(
            actor=cast.actor(cast.ana),
            case=case,
            key=offer.key,
            words=WORDS,
            categories=["C01", "C03", "C10", "C11"],
            at=database_now(),
        )
    assert list(alert.categories) == ["C01"]
    [received] = received_by(cast.police)
    assert received.categories == ["C01"]


def test_without_agreement_an_orange_alert_is_not_offered_below_its_level(cast: Cast, in_force, case):
    finalised(cast.actor(cast.ana), LEVEL_2, at=database_now(), case=case)
    offer = offers(cast, case)["orange-from-victim-service", cast.programme.slug]
    assert offer.order is None
    with pytest.raises(NotOffered):
        by_hand(cast, case, offer)
    assert received_by(cast.programme) == []


def test_at_its_level_without_agreement_it_is_held_and_the_referents_release_carries_the_words(
    cast: Cast, in_force, case
):
    finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    offer = offers(cast, case)["orange-from-victim-service", cast.programme.slug]
    alert = by_hand(cast, case, offer, without=["C06"])
    assert alert.state == AlertState.HELD
    assert received_by(cast.programme) == []
    page = text_of(get(cast.rita, "alerts:alert", alert.pk))
    assert "devant l’école" in page
    post(
        cast.rita, "alerts:decide", alert.pk, decision="release", basis="necessity", motive="Danger ce jour."
    )
    [received] = received_by(cast.programme)
    assert "C06" not in received.categories
    assert read_by(cast, cast.bruno, received)["message"]["asked"] == WORDS["asked"]
    assert "Ne pas appeler le domicile" in text_of(get(cast.bruno, "alerts:exchange", received.pk))


def test_with_agreement_it_leaves_on_it(cast: Cast, in_force, case):
    with inside(cast.victims):
        agreement(case, cast.programme, by=cast.ana)
    alert = by_hand(cast, case, offers(cast, case)["yellow", cast.programme.slug])
    assert alert.state == AlertState.SENT
    assert set(alert.categories.values()) == {"agreement"}


def test_while_an_alert_is_open_it_goes_as_an_update_of_it(cast: Cast, in_force, case):
    first = by_hand(cast, case, offers(cast, case)["red-police", cast.police.slug])
    by_hand(cast, case, offers(cast, case)["red-police", cast.police.slug])
    update = received_by(cast.police)[-1]
    assert (update.kind, update.in_reply_to_id) == (ExchangeKind.UPDATE, first.exchange_id)


@pytest.mark.parametrize("missing", ["happened", "asked"])
def test_a_word_that_is_missing_sends_nothing_and_what_was_typed_is_shown(
    cast: Cast, in_force, case, missing
):
    offer = offers(cast, case)["red-police", cast.police.slug]
    with pytest.raises(WordMissing):
        by_hand(cast, case, offer, words={**WORDS, missing: "  "})
    response = write(cast, cast.ana, case, offer, **{missing: " "})
    assert response.status_code == 422
    assert WORDS["avoid"] in text_of(response)
    assert received_by(cast.police) == []


def write(cast: Cast, who, case: Case, offer: judging.Offer, *, service=None, **changed: str):
    url = reverse("alerts:by_hand_write", args=[(service or cast.victims).slug, case.pk])
    data = posting(**{**WORDS, "categories": ["C01"], **changed})
    return signed_in(Client(), who).post(f"{url}?alerte={offer.key}", data)


def test_chosen_and_written_in_the_browser(cast: Cast, in_force, case):
    page = text_of(get(cast.ana, "alerts:by_hand", case.pk))
    assert "état de nécessité" in page
    offer = offers(cast, case)["red-police", cast.police.slug]
    assert offer.key in page
    form = text_of(get(cast.ana, "alerts:by_hand_write", case.pk, alerte=offer.key))
    assert "Marchal" in form
    assert "procès-verbal" in form
    response = write(cast, cast.ana, case, offer)
    assert response.status_code == 302
    shown = text_of(get(cast.ana, "alerts:alert", _only(cast).pk))
    assert "devant l’école" in shown
    assert "aucune lecture ne l’a commandée" in shown
    theirs = text_of(get(cast.carla, "alerts:exchange", received_by(cast.police)[0].pk))
    assert "Ne pas appeler le domicile" in theirs


def _only(cast: Cast) -> Alert:
    with inside(cast.victims):
        return Alert.objects.get(service=cast.victims)


def test_what_was_typed_for_an_alert_that_is_no_longer_offered_is_shown(cast: Cast, in_force, case):
    with inside(cast.victims):
        given = agreement(case, cast.programme, by=cast.ana)
    offer = offers(cast, case)["yellow", cast.programme.slug]
    with inside(cast.victims):
        given.withdrawn_at = database_now()
        given.save()
    response = write(cast, cast.ana, case, offer)
    assert response.status_code == 422
    assert "Passage devant l’école" in text_of(response)
    assert received_by(cast.programme) == []


def test_outside_the_team_and_to_a_stranger_there_is_no_such_case(cast: Cast, in_force, case):
    offer = offers(cast, case)["red-police", cast.police.slug]
    for who, service in ((cast.eli, cast.victims), (cast.bruno, cast.programme), (cast.dora, cast.elsewhere)):
        assert get(who, "alerts:by_hand", case.pk, service=service).status_code == 404
        assert write(cast, who, case, offer, service=service).status_code == 404
    assert get(cast.cleo, "alerts:by_hand", case.pk).status_code == 403
    assert received_by(cast.police) == []


def test_a_closed_case_alerts_nobody(cast: Cast, in_force, case):
    offer = offers(cast, case)["red-police", cast.police.slug]
    with inside(cast.victims):
        close_case(actor=cast.actor(cast.ana), case=case, motive="Fini.")
    with pytest.raises(CaseClosed):
        by_hand(cast, case, offer)
    assert get(cast.ana, "alerts:by_hand", case.pk).status_code == 404


def test_without_a_protocol_the_page_says_whom_to_call(cast: Cast, case):
    assert "Aucun protocole en vigueur" in text_of(get(cast.ana, "alerts:by_hand", case.pk))


def test_the_words_stand_sealed(cast: Cast, in_force, case):
    by_hand(cast, case, offers(cast, case)["red-police", cast.police.slug])
    with inside(cast.victims):
        [row] = Judgement.objects.values()
    assert b"devant" not in bytes(row["happened"])


def test_the_pages_cost_no_more_than_they_may(cast: Cast, in_force, case):
    assert len(queries_of(cast.ana, "alerts:by_hand", case.pk)) <= 15
