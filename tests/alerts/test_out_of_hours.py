"""Whoever sends to a service that is closed reads it on the same screen, with what to do in danger: on every screen."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.http import HttpResponse

from alerts import advising, judging, situations
from alerts.factories import finalised
from alerts.models import Advice, Alert, Disagreement
from alerts.outlook import closed_among
from alerts.services import send_back_reading
from assessment import factories as readings
from assessment.factories import LEVEL_3, LEVEL_4
from assessment.models import Reading
from cases.factories import case as make_case
from cases.models import Case
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols import exchange as door
from protocols.registry import standings
from tests.alerts.screens import get, post, queries_of, signed_between, text_of, undefined_variables_fail
from tests.alerts.two_sides import link
from tests.cast import Cast
from tests.wall.routes import every_route

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHIPPED_WEEK = "\n".join(f'    {day}: ["09:00-17:00"]' for day in DAYS[:5])


@pytest.fixture
def at_night(cast: Cast) -> None:
    """Everybody but the police is there on one day of the week, which is not today."""
    one_day = f'    {DAYS[(database_now().weekday() + 3) % 7]}: ["09:00-17:00"]'
    signed_between(cast, changed={SHIPPED_WEEK: one_day})


@pytest.fixture
def by_day(cast: Cast) -> None:
    """Everybody is there."""
    signed_between(cast, changed={"hours: working": "hours: always"})


# ---- A page of each screen that sends, and the service that it sends to -----------------------------------------

Screen = tuple[HttpResponse, Service]


def alert_to(cast: Cast, recipient: Service, answers=LEVEL_4) -> Alert:
    alerts = finalised(cast.actor(cast.ana), answers, at=database_now())
    return next(alert for alert in alerts if alert.recipient_id == recipient.pk)


def case_of_ana(cast: Cast) -> Case:
    with inside(cast.victims):
        return make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")


def draft_of_ana(cast: Cast) -> Reading:
    case = case_of_ana(cast)
    with inside(cast.victims):
        return readings.draft(case, cast.ana, LEVEL_4)


def preview(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:preview", draft_of_ana(cast).pk), cast.programme


def effect(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:effect", draft_of_ana(cast).pk), cast.programme


def received(cast: Cast) -> Screen:
    alert = alert_to(cast, cast.programme)
    return get(cast.bruno, "alerts:exchange", alert.exchange_id), cast.victims


def proposal(cast: Cast) -> Screen:
    alert = alert_to(cast, cast.programme)
    bruno = cast.actor(cast.bruno)
    with inside(cast.programme):
        case = make_case(cast.programme, team=[cast.bruno], followed="Paul Lien")
        readings.draft(case, cast.bruno)
        situation = situations.propose(
            actor=bruno, exchange=door.received(bruno, alert.exchange_id), case=case
        )
    return get(cast.ana, "alerts:exchange", situation.proposal_id), cast.programme


def sent(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:alert", alert_to(cast, cast.programme).pk), cast.programme


def recall(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:recall", alert_to(cast, cast.programme).pk), cast.programme


def held(cast: Cast) -> Screen:
    return get(cast.rita, "alerts:alert", alert_to(cast, cast.programme, LEVEL_3).pk), cast.programme


def advice_asked(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:advice_ask"), cast.coordination


def advice_given(cast: Cast) -> Screen:
    with inside(cast.victims):
        advice: Advice = advising.ask(
            actor=cast.actor(cast.ana),
            adviser=cast.coordination,
            text="Par où commencer ?",
            at=database_now(),
        )
    return get(cast.cleo, "alerts:advice", advice.exchange_id), cast.victims


def situation(cast: Cast) -> Screen:
    hers, _his = link(cast)
    return get(cast.ana, "alerts:situation", hers.pk), cast.programme


def contested(cast: Cast) -> Screen:
    alert = alert_to(cast, cast.programme)
    why = {"outcome": "refused", "message": "Suivi ailleurs.", "contests": "on"}
    assert post(cast.bruno, "alerts:answer", alert.exchange_id, **why).status_code == 302
    with inside(cast.programme):
        opened = Disagreement.objects.get(contested=alert.exchange_id)
    return get(cast.remy, "alerts:disagreement", opened.pk), cast.victims


def by_hand(cast: Cast) -> Screen:
    return get(cast.ana, "alerts:by_hand", case_of_ana(cast).pk), cast.programme


def by_hand_write(cast: Cast) -> Screen:
    case = case_of_ana(cast)
    with inside(cast.victims):
        offers = judging.offers(case=case, service=cast.victims, at=database_now())
    key = next(each.key for each in offers if each.order and each.recipient == cast.programme)
    return get(cast.ana, "alerts:by_hand_write", case.pk, alerte=key), cast.programme


def lowered(cast: Cast) -> Reading:
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), chosen=2, motive="Il est loin.")
    reading = alerts[0].reading
    assert reading is not None
    return reading


def second(cast: Cast) -> Screen:
    return get(cast.rita, "alerts:reading", lowered(cast).pk), cast.programme


def asked_back(cast: Cast) -> Screen:
    reading = lowered(cast)
    with inside(cast.victims):
        send_back_reading(
            actor=cast.actor(cast.rita), reading_id=reading.pk, question="Où ?", at=database_now()
        )
    return get(cast.ana, "alerts:reading", reading.pk), cast.programme


SENDS: dict[str, Callable[[Cast], Screen]] = {
    "alerts:preview": preview,
    "alerts:effect": effect,
    "alerts:finalise": preview,
    "alerts:second": second,
    "alerts:answer_back": asked_back,
    "alerts:exchange": received,
    "alerts:answer": received,
    "alerts:acknowledge": received,
    "alerts:write_back": received,
    "alerts:link_propose": received,
    "alerts:link_reply": proposal,
    "alerts:alert": sent,
    "alerts:write": sent,
    "alerts:recall": recall,
    "alerts:decide": held,
    "alerts:advice_ask": advice_asked,
    "alerts:advice": advice_given,
    "alerts:advice_answer": advice_given,
    "alerts:situation": situation,
    "alerts:mark": received,
    "alerts:disagreement": contested,
    "alerts:declare": situation,
    "alerts:conclude": situation,
    "alerts:by_hand": by_hand,
    "alerts:by_hand_write": by_hand_write,
}
"""Route -> the page on which somebody decides to send by it."""
READS = "shows and sends nothing"
OWN = "changes what is the service's own"
SENDS_NOTHING = {
    **dict.fromkeys(
        (
            "alerts:received", "alerts:counter", "alerts:sent", "alerts:held", "alerts:advice_list",
            "alerts:emergencies", "alerts:disagreements", "alerts:why", "alerts:measures",
        ),
        READS,
    ),
    **dict.fromkeys(
        (
            "alerts:filter_save", "alerts:filter_drop", "alerts:signal", "alerts:advice_attach",
            "alerts:emergency", "alerts:emergency_review",
        ),
        OWN,
    ),
    "alerts:account": "is printed for the person followed; the number to call stands on it",
    "alerts:reading": "is the page of `second` and `answer_back` for whoever is asked; to others it sends nothing",
    "alerts:act": "acknowledges below red: it asks nothing of the sender, who may well be closed",
}  # fmt: skip


def of_alerts() -> set[str]:
    """Routes of the only app from which anything leaves."""
    return {route.name for route in every_route() if route.name.startswith("alerts:")}


def test_every_route_of_alerts_says_whether_it_sends():
    assert SENDS.keys() | SENDS_NOTHING.keys() == of_alerts()


def test_no_view_of_another_app_knows_the_door():
    names = {route.view.__module__ for route in every_route()}
    views = [import_module(name) for name in names if name.split(".")[0] in ("desk", "cases", "assessment")]
    assert views
    assert [view.__name__ for view in views if {"door", "announce"} & vars(view).keys()] == []


@pytest.mark.parametrize("screen", dict.fromkeys(SENDS.values()), ids=lambda screen: screen.__name__)
def test_a_screen_that_sends_says_who_is_closed_and_what_to_do_in_danger(cast: Cast, at_night, screen):
    response, recipient = screen(cast)
    assert response.status_code == 200
    page = text_of(response).replace("\xa0", " ")
    assert f"Le service {recipient.name} est fermé jusqu’au" in page
    assert "09:00. <strong>En danger immédiat : 112 ou 101.</strong>" in page
    for always_there in (cast.police, cast.elsewhere):
        assert f"Le service {always_there.name} est fermé" not in page


def test_who_is_told_of_twice_is_said_closed_once_and_who_is_there_not_at_all(cast: Cast, at_night):
    now = database_now()
    with inside(cast.victims) as service:
        [standing] = standings(service, now)
        told = [cast.programme, cast.police, cast.elsewhere, cast.programme]
        [closed] = closed_among([(standing, each.pk) for each in told], now)
    assert closed.service == cast.programme
    assert closed.until > now


@pytest.mark.parametrize("screen", dict.fromkeys(SENDS.values()), ids=lambda screen: screen.__name__)
def test_while_everybody_is_there_no_screen_says_so(cast: Cast, by_day, screen):
    response, _recipient = screen(cast)
    assert "est fermé jusqu’au" not in text_of(response)


def test_the_page_of_an_alert_received_asks_fifteen_questions_at_most(cast: Cast, at_night):
    alert = alert_to(cast, cast.programme)
    assert len(queries_of(cast.bruno, "alerts:exchange", alert.exchange_id)) <= 15
    assert len(queries_of(cast.ana, "alerts:alert", alert.pk)) <= 15
