"""The door: the one place where anything crosses from a service to another.

Whatever the version in force on that day does not allow is refused, with the reason and a lawful way. Content is
what the caller built by allow-list; the door checks it against the matrix again, category by category.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from protocols.cited import law_cited
from protocols.facts import Agreement, Facts
from protocols.models import Exchange, ExchangeKind, LifeEvent
from protocols.registry import Standing, is_in_force
from protocols.sealing import content_of, contents_of, seal_content
from protocols.terms import AGREEMENT, Protocol

WITHOUT_IDENTITY = "no_identity"
"""Code of the basis of what names nobody."""

REPLIES = {
    ExchangeKind.OPENED,
    ExchangeKind.ACKNOWLEDGEMENT,
    ExchangeKind.ANSWER,
    ExchangeKind.LINK_PROPOSAL,
    ExchangeKind.LINK_ACCEPTANCE,
    ExchangeKind.LINK_REFUSAL,
    ExchangeKind.MESSAGE,
    ExchangeKind.RECALL,
    ExchangeKind.RELEVANCE,
    ExchangeKind.DISAGREEMENT,
    ExchangeKind.HEARD,
}


ALERTS = {ExchangeKind.ALERT, ExchangeKind.UPDATE, ExchangeKind.REMINDER}
"""What tells something about somebody: never without a purpose and a basis."""


class Refused(Exception):
    """The door stays shut: `reason` says why, `instead` what can lawfully be done."""

    def __init__(self, reason: str, instead: str) -> None:
        self.reason, self.instead = reason, instead
        super().__init__(f"{reason} {instead}")


def send(
    *,
    actor: Actor,
    standing: Standing,
    recipient: Service,
    kind: ExchangeKind,
    article: str,
    purposes: Sequence[str],
    at: datetime,
    bases: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
    message: Mapping[str, Any] | None = None,
    also: list[str] | None = None,
    urgency: str = "",
    in_reply_to: Exchange | None = None,
    acknowledge_by: datetime | None = None,
    answer_by: datetime | None = None,
    raised_by_pole: bool = False,
    agreements: Sequence[Agreement] = (),
    followed_by: UUID | None = None,
) -> Exchange:
    """Write one exchange, in the sender's transaction and space.

    Args:
        bases: category -> code of the legal basis under which it crosses.
        content: category -> lines; a category without basis is refused.
        agreements: what the person agreed to, as it stands at that moment: what rests on agreement rests on these.
        followed_by: the service whose case it is about, if it is about one.
        message: what is no category: an outcome, a request, what not to do.

    Raises:
        Refused: recipient, client, date, reply, purpose, category or basis that the protocol does not allow.
    """
    bases, content = dict(bases or {}), dict(content or {})
    to = _check_parties(standing, actor, recipient)
    if followed_by not in (None, actor.service_id):
        raise Refused(
            _("Another service follows this person; their case is not yours to tell."),
            _("Ask that service: it sends what it may, under its own agreement."),
        )
    if kind in REPLIES:
        _check_reply(actor, recipient, in_reply_to)
    elif not is_in_force(standing.version, at):
        raise Refused(_("No protocol is in force on this day."), _("In danger, call 112 or 101."))
    if not set(purposes) <= standing.protocol.purposes.keys():
        raise Refused(_("The protocol does not know this purpose."), _("Choose one of its purposes."))
    if kind in ALERTS and not (purposes and bases):
        raise Refused(
            _("Nothing is told about a person without a purpose and a legal basis."),
            _("Ask for the person’s agreement, or let the référent decide on another basis."),
        )
    _check_content(standing, to, bases, content)
    person = Facts(standing.code, None, agreements=tuple(agreements))
    agreed, _covered = person.agreed(to, tuple(purposes), _day(standing, at))
    _check_agreements({code for code, basis in bases.items() if basis == AGREEMENT} - agreed)
    exchange_id = uuid4()
    sealed = seal_content(
        exchange_id=exchange_id,
        readers=[actor.service_id, recipient.pk],
        content={
            "categories": content,
            "message": dict(message or {}),
            "law": law_cited(standing.protocol, (bases[code] for code in content), _day(standing, at)),
        },
    )
    exchange = Exchange(
        id=exchange_id,
        sender=actor.service,
        recipient=recipient,
        protocol=standing.version,
        kind=kind,
        article=article,
        also=also or [],
        bases=bases,
        purposes=list(purposes),
        categories=sorted(content),
        urgency=urgency,
        in_reply_to=in_reply_to,
        raised_by_pole=raised_by_pole,
        content=sealed,
        sent_at=at,
        acknowledge_by=acknowledge_by,
        answer_by=answer_by,
    )
    exchange.save(force_insert=True)
    record(
        actor=actor,
        tag=Tag.EXCHANGE_SENT,
        subject_id=exchange.pk,
        kind=str(kind),
        recipient=recipient.slug,
        protocol=str(standing.version),
        article=article,
        categories=sorted(content),
    )
    return exchange


def bases_without_agreement(protocol: Protocol) -> list[str]:
    """The bases on which a référent may send what lacks the person's agreement."""
    return [code for code in protocol.bases if code not in (AGREEMENT, WITHOUT_IDENTITY)]


def received(actor: Actor, exchange_id: UUID) -> Exchange | None:
    """An exchange addressed to the actor's service, or nothing."""
    return (
        Exchange.objects.received_by(actor.service_id)
        .select_related("sender", "protocol")
        # Asked with it: most versions are never suspended, and then nobody need ask from when to when.
        .annotate(has_life=Exists(LifeEvent.objects.filter(version=OuterRef("protocol"))))
        .filter(pk=exchange_id)
        .first()
    )


def read(actor: Actor, exchange: Exchange) -> dict[str, Any]:
    """The content as one of its two parties reads it: `categories`, `message`, and `law`: basis -> the reference that
    held on its day (not on messages older than that)."""
    return content_of(exchange, actor.service_id)


def read_all(actor: Actor, exchanges: Sequence[Exchange]) -> dict[UUID, dict[str, Any]]:
    """The same for several, by exchange; without those whose key the actor's service deleted."""
    return contents_of(exchanges, actor.service_id)


def _day(standing: Standing, at: datetime) -> date:
    return at.astimezone(standing.protocol.zone).date()


def _check_parties(standing: Standing, actor: Actor, recipient: Service) -> str:
    """The recipient's party, when both are parties."""
    to = standing.code_of(recipient.pk)
    if to is None or standing.services[standing.code].pk != actor.service_id:
        raise Refused(
            _("This recipient is no party to the protocol."),
            _("Ask the coordination for advice, without identity."),
        )
    return to


def _check_reply(actor: Actor, recipient: Service, in_reply_to: Exchange | None) -> None:
    """Open alerts are carried through, whatever became of the protocol since."""
    between = {actor.service_id, recipient.pk}
    if in_reply_to is None or {in_reply_to.sender_id, in_reply_to.recipient_id} != between:
        raise Refused(_("A reply goes to whoever wrote."), _("Answer from the message received."))


def _check_content(standing: Standing, to: str, bases: Mapping[str, str], content: Mapping[str, Any]) -> None:
    """Without identity is a basis only where the matrix lets nobody be identified."""
    protocol = standing.protocol
    flow = protocol.matrix.get((standing.code, to))
    known = protocol.bases.keys() - ({WITHOUT_IDENTITY} if flow is None or flow.identity else set())
    for category in sorted({*bases, *content}):
        basis = bases.get(category, "")
        if basis not in known or not protocol.allows(standing.code, to, category, basis):
            raise Refused(
                _("The protocol does not open category %(category)s to this recipient on this basis.")
                % {"category": category},
                _("Leave it out, or ask for the person’s agreement."),
            )


def _check_agreements(missing: Set[str]) -> None:
    """Of the categories that rest on the person's agreement, those for which none stands."""
    if missing:
        raise Refused(
            _(
                "No agreement of the person opens category %(category)s to this recipient for this purpose: "
                "none was given, or it has expired or was withdrawn."
            )
            % {"category": ", ".join(sorted(missing))},
            _("Ask for the person’s agreement, or let the référent decide on another basis."),
        )
