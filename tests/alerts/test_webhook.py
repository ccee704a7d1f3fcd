"""A partner's own system is called: signed, once told; who sets it, who else is never called."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alerts import invariants, outbox, work
from alerts.channels.webhook import deliver, endpoints
from alerts.channels.webhook.signing import new_secret, signed
from alerts.models import ChannelUse, Endpoint, Owed, OwedKind
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from tests.alerts.conftest import TUESDAY_10
from tests.alerts.webhooks import again, alert, call_owed, connect, endpoint_of, system
from tests.cast import Cast

__all__ = ["system"]  # a fixture


# ---- What is owed, to whom -----------------------------------------------------------------------------------


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


# ---- Whose matter it is --------------------------------------------------------------------------------------


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


# ---- What must hold ------------------------------------------------------------------------------------------


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
