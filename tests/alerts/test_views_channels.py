"""The page of the service's own system: the direction's, and the secret shown once."""

import pytest
from django.urls import reverse

from alerts.models import ChannelUse, Endpoint, Owed, OwedKind
from pole.tenancy.context import inside
from tests.cast import Cast, posting, signed_in

ADDRESS = "https://systeme.example/pole"


def url(cast: Cast, name: str = "state") -> str:
    return reverse(f"channels:{name}", args=[cast.victims.slug])


def test_the_secret_is_shown_once(cast: Cast, client):
    signed_in(client, cast.denis)
    sent = posting(url=ADDRESS)
    shown = client.post(url(cast, "set"), sent)
    assert "whsec_" in shown.content.decode()
    assert client.post(url(cast, "set"), sent).status_code == 204
    page = client.get(url(cast)).content.decode()
    assert ADDRESS in page
    assert "whsec_" not in page
    assert ChannelUse.objects.get().service == cast.victims


def test_a_bad_address_is_shown_again_with_what_to_do(cast: Cast, client):
    signed_in(client, cast.denis)
    page = client.post(url(cast, "set"), posting(url="http://systeme.example/"))
    assert page.status_code == 422
    assert "commence par https://" in page.content.decode()
    assert "http://systeme.example/" in page.content.decode()


def test_it_is_tried_out_through_the_outbox_and_switched_off(cast: Cast, client):
    signed_in(client, cast.denis)
    client.post(url(cast, "set"), posting(url=ADDRESS))
    assert client.post(url(cast, "try"), posting()).status_code == 302
    assert Owed.objects.get(kind=OwedKind.WEBHOOK).service == cast.victims
    asked = client.get(url(cast, "off"))
    assert (asked.status_code, ADDRESS in asked.content.decode()) == (200, True)
    with inside(cast.victims):
        assert Endpoint.objects.get().is_active, "asked once more, nothing is done yet"
    assert client.post(url(cast, "off"), posting()).status_code == 302
    assert client.get(url(cast, "off")).headers["Location"] == url(cast), "there is nothing to switch off"
    with inside(cast.victims):
        assert not Endpoint.objects.get().is_active
    assert not ChannelUse.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("olga", 403), ("dora", 404), ("dina", 404)])
def test_nobody_else_sees_or_changes_it(cast: Cast, client, who, status):
    signed_in(client, getattr(cast, who))
    assert client.get(url(cast)).status_code == status
    assert client.post(url(cast, "set"), posting(url=ADDRESS)).status_code == status
    assert client.get(url(cast, "off")).status_code == status
