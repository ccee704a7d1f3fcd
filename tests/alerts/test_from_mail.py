"""The link in an e-mail leads those whom it concerns to a page that is there, and others to none."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts import situations
from alerts.factories import finalised
from assessment.factories import LEVEL_4
from cases.factories import case as make_case
from pole.accounts.models import User
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import in_force, undefined_variables_fail
from tests.cast import Cast, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("undefined_variables_fail")]
__all__ = ["in_force", "undefined_variables_fail"]


def follow(user: User, subject_id) -> int:
    """Where the link leads: the status of the page at its end."""
    return signed_in(Client(), user).get(reverse("from_mail", args=[subject_id]), follow=True).status_code


@pytest.mark.parametrize("accept", [True, False])
def test_the_answer_to_a_proposal_is_read_where_it_was_proposed(cast: Cast, in_force, accept):
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    red = next(alert for alert in alerts if alert.recipient == cast.programme)
    bruno, ana = cast.actor(cast.bruno), cast.actor(cast.ana)
    with inside(cast.programme):
        case = make_case(cast.programme, team=[cast.bruno], followed="Paul Lien")
        proposal = situations.propose(
            actor=bruno, exchange=door.received(bruno, red.exchange_id), case=case
        ).proposal
    with inside(cast.victims):
        situations.reply(actor=ana, proposal=door.received(ana, proposal.pk), accept=accept)
    kind = ExchangeKind.LINK_ACCEPTANCE if accept else ExchangeKind.LINK_REFUSAL
    with inside(cast.programme):
        answer = Exchange.objects.received_by(cast.programme.pk).get(kind=kind)

    assert follow(cast.bruno, answer.pk) == 200
    assert follow(cast.dora, answer.pk) == 404


def test_an_alert_is_shown_to_its_recipient_and_not_to_its_sender_or_a_stranger(cast: Cast, in_force):
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    red = next(alert for alert in alerts if alert.recipient == cast.police)

    assert follow(cast.carla, red.exchange_id) == 200
    assert follow(cast.ana, red.exchange_id) == 404
    assert follow(cast.dora, red.exchange_id) == 404
