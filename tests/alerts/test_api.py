"""A service's own system lists, reads, acknowledges, answers: what its token opens, and nothing of anybody else's."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.access import BadEnd, make_token, revoke_token
from alerts.api.entrance import PerToken
from alerts.api.views import Pages
from alerts.factories import finalised
from alerts.models import AccessToken, Handling, Owed
from assessment.factories import LEVEL_4
from pole.audit.models import Event, Tag
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import get, in_force, received_by, text_of
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force"]
ALL = ("read", "acknowledge", "answer")
ALERTS = "/api/v1/alerts/"


class System:
    """A program that knows its token."""

    def __init__(self, text: str) -> None:
        self.client, self.text = Client(), text

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}", **more}

    def get(self, url: str, **headers: str):
        return self.client.get(url, headers=self._headers(**headers))

    def post(self, url: str, body: object, *, key: str | None = None, **more: str):
        headers = self._headers(**{"Idempotency-Key": str(uuid4()) if key is None else key}, **more)
        return self.client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def direction(cast: Cast, service: Service) -> Actor:
    return cast.actor(person("Paul", at=service, role=Role.DIRECTION))


def token_of(cast: Cast, service: Service, scopes=ALL) -> tuple[Actor, AccessToken, System]:
    actor = direction(cast, service)
    with inside(service):
        token, text = make_token(
            actor=actor,
            system="Main courante",
            scopes=scopes,
            expires_on=timezone.localdate() + timedelta(days=30),
        )
    return actor, token, System(text)


@pytest.fixture
def red(cast: Cast, in_force) -> Exchange:
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [message] = received_by(cast.police)
    return message


@pytest.fixture
def police(cast: Cast, red) -> System:
    return token_of(cast, cast.police)[2]


def url_of(exchange: Exchange, act: str = "") -> str:
    return f"{ALERTS}{exchange.pk}/" + (f"{act}/" if act else "")


def handling_of(exchange: Exchange) -> Handling:
    with inside(exchange.recipient):
        return Handling.objects.get(exchange=exchange)


def is_untouched(exchange: Exchange) -> bool:
    row = handling_of(exchange)
    return row.opened_at is row.acknowledged_at is row.answered_at is None


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.json()


# ---- What it does ---------------------------------------------------------------------------------------------


def test_it_lists_what_its_service_received(cast: Cast, red, police):
    page = police.get(ALERTS).json()
    [line] = page["results"]
    assert line["id"] == str(red.pk)
    assert line["urgency"] == "red"
    assert line["sender"]["name"] == cast.victims.name
    assert "categories" not in line
    assert police.get(f"{ALERTS}?urgency=yellow").json()["results"] == []
    assert len(police.get(f"{ALERTS}?state=new").json()["results"]) == 1
    police.post(url_of(red, "acknowledge"), {"acknowledged_by": "Carla Test"})
    assert police.get(f"{ALERTS}?state=new").json()["results"] == []
    assert len(police.get(f"{ALERTS}?state=open").json()["results"]) == 1


def test_a_reading_is_in_the_journal_and_opens_nothing(cast: Cast, red, police):
    read = police.get(url_of(red)).json()
    assert {each["code"] for each in read["categories"]} == set(red.categories)
    assert read["withdrawn"] is False
    assert handling_of(red).opened_at is None
    with inside(cast.police):
        event = Event.objects.get(tag=Tag.ALERT_READ)
    assert event.subject_id == red.pk
    assert event.detail["system"] == "Main courante"
    assert event.user_id is None


def test_a_red_one_is_acknowledged_for_somebody_and_the_sender_told(cast: Cast, red, police):
    refused = problem(police.post(url_of(red, "acknowledge"), {}), 422)
    assert "nom" in refused["detail"]
    assert handling_of(red).acknowledged_at is None

    done = police.post(url_of(red, "acknowledge"), {"acknowledged_by": "Inspectrice Carla"})

    assert done.status_code == 200
    assert done.json()["acknowledged_at"]
    [reply] = received_by(cast.victims)
    assert reply.kind == ExchangeKind.ACKNOWLEDGEMENT
    page = text_of(get(cast.carla, "alerts:exchange", red.pk))
    assert "Inspectrice Carla" in page
    assert "Main courante" in page
    assert "Main courante" in text_of(get(cast.carla, "alerts:received"))


def test_the_name_is_sealed(cast: Cast, red, police):
    police.post(url_of(red, "acknowledge"), {"acknowledged_by": "Inspectrice Carla"})
    with inside(cast.police), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM alerts_systemacknowledgement")
        [(sealed,)] = cursor.fetchall()
    assert b"Carla" not in bytes(sealed)


def test_it_answers_and_whoever_decides_reads_it(cast: Cast, red, police):
    problem(police.post(url_of(red, "answer"), {"outcome": "refused", "acknowledged_by": "Carla"}), 422)
    said = {"outcome": "taken_on", "text": "Une patrouille part.", "acknowledged_by": "Carla"}
    assert police.post(url_of(red, "answer"), said).json()["outcome"] == "taken_on"
    kinds = sorted(each.kind for each in received_by(cast.victims))
    assert kinds == [ExchangeKind.ACKNOWLEDGEMENT, ExchangeKind.ANSWER]
    assert Owed.objects.filter(service=cast.victims).exists()
    problem(police.post(url_of(red, "answer"), said | {"text": "Autre."}), 409)


def test_sent_twice_it_is_done_once(cast: Cast, red, police):
    key = str(uuid4())
    said = {"acknowledged_by": "Carla"}
    first = police.post(url_of(red, "acknowledge"), said, key=key)
    second = police.post(url_of(red, "acknowledge"), said, key=key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(received_by(cast.victims)) == 1
    problem(police.post(url_of(red, "acknowledge"), said), 409)


def test_a_refused_act_may_come_again_under_its_key(cast: Cast, red, police):
    key = str(uuid4())
    problem(police.post(url_of(red, "acknowledge"), {}, key=key), 422)
    problem(police.post(url_of(red, "acknowledge"), {}, key=key), 422)
    assert police.post(url_of(red, "acknowledge"), {"acknowledged_by": "C"}, key=key).status_code == 200


# ---- Who may not ----------------------------------------------------------------------------------------------


def test_a_token_that_opens_nothing_says_the_same_whatever_is_wrong_with_it(cast: Cast, red):
    actor, token, system = token_of(cast, cast.police)
    _, late, late_system = token_of(cast, cast.programme)
    with inside(cast.police):
        assert revoke_token(actor=actor, token_id=token.pk)
    with inside(cast.programme):
        AccessToken.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    none = system.text.rpartition("_")[0]
    unknown = [f"{none}_nothing", f"pole_{uuid4().hex}_nothing", "x", "", "pole__", "é\u00ff"]
    answers = {
        (r.status_code, r.content, r.headers["WWW-Authenticate"], r.headers["Content-Type"])
        for r in [system.get(ALERTS), late_system.get(ALERTS), Client().get(ALERTS)]
        + [System(text).get(ALERTS) for text in unknown]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_a_suspended_service_has_no_system(cast: Cast, red, police):
    Service.objects.filter(pk=cast.police.pk).update(is_active=False)
    problem(police.get(ALERTS), 401)


def test_a_session_opens_nothing_here(cast: Cast, red):
    assert signed_in(Client(), cast.carla).get(ALERTS).status_code == 401


def test_a_stranger_meets_nothing_and_changes_nothing(cast: Cast, red):
    stranger = token_of(cast, cast.elsewhere)[2]
    assert stranger.get(ALERTS).json()["results"] == []
    nothing = problem(stranger.get(f"{ALERTS}{uuid4()}/"), 404)
    assert problem(stranger.get(url_of(red)), 404) == nothing
    problem(stranger.post(url_of(red, "acknowledge"), {"acknowledged_by": "X"}), 404)
    problem(stranger.post(url_of(red, "answer"), {"outcome": "taken_on", "acknowledged_by": "X"}), 404)
    assert is_untouched(red)
    assert received_by(cast.victims) == []


def test_the_alert_of_a_bystander_is_untouched(cast: Cast, red, police):
    [other] = [each for each in received_by(cast.programme) if each.kind == ExchangeKind.ALERT]
    problem(police.get(url_of(other)), 404)
    problem(police.post(url_of(other, "acknowledge"), {"acknowledged_by": "X"}), 404)
    police.post(url_of(red, "acknowledge"), {"acknowledged_by": "Carla"})
    assert is_untouched(other)


def test_what_one_sent_is_not_what_one_received(cast: Cast, red):
    problem(token_of(cast, cast.victims)[2].get(url_of(red)), 404)


@pytest.mark.parametrize(
    ("scopes", "refused"), [(["read"], ["acknowledge", "answer"]), (["acknowledge"], ["", "answer"])]
)
def test_each_scope_opens_its_own(cast: Cast, red, scopes, refused):
    system = token_of(cast, cast.police, scopes)[2]
    for act in refused:
        said = {"outcome": "taken_on", "acknowledged_by": "Carla"}
        response = system.post(url_of(red, act), said) if act else system.get(url_of(red))
        problem(response, 403)
    assert is_untouched(red)
    with inside(cast.police):
        assert {each.detail["system"] for each in Event.objects.filter(tag=Tag.DENIED)} == {"Main courante"}


def test_it_may_ask_so_often(cast: Cast, red, police, monkeypatch):
    monkeypatch.setattr(PerToken, "THROTTLE_RATES", {"token": "2/min"})
    assert [police.get(ALERTS).status_code for _ in range(2)] == [200, 200]
    slow = police.get(ALERTS)
    problem(slow, 429)
    assert int(slow.headers["Retry-After"]) > 0


@pytest.mark.parametrize("rest", ["", "alert", "alerts/1/", "alerts/%0A/", "%C3%99"])
def test_elsewhere_a_program_is_answered_as_one(cast: Cast, rest):
    problem(System("nobody's").get(f"/api/v1/{rest}"), 404)


# ---- What is not understood -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [{"acknowledged_by": 3}, {"by": "Carla"}, [], "x", None, {"acknowledged_by": "\0"}]
)
def test_a_body_of_another_shape_is_refused_with_its_field(cast: Cast, red, police, body):
    assert problem(police.post(url_of(red, "acknowledge"), body), 400)["fields"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rb'{"\ud800": 1}', id="half a sign as a field"),
        pytest.param(rb'{"outcome": "\ud800"}', id="half a sign as a choice"),
        pytest.param(b"[" * 200_000, id="a pit of brackets"),
    ],
)
def test_what_can_not_be_read_is_not_understood(cast: Cast, red, police, body):
    headers = police._headers(**{"Idempotency-Key": str(uuid4())})
    problem(
        police.client.post(url_of(red, "answer"), body, content_type="application/json", headers=headers), 400
    )
    with inside(cast.police):
        assert not Handling.objects.exclude(outcome="").exists()


@pytest.mark.parametrize("position", ["1", "\0", "2026-09-01 10:00", "2026-13-01 10:00+00:00"])
def test_a_cursor_that_nobody_gave_leads_nowhere(cast: Cast, red, police, position):
    cursor = base64.b64encode(urlencode({"p": position}).encode()).decode()
    problem(police.get(f"{ALERTS}?{urlencode({'cursor': cursor})}"), 404)


def test_a_cursor_that_was_given_leads_on(cast: Cast, red, police, monkeypatch):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    monkeypatch.setattr(Pages, "page_size", 1)
    first = police.get(ALERTS).json()
    second = police.get(first["next"]).json()
    assert first["results"][0]["id"] != second["results"][0]["id"] == str(red.pk)


@pytest.mark.parametrize("key", ["", "x", "1"])
def test_an_act_without_its_key_is_refused(cast: Cast, red, police, key):
    refused = police.post(url_of(red, "acknowledge"), {"acknowledged_by": "Carla"}, key=key)
    assert "Idempotency-Key" in problem(refused, 400)["detail"]


def test_only_json_is_spoken(cast: Cast, red, police):
    problem(police.get(ALERTS, Accept="text/html"), 406)
    form = police.client.post(
        url_of(red, "acknowledge"),
        {"acknowledged_by": "Carla"},
        headers={"Authorization": f"Bearer {police.text}", "Idempotency-Key": str(uuid4())},
    )
    problem(form, 415)
    problem(police.get(f"{ALERTS}?urgency=violet"), 400)
    problem(police.get(f"{ALERTS}?cursor=zzz"), 404)
    problem(police.get("/api/v1/nulle-part/"), 404)


def test_the_description_is_for_anybody_and_names_every_address():
    document = Client().get("/api/v1/openapi.json").json()
    assert set(document["paths"]) == {
        ALERTS,
        f"{ALERTS}{{exchange_id}}/",
        f"{ALERTS}{{exchange_id}}/acknowledge/",
        f"{ALERTS}{{exchange_id}}/answer/",
    }


def test_a_list_costs_the_same_however_long(cast: Cast, red, police):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert police.get(ALERTS).status_code == 200
        return len(captured)

    asked()
    one = asked()
    for _ in range(3):
        finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    assert len(police.get(ALERTS).json()["results"]) > 1
    assert asked() == one <= 20  # whose space, savepoints and the throttle's row are in it


# ---- The direction's page -------------------------------------------------------------------------------------


def test_the_direction_makes_one_sees_it_once_and_revokes_it(cast: Cast, client):
    signed_in(client, cast.denis)
    page = f"/s/{cast.victims.slug}/canaux/"
    said = posting(
        system="Main courante", scopes=["read"], expires_on=str(timezone.localdate() + timedelta(days=9))
    )
    shown = client.post(f"{page}acces/", said).content.decode()
    text = shown[shown.index("pole_") :].partition("<")[0]
    assert System(text).get(ALERTS).status_code == 200
    assert text not in client.get(page).content.decode()
    assert "Main courante" in client.get(page).content.decode()
    with inside(cast.victims):
        token = AccessToken.objects.get()
    assert token.last_used_at is not None
    assert text.encode() not in bytes(token.digest)
    asked = client.get(f"{page}acces/{token.pk}/retirer/")
    assert (asked.status_code, "Main courante" in asked.content.decode()) == (200, True)
    assert System(text).get(ALERTS).status_code == 200, "asked once more, nothing is done yet"
    assert client.post(f"{page}acces/{token.pk}/retirer/", posting()).status_code == 302
    assert client.get(f"{page}acces/{token.pk}/retirer/").status_code == 404, "once is enough"
    assert System(text).get(ALERTS).status_code == 401
    assert "Main courante" not in client.get(page).content.decode()


def test_what_is_wrong_is_shown_again(cast: Cast, client):
    signed_in(client, cast.denis)
    said = posting(
        system="Main courante", scopes=["read"], expires_on=str(timezone.localdate() + timedelta(days=400))
    )
    page = client.post(f"/s/{cast.victims.slug}/canaux/acces/", said)
    assert page.status_code == 422
    assert "Main courante" in page.content.decode()
    with inside(cast.victims):
        assert not AccessToken.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_an_end_is_within_a_year(cast: Cast, days):
    with inside(cast.victims), pytest.raises(BadEnd):
        make_token(
            actor=cast.actor(cast.denis),
            system="Main courante",
            scopes=["read"],
            expires_on=timezone.localdate() + timedelta(days=days),
        )


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("olga", 403), ("dora", 404), ("dina", 404)])
def test_nobody_else_makes_one(cast: Cast, client, who, status):
    signed_in(client, getattr(cast, who))
    assert client.post(f"/s/{cast.victims.slug}/canaux/acces/", posting()).status_code == status
