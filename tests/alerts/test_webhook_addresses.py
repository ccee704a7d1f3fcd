"""Where a partner's system may be: what leads inside is neither set nor called."""

import pytest

from alerts import work
from alerts.channels.webhook import endpoints
from alerts.channels.webhook.addresses import is_allowed
from pole.tenancy.context import inside
from tests.alerts.partner_system import partner_system
from tests.alerts.webhooks import alert, call_owed, connect, system
from tests.cast import Cast

__all__ = ["system"]  # a fixture


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
