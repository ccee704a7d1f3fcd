"""Two services link their cases by an accepted exchange, never by search, and see the levels that crossed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from alerts import deciding, disagreements, outbox
from alerts.announcing import announce, lay_down
from alerts.handling import attach_case
from alerts.models import Alert, Handling, Owed, OwedKind, Situation
from cases.models import Case
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.legal import READING
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.engine import compare_situation
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under, standing_with


class NotLinkable(ValueError):
    """The exchange is no alert that both sides can attach to a case, or was linked before."""


@transaction.atomic
def propose(*, actor: Actor, exchange: Exchange, case: Case) -> Situation:
    """The recipient of an alert proposes to its sender that both cases be one situation.

    Raises:
        NotLinkable: not an alert about somebody, or already proposed.
        NotAnOpenCase: closed, perhaps a moment ago, or not the actor's to see.
    """
    actor.require(Perm.SITUATION_LINK)
    # First: it locks our handling of the alert, so that two colleagues who propose at once take turns.
    attach_case(actor=actor, exchange=exchange, case=case)
    proposed = Exchange.objects.sent_by(actor.service_id).filter(
        in_reply_to=exchange, kind=ExchangeKind.LINK_PROPOSAL
    )
    if (
        exchange.kind not in (ExchangeKind.ALERT, ExchangeKind.UPDATE)
        or exchange.raised_by_pole
        or proposed.exists()
    ):
        raise NotLinkable
    proposal = _send(actor, exchange, ExchangeKind.LINK_PROPOSAL)
    situation = Situation.objects.create(
        service=actor.service,
        case=case,
        partner=exchange.sender,
        proposal=proposal,
        **_level_in(actor, exchange),
    )
    record(actor=actor, tag=Tag.SITUATION_PROPOSED, subject_id=situation.pk, case=str(case.pk))
    return situation


@transaction.atomic
def reply(*, actor: Actor, proposal: Exchange, accept: bool) -> Situation | None:
    """Accept or refuse; accepted, each side has its own row and its own clock to compare levels.

    Raises:
        NotLinkable: no proposal about an alert of ours, or answered before.
    """
    actor.require(Perm.SITUATION_LINK)
    answered = Exchange.objects.sent_by(actor.service_id).filter(in_reply_to=proposal)
    alert = (
        Alert.objects.visible_to(actor)
        .select_for_update(of=("self",))  # two colleagues who answer at once take turns
        .select_related("case")
        .filter(exchange=proposal.in_reply_to_id)
        .first()
    )
    if (
        proposal.kind != ExchangeKind.LINK_PROPOSAL
        or alert is None
        or alert.case is None
        or answered.exists()
    ):
        raise NotLinkable
    _send(actor, proposal, ExchangeKind.LINK_ACCEPTANCE if accept else ExchangeKind.LINK_REFUSAL)
    if not accept:
        return None
    situation = Situation.objects.create(
        service=actor.service, case=alert.case, partner=proposal.sender, proposal=proposal
    )
    record(actor=actor, tag=Tag.SITUATION_LINKED, subject_id=situation.pk, case=str(alert.case.pk))
    outbox.owe(service=proposal.sender, kind=OwedKind.LEVELS, subject_id=proposal.pk, due_at=database_now())
    return situation


def take_in(row: Owed) -> str:
    """In the space of the service that now holds both levels: keep the one that crossed, compare it with ours."""
    with inside(row.service) as service:
        actor = Actor.clockwork(service)
        exchange = door.received(actor, row.subject_id) or _own_proposal(actor, row.subject_id)
        if (
            exchange.sender_id == service.pk
        ):  # our proposal, accepted: the level came with the alert before it
            situation = Situation.objects.linked().get(service=service, proposal=exchange)
        else:
            proposal_id = door.read(actor, exchange)["message"].get("situation")
            situation = Situation.objects.linked().get(service=service, proposal_id=proposal_id)
            Handling.objects.update_or_create(
                exchange=exchange,
                defaults={"case": situation.case},
                create_defaults={"service": service, "case": situation.case},
            )
            _keep_level(situation, _level_in(actor, exchange))
        return compare(actor=actor, situation=situation, at=database_now())


def compare_all(*, actor: Actor, case: Case, at: datetime) -> None:
    """Our level moved: what was agreed before holds no longer, and every situation of the case is compared."""
    for situation in (
        Situation.objects.linked().filter(case=case, service=actor.service).select_related("partner")
    ):
        _read_again(situation)
        compare(actor=actor, situation=situation, at=at)


def compare(*, actor: Actor, situation: Situation, at: datetime) -> str:
    """Levels that differ as the protocol says are brought to whom it names, once, until they agree again."""
    standing = standing_with(actor.service, situation.partner_id, at)
    if standing is None:
        return "no protocol in force with this partner"
    partner = standing.code_of(situation.partner_id) or ""
    levels = {standing.code: situation.case.level, partner: situation.received_level}
    verdict = compare_situation(
        standing.protocol, levels, finder=standing.code, at=at, holidays=holidays_around(at.date())
    )
    if not verdict.disagreement:
        Situation.objects.filter(pk=situation.pk, service=actor.service).update(differs_since=None)
        disagreements.close_moot(actor=actor, situation=situation, at=at)
        return "levels agree"
    if situation.differs_since is not None:
        return "difference known"
    # Two workers may find the same difference at once: the one whose mark it is brings it.
    unmarked = Situation.objects.filter(pk=situation.pk, service=actor.service, differs_since=None)
    if not unmarked.update(differs_since=at):
        return "difference known"
    disagreements.open_one(actor=actor, situation=situation, at=at, is_found=True)
    if verdict.order is None:
        return "difference noted"
    names = {code: standing.services[code].name for code in levels}
    content = {READING: [{"service": names[code], "level": level} for code, level in levels.items()]}
    deciding.decide(
        actor=actor,
        standing=standing,
        order=verdict.order,
        case=situation.case,
        reading=None,
        at=at,
        content=content,
        raised_by_pole=True,
    )
    return "coordination asked"


def _read_again(situation: Situation) -> None:
    """One of the two sides has a newer reading than what the référents agreed on."""
    Situation.objects.filter(pk=situation.pk).update(agreed_level=None, agreed_dynamics="", agreed_at=None)


def _keep_level(situation: Situation, level: dict[str, Any]) -> None:
    """The level that crossed last: not one that an older alert brings late, nor none where no level crossed."""
    # The case first, as finalising locks it: of a level of ours and one of theirs that move at once, whoever comes
    # second sees both.
    Case.objects.select_for_update(of=("self",)).get(pk=situation.case_id)
    situation.refresh_from_db(fields=["case", "received_at", "differs_since", "agreed_at"])
    if not level["received_at"] or (situation.received_at and situation.received_at > level["received_at"]):
        return
    for name, value in level.items():
        setattr(situation, name, value)
    situation.save(update_fields=list(level))
    if situation.agreed_at and level["received_at"] > situation.agreed_at:
        _read_again(situation)


def _level_in(actor: Actor, exchange: Exchange) -> dict[str, Any]:
    """The level that an exchange carries, as fields of a situation."""
    lines = door.read(actor, exchange)["categories"].get(READING, [])
    if not lines:
        return {"received_level": None, "received_dynamics": "", "received_at": None}
    return {
        "received_level": lines[0]["level"],
        "received_dynamics": lines[0]["dynamics"],
        "received_at": exchange.sent_at,
    }


def _own_proposal(actor: Actor, exchange_id: UUID) -> Exchange:
    return Exchange.objects.sent_by(actor.service_id).get(pk=exchange_id, kind=ExchangeKind.LINK_PROPOSAL)


def _send(actor: Actor, exchange: Exchange, kind: ExchangeKind) -> Exchange:
    """Under the article on situations; where the text has none, under that of what is replied to."""
    standing = standing_under(exchange.protocol, actor.service)
    on_situations = standing.protocol.situation
    sent = door.send(
        actor=actor,
        standing=standing,
        recipient=exchange.sender,
        kind=kind,
        article=on_situations.article if on_situations else exchange.article,
        purposes=exchange.purposes,
        in_reply_to=exchange,
        at=database_now(),
    )
    if kind == ExchangeKind.LINK_PROPOSAL:
        lay_down(sent)
    announce(service=exchange.sender, subject_id=sent.pk, due_at=sent.sent_at)
    return sent
