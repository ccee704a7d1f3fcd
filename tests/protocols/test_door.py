"""The door: what the version in force does not allow is refused, with the reason and a lawful way."""

from datetime import timedelta
from typing import Any

import pytest

from alerts import factories
from alerts.factories import finalised
from assessment.factories import LEVEL_3
from cases import services as cases
from cases.factories import case as make_case
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.facts import Agreement
from protocols.models import Exchange, ExchangeKind
from protocols.registry import Standing, standing_under
from tests.alerts.conftest import TUESDAY_10, protocol
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["protocol"]
TODAY = TUESDAY_10.date()
YES = Agreement("AUT", frozenset({"C01", "C05"}), frozenset({"F1"}), TODAY)


@pytest.fixture
def standing(cast: Cast, protocol) -> Standing:
    return standing_under(protocol, cast.victims)


def send(cast: Cast, standing: Standing, **changed: Any) -> Exchange:
    """An alert to the programme that the protocol allows, with one thing changed."""
    fields = {
        "recipient": cast.programme,
        "kind": ExchangeKind.ALERT,
        "article": "5 §1",
        "purposes": ["F1"],
        "bases": {"C05": "agreement"},
        "content": {"C05": [{"level": 3}]},
        "agreements": [YES],
        "followed_by": cast.victims.pk,
        "at": TUESDAY_10,
        **changed,
    }
    with inside(cast.victims):
        return door.send(actor=cast.actor(cast.ana), standing=standing, **fields)


def nothing_left(cast: Cast) -> bool:
    with inside(cast.victims):
        return not Exchange.objects.sent_by(cast.victims.pk).exists()


def test_what_the_protocol_allows_leaves(cast: Cast, standing):
    send(cast, standing)
    with inside(cast.programme):
        assert Exchange.objects.received_by(cast.programme.pk).count() == 1
    with inside(cast.elsewhere):
        assert not Exchange.objects.received_by(cast.elsewhere.pk).exists()


REFUSALS: list[Any] = [
    pytest.param({"purposes": ["X1"]}, "purpose|finalité", id="purpose that it does not know"),
    pytest.param({"purposes": []}, "finalité", id="no purpose"),
    pytest.param({"bases": {}, "content": {}}, "base légale", id="nothing to rest on"),
    pytest.param({"bases": {"C01": "agreement"}}, "C05", id="a category without its basis"),
    pytest.param(
        {"bases": {"C03": "agreement"}, "content": {"C03": [{"text": "rue"}]}},
        "C03",
        id="the address of a shelter",
    ),
    pytest.param({"bases": {"C05": "kindness"}}, "C05", id="a basis that it does not have"),
    pytest.param({"bases": {"C05": "agreement", "C15": "agreement"}}, "C15", id="more than what is carried"),
    pytest.param({"agreements": []}, "accord", id="no agreement"),
    pytest.param(
        {"agreements": [Agreement("AUT", YES.categories, YES.purposes, TODAY - timedelta(days=1))]},
        "expiré",
        id="an agreement that expired yesterday",
    ),
    pytest.param(
        {"agreements": [Agreement("POL", YES.categories, YES.purposes, TODAY)]},
        "destinataire",
        id="an agreement for another recipient",
    ),
    pytest.param(
        {"agreements": [Agreement("AUT", YES.categories, frozenset({"F3"}), TODAY)]},
        "finalité",
        id="an agreement for another purpose",
    ),
    pytest.param(
        {"agreements": [Agreement("AUT", frozenset({"C01"}), YES.purposes, TODAY)]},
        "C05",
        id="an agreement for another category",
    ),
    pytest.param({"at": TUESDAY_10.replace(year=2028)}, "en vigueur", id="the protocol is over"),
]


@pytest.mark.parametrize(("changed", "reason"), REFUSALS)
def test_what_it_does_not_allow_is_refused_with_the_reason_and_a_lawful_way(
    cast: Cast, standing, changed, reason
):
    with pytest.raises(door.Refused, match=reason) as caught:
        send(cast, standing, **changed)
    assert caught.value.instead
    assert nothing_left(cast)


def test_who_is_no_party_receives_nothing(cast: Cast, standing):
    with pytest.raises(door.Refused) as caught:
        send(cast, standing, recipient=cast.elsewhere)
    assert "coordination" in caught.value.instead
    assert nothing_left(cast)


def test_another_services_client_is_not_ours_to_tell(cast: Cast, standing):
    with pytest.raises(door.Refused, match="Un autre service") as caught:
        send(cast, standing, followed_by=cast.programme.pk)
    assert caught.value.instead
    assert nothing_left(cast)


@pytest.mark.parametrize("bases", [{}, {"C05": ""}, {"C05": "no_identity"}], ids=str)
def test_the_police_is_told_nothing_without_a_basis(cast: Cast, standing, bases):
    with pytest.raises(door.Refused) as caught:
        send(cast, standing, recipient=cast.police, article="4 §1", bases=bases)
    assert caught.value.instead
    assert nothing_left(cast)


def test_the_police_is_told_in_necessity(cast: Cast, standing):
    send(cast, standing, recipient=cast.police, article="4 §1", bases={"C05": "necessity"}, agreements=[])
    with inside(cast.police):
        assert Exchange.objects.received_by(cast.police.pk).count() == 1


def test_a_partner_cannot_send_in_our_name(cast: Cast, standing):
    with inside(cast.programme), pytest.raises(door.Refused):
        door.send(
            actor=cast.actor(cast.bruno),
            standing=standing,
            recipient=cast.police,
            kind=ExchangeKind.ALERT,
            article="4 §1",
            purposes=["F1"],
            bases={"C05": "necessity"},
            at=TUESDAY_10,
        )


def test_a_withdrawn_agreement_opens_nothing_to_the_very_moment(cast: Cast, protocol):
    """Through the services: with it the alert leaves, without it the référent is asked."""
    ana = cast.actor(cast.ana)
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        until = TODAY + timedelta(days=60)
        given = factories.agreement(
            case, cast.programme, by=cast.ana, informed_on=TODAY, given_on=TODAY, expires_on=until
        )
        given = cases.withdraw_agreement(actor=ana, case=case, agreement=given)
        given.withdrawn_at = TUESDAY_10
        given.save()
    [alert] = finalised(ana, LEVEL_3, at=TUESDAY_10, case=case)
    assert alert.state == "held"
    assert nothing_left(cast)
