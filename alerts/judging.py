"""An alert by hand: under an article, on a professional's own judgement that what it provides for is there.

What a rule sends, to whom, on which basis and within which delay is the protocol's; only whether its condition
holds is judged by a person instead of read in a grid. Nothing opens that the matrix or the person's agreement shuts,
and categories may be left out, never added.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts.content import content_for
from alerts.deciding import decide
from alerts.facts import agreements_of
from alerts.leaving_out import without
from alerts.models import Alert, Judgement
from assessment.models import Reading
from cases.models import Case
from cases.refusals import CaseClosed
from pole.holidays import holidays_around
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols.engine import Facts, Order, order_if_held
from protocols.registry import Standing, standings
from protocols.terms import Rule

WORDS = ("happened", "asked", "avoid")
NEEDED = ("happened", "asked")


class NotOffered(Refused):
    message = _("The protocol no longer offers this alert. Choose again among those it offers now.")


class WordMissing(Refused):
    """Which of the two is missing."""

    def __init__(self, field: str, message: str | Promise) -> None:
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Offer:
    """What one rule would do if its condition held. Without an order, nothing may leave for lack of agreement."""

    standing: Standing
    rule: Rule
    recipient: Service
    order: Order | None

    @property
    def key(self) -> str:
        """Names the offer in a form."""
        return f"{self.standing.version.pk}.{self.rule.id}.{self.recipient.pk}"


def offers(*, case: Case, service: Service, at: datetime) -> list[Offer]:
    """Every rule of the protocols in force that sends something of ours to somebody, the most urgent first."""
    found = []
    reading = _last_reading(case)
    for standing in standings(service, at):
        facts = Facts(
            standing.code,
            reading.in_force if reading else None,
            agreements=agreements_of(case, standing, at),
        )
        for rule in standing.protocol.rules:
            for code in _recipients(rule, standing.code):
                order = order_if_held(
                    standing.protocol,
                    facts,
                    rule,
                    code,
                    at=at,
                    holidays=holidays_around(at.date()),
                )
                found.append(Offer(standing, rule, standing.services[code], order))
    return sorted(
        found,
        key=lambda offer: (offer.order is None, -(offer.rule.urgency.rank if offer.rule.urgency else 0)),
    )


def offered(*, case: Case, service: Service, key: str, at: datetime) -> Offer | None:
    """One of them, if it is offered and something may leave."""
    found = (offer for offer in offers(case=case, service=service, at=at) if offer.key == key)
    return next((offer for offer in found if offer.order), None)


def content_of(offer: Offer, case: Case) -> dict[str, Any]:
    """What would leave, category by category, as it stands in the case now."""
    categories = offer.order.categories if offer.order else ()
    return content_for(case=case, reading=_last_reading(case), categories=categories)


@transaction.atomic
def alert_by_hand(
    *,
    actor: Actor,
    case: Case,
    key: str,
    words: Mapping[str, str],
    categories: Collection[str],
    at: datetime,
) -> Alert:
    """Send, or hold for the référent, what the article provides for; on the record as judged by a person.

    Args:
        key: an offer's.
        words: `happened` and `asked`, and `avoid` if there is something.
        categories: those of the offer that leave; others than the offer's are no choice.

    Raises:
        RightLacking, CaseClosed, WordMissing, NothingLeft
        NotOffered: no longer what the protocol, the agreement or the matrix offers.
        protocols.exchange.Refused: the door stays shut.
    """
    actor.require(Perm.CASE_WRITE)
    if not case.is_open:
        raise CaseClosed
    offer = offered(case=case, service=actor.service, key=key, at=at)
    if offer is None or offer.order is None:
        raise NotOffered
    written = {name: words.get(name, "").strip() for name in WORDS}
    _check(written)
    taken_out = {(offer.recipient.pk, code) for code in offer.order.categories if code not in categories}
    sentence = gettext(
        "Article %(article)s: sent on a professional’s judgement that what it provides for is there; "
        "no reading ordered it."
    ) % {"article": offer.rule.article}
    return decide(
        actor=actor,
        standing=offer.standing,
        order=without(offer.order, offer.standing, taken_out),
        case=case,
        reading=_last_reading(case),
        at=at,
        judgement=Judgement(service=actor.service, judged_by_id=actor.person_id, **written),
        explanation=[sentence],
    )


def _check(written: Mapping[str, str]) -> None:
    missing = {
        "happened": _("Say what happened, when, and how you know it."),
        "asked": _("Say what you ask of them: they must know what to do."),
    }
    for name in NEEDED:
        if not written[name]:
            raise WordMissing(name, missing[name])


def _recipients(rule: Rule, sender: str) -> list[str]:
    if rule.urgency is None:
        return []
    return [to for who, to in (rule.agreed or rule.other or {}) if who == sender]


def _last_reading(case: Case) -> Reading | None:
    return Reading.objects.filter(case=case, service=case.service_id).finalised().latest_first().first()
