"""A partner's own system is called: signed, once told, and whatever it does nobody else waits for it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alerts import invariants, outbox, work
from alerts.channels.webhook import calling, deliver, endpoints
from alerts.channels.webhook.addresses import is_allowed
from alerts.channels.webhook.signing import new_secret, signed
from alerts.factories import finalised
from alerts.models import Alert, ChannelUse, Endpoint, Owed, OwedKind
from assessment.factories import LEVEL_4
from cases.models import Task
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from tests.alerts.conftest import TUESDAY_10
from tests.alerts.partner_system import PartnerSystem, partner_system
from tests.cast import Cast


@pytest.fixture
def system(tmp_path, settings, monkeypatch) -> Iterator[PartnerSystem]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    monkeypatch.setattr(calling, "WHOLE_CALL", 1.5)
    with partner_system(tmp_path) as system:
        monkeypatch.setenv("SSL_CERT_FILE", str(system.certificate))
        yield system


def direction_of(cast: Cast, service: Service):
    return cast.actor(person("Paul", at=service, role=Role.DIRECTION))


def connect(cast: Cast, service: Service, url: str) -> str:
    """The service's direction sets the address; the secret."""
    actor = direction_of(cast, service)
    with inside(service):
        return endpoints.set_endpoint(actor=actor, url=url)[1]


def alert(cast: Cast, level=LEVEL_4) -> Alert:
    """Ana's red alert to the police."""
    alerts = finalised(cast.actor(cast.ana), level, at=database_now())
    return next(each for each in alerts if each.recipient == cast.police and each.exchange)


def call_owed(to: Service) -> Owed:
    return Owed.objects.get(kind=OwedKind.WEBHOOK, service=to)


def again(row: Owed) -> bool:
    """The next attempt, whose hour has come, for the row and the endpoint."""
    Owed.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
    with inside(row.service):
        Endpoint.objects.update(rests_until=None)
    return work.work_off(row.pk)


def endpoint_of(service: Service) -> Endpoint:
    with inside(service):
        return Endpoint.objects.get()


@pytest.fixture
def now_protocol(cast: Cast, protocol):
    return protocol


# ---- What is owed, to whom ------------------------------------------------------------------------------------


def test_the_published_example_is_signed_as_published():
    headers = signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_call_is_owed_beside_the_mail_to_who_uses_it_and_to_nobody_else(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    connect(cast, cast.elsewhere, system.url("/bystander"))

    sent = alert(cast)

    rows = Owed.objects.filter(subject_id=sent.exchange_id, step=0)
    assert sorted(rows.values_list("kind", flat=True)) == ["notice", "unheard", "webhook"]
    assert work.work_off(call_owed(cast.police).pk)
    assert system.paths() == ["/pole"]
    assert not Owed.objects.filter(kind=OwedKind.WEBHOOK).exclude(service=cast.police).exists()


def test_it_says_what_waits_and_nothing_of_anybody(cast: Cast, protocol, system):
    secret = connect(cast, cast.police, system.url("/pole?zone=1"))
    sent = alert(cast)

    assert work.work_off(call_owed(cast.police).pk)

    [call] = system.calls
    said = json.loads(call.body)
    assert call.path == "/pole?zone=1"
    assert said["type"] == "exchange.alert"
    assert said["data"].keys() == {"id", "urgency", "deadline", "link"}
    assert said["data"]["id"] == str(sent.exchange_id)
    assert said["data"]["urgency"] == "red"
    assert said["data"]["link"].endswith(f"{sent.exchange_id}/")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    expected = base64.b64encode(hmac.new(key, proof, hashlib.sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(call.headers["webhook-timestamp"]) - time.time()) < 60


def test_a_second_attempt_says_that_it_is_the_same(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = "error"
    row = call_owed(cast.police)
    assert not work.work_off(row.pk)
    system.manner = "ok"
    assert again(row)
    assert len({call.headers["webhook-id"] for call in system.calls}) == 1
    assert len(system.calls) == 2


def test_red_calls_have_a_queue_of_their_own_and_mail_waits_behind_neither():
    assert outbox.queue_of(OwedKind.WEBHOOK, "red") == "webhook-red"
    assert outbox.queue_of(OwedKind.WEBHOOK, "yellow") == "webhook"
    assert outbox.queue_of(OwedKind.NOTICE, "red") == "red"
    assert outbox.queue_of(OwedKind.NOTICE, "yellow") == "celery"


def test_a_sweep_takes_mail_before_calls(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    sent = alert(cast)
    mail = Owed.objects.get(kind=OwedKind.NOTICE, subject_id=sent.exchange_id)
    Owed.objects.filter(kind=OwedKind.WEBHOOK).update(due_at=timezone.now() - timedelta(hours=1))
    due = [pk for pk, _queue in outbox.due_now()]
    assert due.index(mail.pk) < due.index(call_owed(cast.police).pk)


# ---- A system that misbehaves ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "reply"),
    [
        pytest.param("redirect", "302 Found: not followed", id="sends elsewhere"),
        pytest.param("error", "503 Service Unavailable", id="is ill"),
        pytest.param("silent", "no answer within 2 s", id="says nothing"),
        pytest.param("drip-headers", "no answer within 2 s", id="drips"),
    ],
)
def test_what_it_does_not_take_stays_owed_and_says_why(cast: Cast, protocol, system, manner, reply):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = manner
    row = call_owed(cast.police)

    began = time.monotonic()
    assert not work.work_off(row.pk)

    assert time.monotonic() - began < 4
    row.refresh_from_db()
    assert (row.done_at, row.reply, row.attempts) == (None, reply, 1)
    assert system.paths() == ["/pole"]  # a redirect is not followed
    assert endpoint_of(cast.police).failures == 1


@pytest.mark.parametrize("manner", ["huge", "drip-body"])
def test_an_answer_without_end_was_an_answer(cast: Cast, protocol, system, manner):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = manner
    began = time.monotonic()
    assert work.work_off(call_owed(cast.police).pk)
    assert time.monotonic() - began < 4
    assert call_owed(cast.police).reply == "200 OK"
    assert system.sent < 160 * 65536


def test_a_system_that_is_down_is_left_alone_for_a_moment_and_mail_goes_on(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    first, second = alert(cast), alert(cast)
    system.manner = "error"
    rows = Owed.objects.filter(kind=OwedKind.WEBHOOK, service=cast.police)
    assert [work.work_off(row.pk) for row in rows] == [False, False]
    assert len(system.calls) == 1
    assert sorted(rows.values_list("reply", flat=True)) == [
        "503 Service Unavailable",
        "resting: 503 Service Unavailable",
    ]
    notices = Owed.objects.filter(
        kind=OwedKind.NOTICE, subject_id__in=[first.exchange_id, second.exchange_id], step=0
    )
    assert set(notices.values_list("attempts", flat=True)) == {0}  # untouched: theirs to be sent


def test_after_some_failures_its_direction_has_a_task_once_and_nobody_else(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = "error"
    row = call_owed(cast.police)
    for _ in range(endpoints.TOLD_AFTER + 2):
        assert not again(row)

    with inside(cast.police):
        [task] = Task.objects.all()
        assert "503" in task.text
        assert task.assigned_to == endpoint_of(cast.police).set_by
    for other in (cast.victims, cast.elsewhere):
        with inside(other):
            assert not Task.objects.exists()

    system.manner = "ok"
    assert again(row)
    after = endpoint_of(cast.police)
    assert (after.failures, after.told_at, after.reply) == (0, None, "204 No Content")


def test_a_system_that_is_gone_is_called_no_more(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = "gone"
    row = call_owed(cast.police)
    assert not work.work_off(row.pk)
    assert again(row)
    row.refresh_from_db()
    assert (row.reply, len(system.calls)) == ("switched off", 1)
    assert not ChannelUse.objects.exists()
    with inside(cast.police):
        assert Task.objects.count() == 1


def test_a_call_is_given_up_after_a_day(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    row = call_owed(cast.police)
    Owed.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(hours=25), reply="503 x")
    assert work.work_off(row.pk)
    assert call_owed(cast.police).reply == "given up: 503 x"
    assert system.calls == []


def test_a_suspended_service_is_not_called_and_is_when_it_is_back(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    row = call_owed(cast.police)
    Service.objects.filter(pk=cast.police.pk).update(is_active=False)
    assert not work.work_off(row.pk)
    assert system.calls == []
    Service.objects.filter(pk=cast.police.pk).update(is_active=True)
    assert again(row)
    assert len(system.calls) == 1


def test_what_was_owed_before_it_was_switched_off_is_not_called(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    actor = cast.actor(endpoint_of(cast.police).set_by)
    with inside(cast.police):
        endpoints.switch_off(actor=actor)
    assert work.work_off(call_owed(cast.police).pk)
    assert system.calls == []
    assert endpoint_of(cast.police).secret == ""


# ---- Where it may be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        pytest.param("8.8.8.8", True, id="public"),
        pytest.param("2606:4700::1111", True, id="public, IPv6"),
        pytest.param("127.0.0.1", False, id="this host"),
        pytest.param("10.0.0.8", False, id="private"),
        pytest.param("169.254.169.254", False, id="a cloud's own data"),
        pytest.param("100.64.0.1", False, id="a carrier's"),
        pytest.param("0.0.0.0", False, id="none"),
        pytest.param("224.0.0.1", False, id="many"),
        pytest.param("255.255.255.255", False, id="all"),
        pytest.param("::1", False, id="this host, IPv6"),
        pytest.param("fe80::1", False, id="this link"),
        pytest.param("fd00::1", False, id="private, IPv6"),
        pytest.param("::ffff:127.0.0.1", False, id="this host, mapped"),
        pytest.param("::127.0.0.1", False, id="this host, in the old form"),
        pytest.param("64:ff9b::7f00:1", False, id="this host, through NAT64"),
        pytest.param("2002:7f00:1::", False, id="this host, through 6to4"),
    ],
)
def test_only_public_addresses_are_called(address, allowed):
    from ipaddress import ip_address

    assert is_allowed(ip_address(address)) is allowed


def test_a_name_that_leads_inside_is_not_called(cast: Cast, protocol, system, settings):
    connect(cast, cast.police, system.url())
    alert(cast)
    settings.WEBHOOK_NETWORKS = []
    row = call_owed(cast.police)
    assert not work.work_off(row.pk)
    row.refresh_from_db()
    assert (row.reply, system.calls) == ("not a public address", [])


def test_a_certificate_of_somebody_else_is_no_connection(cast: Cast, protocol, system, tmp_path, monkeypatch):
    with partner_system(tmp_path, "autre.example") as other:
        monkeypatch.setenv("SSL_CERT_FILE", str(other.certificate))
        connect(cast, cast.police, other.url())
        alert(cast)
        row = call_owed(cast.police)
        assert not work.work_off(row.pk)
        row.refresh_from_db()
        assert row.reply == "no secure connection (SSLCertVerificationError)"
        assert other.calls == []


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("http://partner.example/", endpoints.NotAnAddress),
        ("https://user:pass@partner.example/", endpoints.NotAnAddress),
        ("https://partner.example/#part", endpoints.NotAnAddress),
        ("https://partner.example:99999/", endpoints.NotAnAddress),
        ("https://partner.example/\r\nX: y", endpoints.NotAnAddress),
        ("https:///nowhere", endpoints.NotAnAddress),
        ("https://127.0.0.1/", endpoints.NotAPublicAddress),
        ("https://[::1]/", endpoints.NotAPublicAddress),
    ],
)
def test_an_address_that_can_not_be_called_is_refused_when_it_is_set(cast: Cast, url, refusal):
    with inside(cast.victims), pytest.raises(refusal):
        endpoints.set_endpoint(actor=cast.actor(cast.denis), url=url)


# ---- Whose matter it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ana", "rita", "olga"])
def test_only_the_direction_sets_it(cast: Cast, who):
    with inside(cast.victims), pytest.raises(RightLacking):
        endpoints.set_endpoint(actor=cast.actor(getattr(cast, who)), url="https://partner.example/")


def test_the_secret_is_sealed_and_a_new_address_has_a_new_one(cast: Cast):
    with inside(cast.victims):
        first = endpoints.set_endpoint(actor=cast.actor(cast.denis), url="https://partner.example/")[1]
        second = endpoints.set_endpoint(actor=cast.actor(cast.denis), url="https://partner.example/")[1]
        assert first != second != new_secret()
        [raw] = Endpoint.objects.values_list("secret", flat=True)
        assert second.encode() not in bytes(raw)
        assert Event.objects.filter(tag=Tag.CHANNEL_CHANGED).count() == 2


def test_trying_it_out_calls_it_once_and_says_what_came_back(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    system.manner = "redirect"
    actor = cast.actor(endpoint_of(cast.police).set_by)
    with inside(cast.police):
        endpoints.try_out(actor=actor)
    assert work.work_off(call_owed(cast.police).pk)

    [call] = system.calls
    assert json.loads(call.body) == {
        "type": "test",
        "timestamp": json.loads(call.body)["timestamp"],
        "data": {},
    }
    after = endpoint_of(cast.police)
    assert (after.reply, after.failures) == ("302 Found: not followed", 0)


def test_ids_of_somebody_else_call_nobody(cast: Cast, protocol, system):
    sent = alert(cast)
    connect(cast, cast.elsewhere, system.url("/bystander"))
    stray = Owed(
        service=cast.elsewhere, kind=OwedKind.WEBHOOK, subject_id=sent.exchange_id, due_at=timezone.now()
    )
    assert deliver(stray) == "nothing received"
    assert system.calls == []


# ---- What must hold -------------------------------------------------------------------------------------------


def test_a_call_that_nobody_owes_is_a_breach_once_the_channel_stands(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    sent = alert(cast)

    def broken() -> set[tuple[str, object]]:
        with inside(cast.victims):
            now = database_now() + timedelta(seconds=1)
            return {(each.code, subject) for each, subject in invariants.broken_in(cast.victims, now=now)}

    Owed.objects.filter(kind=OwedKind.WEBHOOK).delete()
    assert broken() == set()  # it was being set when the alert was decided
    ChannelUse.objects.update(since=TUESDAY_10 - timedelta(days=400))
    assert broken() == {("channels", sent.pk)}
