"""Advice, asked of the coordination without naming anybody (`demo-2026`, article 11).

No person's identity is kept: the request carries no category and no case, and a text in which a name, a telephone
number or an address shows is given back to whoever wrote it. Whose case it was is the asker's to say later, in
their own service.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import outbox
from alerts.announcing import announce, lay_down
from alerts.handling import AlreadyDone, received_exchange
from alerts.models import Advice, Handling, Owed, OwedKind
from alerts.notices import ask_a_human, notify_role
from cases.models import Case, NameToken
from cases.services.people import NAMES
from cases.services.writing import must_be_open
from pole.audit.models import Tag, record
from pole.calendar import due
from pole.clock import database_now
from pole.crypto.blind import tokens_of_words
from pole.holidays import holidays_around
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service, ServiceKind
from pole.tenancy.permissions import Perm, Role
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import Standing, standing_under, standings

TERM = "advice_answered"
"""Name of the delay that the article about advice sets: a protocol without it offers none."""
LATE = {Role.COORDINATION: 1, Role.DIRECTION: 2}
IDENTIFIERS = {
    # One character before the sign is enough: with more, a text of nothing but signs takes minutes.
    _("an e-mail address"): re.compile(r"[^\s@]@[^\s@]+\.\w"),
    _("a telephone or register number"): re.compile(r"\+?\d(?:[ ./()-]{0,2}\d){7,}"),
}


class NobodyToAsk(Refused):
    message = _("No protocol in force offers advice. Call your référent, or the coordination.")


class NothingAsked(Refused):
    message = _("Write your question.")
    field = "text"


class NamesSomebody(Refused):
    """What was found is said, and only to whoever wrote it."""

    field = "text"

    def __init__(self, found: list[str]) -> None:
        self.message = _(
            "Advice is asked without naming anybody. Replace what could say who it is about: %(found)s."
        ) % {"found": ", ".join(found)}


class NothingAdvised(Refused):
    message = _("Write your advice.")
    field = "text"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who gives advice under a protocol in force, and by when if it were asked now."""

    standing: Standing
    service: Service
    article: str
    answer_by: datetime | None


def desks(service: Service, at: datetime) -> list[Desk]:
    """Whom the service may ask: the coordination of every protocol in force whose text offers advice."""
    found = []
    for standing in standings(service, at):
        article = standing.protocol.article_setting(TERM)
        if article is None:
            continue
        for adviser in standing.services.values():
            if adviser.kind == ServiceKind.COORDINATION and adviser != service:
                found.append(Desk(standing, adviser, article.number, _answer_by(standing, adviser, at)))
    return found


@transaction.atomic
def ask(*, actor: Actor, adviser: Service, text: str, at: datetime) -> Advice:
    """Ask for advice; its text is kept in the exchange alone.

    Raises:
        RightLacking, NothingAsked, NamesSomebody
        NobodyToAsk: the adviser gives none to this service today.
    """
    actor.require(Perm.ADVICE_ASK)
    desk = next((each for each in desks(actor.service, at) if each.service == adviser), None)
    if desk is None:
        raise NobodyToAsk
    text = text.strip()
    if not text:
        raise NothingAsked
    if named := named_in(actor, text):
        raise NamesSomebody(named)
    sent = door.send(
        actor=actor,
        standing=desk.standing,
        recipient=adviser,
        kind=ExchangeKind.ADVICE,
        article=desk.article,
        purposes=[],
        message={"text": text},
        answer_by=desk.answer_by,
        at=at,
    )
    advice = Advice.objects.create(
        service=actor.service, exchange=sent, asked_by_id=actor.person_id, asked_at=at
    )
    lay_down(sent)
    announce(service=adviser, subject_id=sent.pk, due_at=at, deadline_at=desk.answer_by)
    if desk.answer_by:
        outbox.owe(service=adviser, kind=OwedKind.ADVICE, subject_id=sent.pk, due_at=desk.answer_by)
    record(actor=actor, tag=Tag.ADVICE_ASKED, subject_id=advice.pk, recipient=adviser.slug)
    return advice


def named_in(actor: Actor, text: str) -> list[str]:
    """What in a text could say whom it is about: names of people in cases that the actor sees, numbers, addresses.

    A name counts where it is written as one, with a capital: "petit" is nobody, "Petit" may be.
    """
    found = [str(what) for what, form in IDENTIFIERS.items() if form.search(text)]
    capitals = {word for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper() and len(word) > 1}
    token_of = tokens_of_words(actor.service_id, NAMES, capitals)
    names = NameToken.objects.filter(
        service=actor.service, token__in=token_of, person__case__in=Case.objects.visible_to(actor)
    )
    tokens = {bytes(token) for token in names.values_list("token", flat=True)}
    return found + sorted(f"« {token_of[token]} »" for token in tokens)


@transaction.atomic
def answer(*, actor: Actor, exchange: Exchange, text: str) -> Handling:
    """Give the advice; whoever asked is told.

    Raises:
        RightLacking, NothingAdvised
        AlreadyDone: somebody gave it.
    """
    actor.require(Perm.ALERT_HANDLE)
    Handling.objects.get_or_create(exchange=exchange, defaults={"service": actor.service})
    handling = Handling.objects.select_for_update(of=("self",)).get(exchange=exchange)
    if handling.answered_at is not None:
        raise AlreadyDone(gettext("The advice was already given."))
    if not text.strip():
        raise NothingAdvised
    now = database_now()
    handling.answered_at = now
    handling.acknowledged_at = handling.acknowledged_at or now
    handling.acknowledged_by_id = handling.owner_id = actor.user_id
    handling.save(update_fields=["answered_at", "acknowledged_at", "acknowledged_by", "owner"])
    reply = door.send(
        actor=actor,
        standing=standing_under(exchange.protocol, actor.service),
        recipient=exchange.sender,
        kind=ExchangeKind.ANSWER,
        article=exchange.article,
        purposes=[],
        in_reply_to=exchange,
        message={"text": text.strip()},
        at=now,
    )
    announce(service=exchange.sender, subject_id=reply.pk, due_at=now)
    record(actor=actor, tag=Tag.ADVICE_GIVEN, subject_id=exchange.pk, recipient=exchange.sender.slug)
    return handling


@transaction.atomic
def attach(*, actor: Actor, advice: Advice, case: Case) -> Advice:
    """Say which case of one's own it was about, known or opened since. Nothing crosses.

    Raises:
        RightLacking
        NotAnOpenCase: closed, perhaps a moment ago, or not the actor's to see.
    """
    actor.require(Perm.CASE_WRITE)
    must_be_open(actor, case)
    advice.case = case
    advice.save(update_fields=["case"])
    record(actor=actor, tag=Tag.ADVICE_ATTACHED, subject_id=case.pk, advice=str(advice.pk))
    return advice


def remind(row: Owed) -> str:
    """Asked, and not given in time: coordination and direction of the adviser are told once more."""
    with inside(row.service) as service:
        if Handling.objects.filter(exchange_id=row.subject_id, answered_at__isnull=False).exists():
            return "advised"
        clockwork = Actor.clockwork(service)
        if received_exchange(clockwork, row.subject_id) is None:
            return "gone"
        record(actor=clockwork, tag=Tag.ADVICE_LATE, subject_id=row.subject_id)
        told = sum(
            notify_role(
                service=service, role=role, subject_id=row.subject_id, step=step, urgency="", deadline_at=None
            )
            for role, step in LATE.items()
        )
        if not told:
            ask_a_human(
                service, gettext("Advice was asked and is overdue: nobody of the service can be told.")
            )
        return f"{told} told"


def _answer_by(standing: Standing, adviser: Service, at: datetime) -> datetime | None:
    delay = standing.protocol.delay(TERM)
    if delay is None:
        return None
    holidays = holidays_around(at.date())
    return due(at, delay, standing.protocol.clock(delay, standing.code_of(adviser.pk) or "", holidays))
