"""A recipient contests an alert: a disagreement opens in both services, and nowhere else, and ends as every other."""

from typing import Any

import pytest
from django.utils import timezone

from alerts import contesting, work
from alerts.factories import finalised
from alerts.models import Alert, Disagreement, Owed, OwedKind
from assessment.factories import LEVEL_4
from pole.accounts.models import User
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import alerts_of, get, in_force, post, text_of, undefined_variables_fail
from tests.alerts.two_sides import linked, work_off
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "linked", "undefined_variables_fail"]
WHY = "Cette personne est suivie par une autre zone."


@pytest.fixture
def sent(cast: Cast, in_force) -> Alert:
    """A red alert from the victim service to the police; the programme has one of its own of it."""
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    return alert


def refused(cast: Cast, alert: Alert, **more: Any):
    given = {"outcome": "refused", "message": WHY, "contests": "on"} | more
    return post(cast.carla, "alerts:answer", alert.exchange_id, **given)


def rows(service: Service) -> list[Disagreement]:
    with inside(service):
        return list(Disagreement.objects.filter(service=service).select_related("contested"))


def told(disagreement: Disagreement) -> list[str]:
    notices = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=disagreement.pk)
    return sorted(User.objects.get(pk=str(row.addressee_id)).name for row in notices)


def nobody_else(cast: Cast) -> bool:
    return not any(rows(service) for service in (cast.programme, cast.coordination, cast.elsewhere))


def test_a_refusal_that_contests_opens_it_on_both_sides_and_no_word_of_it_crosses_but_the_answer(
    cast: Cast, sent
):
    assert refused(cast, sent).status_code == 302
    work_off(OwedKind.CONCLUSION)

    [theirs], [ours] = rows(cast.police), rows(cast.victims)
    assert theirs.contested_id == ours.contested_id == sent.exchange_id
    assert (theirs.about, ours.about) == (WHY, "")
    assert theirs.is_open
    assert ours.is_open
    assert theirs.due_at > theirs.opened_at
    assert (told(ours), told(theirs)) == (["Rita"], [])
    assert nobody_else(cast)
    with inside(cast.victims):
        crossed = Exchange.objects.received_by(cast.victims.pk).get(kind=ExchangeKind.DISAGREEMENT)
        read = door.read(cast.actor(cast.ana), crossed)
    assert crossed.in_reply_to_id == sent.exchange_id
    assert (read["categories"], read["message"]) == ({}, {"conclusion": "declared", "text": ""})


@pytest.mark.parametrize("mark", ["too_much", "wrong_recipient"])
def test_so_does_a_mark_that_says_it_was_not_for_them(cast: Cast, sent, mark: str):
    post(cast.carla, "alerts:acknowledge", sent.exchange_id)
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark=mark, line=WHY, contests="on")
    work_off(OwedKind.CONCLUSION)

    assert answer.status_code == 302
    assert [row.about for row in rows(cast.police)] == [WHY]
    assert [row.about for row in rows(cast.victims)] == [""]
    assert "Nous contestons" not in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))
    assert nobody_else(cast)


def test_contested_twice_it_is_one(cast: Cast, sent):
    post(cast.carla, "alerts:acknowledge", sent.exchange_id)
    post(cast.carla, "alerts:mark", sent.exchange_id, mark="too_much", line=WHY, contests="on")
    refused(cast, sent)
    work_off(OwedKind.CONCLUSION)
    assert len(rows(cast.police)) == len(rows(cast.victims)) == 1


def test_without_the_box_a_refusal_is_a_refusal(cast: Cast, sent):
    assert refused(cast, sent, contests="").status_code == 302
    assert not rows(cast.police)
    assert not Owed.objects.filter(kind=OwedKind.CONCLUSION).exists()


@pytest.mark.parametrize(
    ("page", "fields", "says"),
    [
        ("answer", {"outcome": "taken_on", "message": WHY}, "On conteste ce que l’on refuse"),
        ("mark", {"mark": "useful", "line": WHY}, "de trop ou mal adressé"),
        ("mark", {"mark": "too_much", "line": " "}, "pourquoi vous la contestez"),
    ],
)
def test_what_can_not_be_contested_so_says_how_and_changes_nothing(cast: Cast, sent, page, fields, says):
    post(cast.carla, "alerts:acknowledge", sent.exchange_id)
    answer = post(cast.carla, f"alerts:{page}", sent.exchange_id, contests="on", **fields)

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not rows(cast.police)
    with inside(cast.police):
        said = Exchange.objects.sent_by(cast.police.pk).filter(in_reply_to=sent.exchange_id)
        assert not said.filter(kind__in=(ExchangeKind.ANSWER, ExchangeKind.RELEVANCE)).exists()


def test_what_levels_raised_is_nobodys_to_contest(cast: Cast, linked):
    with inside(cast.coordination):
        raised = Exchange.objects.received_by(cast.coordination.pk).get(raised_by_pole=True)
        cleo = cast.actor(cast.cleo)
        with pytest.raises(contesting.NothingToContest):
            contesting.contest(actor=cleo, alert=raised, about=WHY, at=database_now())
    assert "Nous contestons" not in text_of(get(cast.cleo, "alerts:exchange", raised.pk))


def test_the_sender_of_an_alert_does_not_contest_its_own(cast: Cast, sent):
    with inside(cast.victims):
        own = Exchange.objects.get(pk=sent.exchange_id)
        with pytest.raises(contesting.NothingToContest):
            contesting.contest(actor=cast.actor(cast.ana), alert=own, about=WHY, at=database_now())


def test_both_see_it_with_the_alert_and_on_its_page_and_strangers_do_not(cast: Cast, sent):
    refused(cast, sent)
    work_off(OwedKind.CONCLUSION)
    [theirs], [ours] = rows(cast.police), rows(cast.victims)

    for who, alert_page, row in (
        (cast.ana, ("alerts:alert", sent.pk), ours),
        (cast.carla, ("alerts:exchange", sent.exchange_id), theirs),
    ):
        assert "Cette alerte est contestée" in text_of(get(who, *alert_page))
        assert "contestée" in text_of(get(who, "alerts:disagreements"))
        assert "Une alerte est contestée" in text_of(get(who, "alerts:disagreement", row.pk))
    assert WHY in text_of(get(cast.carla, "alerts:disagreement", theirs.pk))
    assert WHY not in text_of(get(cast.ana, "alerts:disagreement", ours.pk))
    assert "contestée" in text_of(get(cast.rita, "desk:dashboard"))
    for stranger in (cast.eli, cast.bruno, cast.dora):
        assert get(stranger, "alerts:disagreement", ours.pk).status_code == 404
    assert get(cast.ana, "alerts:disagreement", theirs.pk).status_code == 404
    assert get(cast.cleo, "alerts:disagreement", theirs.pk).status_code == 403
    assert post(cast.ana, "alerts:conclude", ours.pk, conclusion="recorded", words="Non.").status_code == 403


def test_it_ends_when_the_referents_of_both_conclude_the_same(cast: Cast, sent):
    refused(cast, sent)
    work_off(OwedKind.CONCLUSION)
    [theirs], [ours] = rows(cast.police), rows(cast.victims)
    for who, row in ((cast.rosa, theirs), (cast.rita, ours)):
        page = text_of(get(who, "alerts:disagreement", row.pk))
        assert "Niveau retenu ensemble" not in page
        answer = post(who, "alerts:conclude", row.pk, conclusion="recorded", words="Chacun garde son avis.")
        assert answer.status_code == 302
        work_off(OwedKind.CONCLUSION)

    assert [row.ended for row in (*rows(cast.police), *rows(cast.victims))] == ["recorded", "recorded"]
    assert "Cette alerte a été contestée" in text_of(get(cast.ana, "alerts:alert", sent.pk))
    assert nobody_else(cast)


def test_words_written_while_it_was_closing_are_shown_again(cast: Cast, sent):
    refused(cast, sent)
    work_off(OwedKind.CONCLUSION)
    [theirs], [ours] = rows(cast.police), rows(cast.victims)
    for who, row in ((cast.rosa, theirs), (cast.rita, ours)):
        post(who, "alerts:conclude", row.pk, conclusion="recorded", words="Chacun garde son avis.")
        work_off(OwedKind.CONCLUSION)

    late = post(cast.rita, "alerts:conclude", ours.pk, conclusion="agreement", words="Relue à deux, utile.")
    assert late.status_code == 422
    page = text_of(late)
    assert "Ce désaccord est clos." in page
    assert "Relue à deux, utile." in page
    assert "Envoyer cette conclusion" not in page
    assert "Relue à deux" not in text_of(get(cast.rosa, "alerts:disagreement", theirs.pk))
    assert "Relue à deux" not in text_of(get(cast.rita, "alerts:disagreement", ours.pk))


def test_late_the_referents_are_told_then_the_direction_and_no_bystander(cast: Cast, sent):
    refused(cast, sent)
    work_off(OwedKind.CONCLUSION)
    [ours] = rows(cast.victims)
    for step, people in ((1, ["Rita", "Rita"]), (2, ["Denis", "Rita", "Rita"])):
        row = Owed.objects.get(kind=OwedKind.DISAGREEMENT, subject_id=ours.pk, step=step)
        now = database_now()
        Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
        assert work.work_off(row.pk)
        assert told(ours) == people
