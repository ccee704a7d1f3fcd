"""Disagreements: found when levels differ or declared by anybody, concluded by the référents of both services.

Each service has its own row; what one tells the other goes through the door. Both must give the same conclusion.
Until then, and as long as the levels differ, the highest applies: a conclusion changes no level.
"""

from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import outbox
from alerts.escalation import ask_a_human, notify_role
from alerts.models import Owed, OwedKind, Situation
from alerts.models.disagreement import MOOT, Conclusion, Disagreement
from pole.audit.models import Tag, record
from pole.calendar import Delay, due
from pole.opening import office_hours
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Perm, Role
from pole.yamlfile import load
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under

ARTICLE = "12"
DECLARED = "declared"
STEPS = {Role.REFERENT: 1, Role.DIRECTION: 2}
CONCLUDED_BY_PARTNER = 3


class NotLinked(Refused):
    message = _("The link with the partner is not accepted yet: there is nothing to disagree about.")


class OpenAlready(Refused):
    message = _("A disagreement is open already about this situation.")


class ClosedAlready(Refused):
    message = _("This disagreement is closed.")


class WordsMissing(Refused):
    message = _("Say it in a few words: the other side reads them.")
    field = "words"


@transaction.atomic
def declare(*, actor: Actor, situation_id: UUID, about: str, at: datetime) -> Disagreement:
    """Anybody of the case's team says that the two services read it otherwise; the partner is told that, no more.

    Raises:
        RightLacking, NotLinked, OpenAlready
        WordsMissing: without a word about what.
        Situation.DoesNotExist: no such situation for this actor.
    """
    actor.require(Perm.CASE_WRITE)
    situation = _situation(actor, situation_id)
    if not about.strip():
        raise WordsMissing
    if situation.disagreements.open().exists():
        raise OpenAlready
    disagreement = open_one(
        actor=actor, situation=situation, at=at, about=about.strip(), opened_by=actor.person_id
    )
    _send(actor, situation, {"conclusion": DECLARED}, at)
    return disagreement


@transaction.atomic
def open_one(
    *, actor: Actor, situation: Situation, at: datetime, about: str = "", opened_by: UUID | None = None
) -> Disagreement:
    """The service's own row, with its clocks; the open one, where there is one."""
    existing = situation.disagreements.open().first()
    if existing:
        return existing
    hours = office_hours(at)
    deadlines = {role: due(at, delay, hours) for role, delay in _delays().items()}
    disagreement = Disagreement.objects.create(
        service=actor.service,
        situation=situation,
        opened_at=at,
        opened_by_id=opened_by,
        about=about,
        due_at=deadlines[Role.REFERENT],
    )
    record(actor=actor, tag=Tag.DISAGREEMENT_OPENED, subject_id=disagreement.pk, situation=str(situation.pk))
    for role, deadline in deadlines.items():
        outbox.owe(
            service=actor.service,
            kind=OwedKind.DISAGREEMENT,
            subject_id=disagreement.pk,
            step=STEPS[role],
            due_at=deadline,
        )
    return disagreement


@transaction.atomic
def conclude(
    *, actor: Actor, disagreement_id: UUID, conclusion: Conclusion, words: str, at: datetime
) -> Disagreement:
    """A référent's conclusion, with words for the other side. It ends when both sides gave the same.

    Raises:
        RightLacking, ClosedAlready, WordsMissing
        Disagreement.DoesNotExist: no such one for this actor.
    """
    actor.require(Perm.ALERT_DECIDE)
    disagreement = (
        Disagreement.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("situation__proposal", "situation__partner")
        .get(pk=disagreement_id)
    )
    if not disagreement.is_open:
        raise ClosedAlready
    if not words.strip():
        raise WordsMissing
    disagreement.own_conclusion, disagreement.own_words = conclusion, words.strip()
    disagreement.own_by_id, disagreement.own_at = actor.person_id, at
    disagreement.save()
    _send(actor, disagreement.situation, {"conclusion": conclusion, "text": words.strip()}, at)
    record(actor=actor, tag=Tag.DISAGREEMENT_CONCLUDED, subject_id=disagreement.pk, conclusion=conclusion)
    _close_if_both_agree(actor, disagreement, at)
    return disagreement


def take_in(row: Owed) -> str:
    """In the space of who is told: the partner declared one, or concludes."""
    with inside(row.service) as service:
        actor = Actor.clockwork(service)
        exchange = Exchange.objects.received_by(service.pk).get(pk=row.subject_id)
        situation = Situation.objects.linked().get(service=service, proposal_id=exchange.in_reply_to_id)
        said = door.read(actor, exchange)["message"]
        disagreement = open_one(actor=actor, situation=situation, at=exchange.sent_at)
        disagreement = Disagreement.objects.select_for_update(of=("self",)).get(pk=disagreement.pk)
        if said["conclusion"] == DECLARED:
            _tell(disagreement, Role.REFERENT, STEPS[Role.REFERENT])
            return "declared by the partner"
        if disagreement.partner_at and disagreement.partner_at > exchange.sent_at:
            return "older than what is known"
        disagreement.partner_conclusion, disagreement.partner_words = said["conclusion"], said["text"]
        disagreement.partner_at = exchange.sent_at
        disagreement.save()
        if _close_if_both_agree(actor, disagreement, exchange.sent_at):
            return "closed"
        _tell(disagreement, Role.REFERENT, CONCLUDED_BY_PARTNER)
        return "référents told"


def close_moot(*, actor: Actor, situation: Situation, at: datetime) -> None:
    """The levels agree again: what was found by their difference has no object any more."""
    found = situation.disagreements.open().filter(opened_by=None)
    for disagreement in found.select_for_update(of=("self",)):
        _close(actor, disagreement, MOOT, at)


def remind(row: Owed) -> str:
    """Not dealt with in time: the référents, later the direction."""
    with inside(row.service) as service:
        disagreement = Disagreement.objects.filter(pk=row.subject_id, closed_at=None).first()
        if disagreement is None:
            return "closed"
        role = next(role for role, step in STEPS.items() if step == row.step)
        if told := _tell(disagreement, role, row.step + len(STEPS) + 1):
            return f"told {told} {role.value}"
        ask_a_human(service, gettext("A disagreement with a partner is overdue, and nobody can be told."))
        return "a task for the service"


def _situation(actor: Actor, situation_id: UUID) -> Situation:
    situation = (
        Situation.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("proposal", "partner")
        .get(pk=situation_id)
    )
    if not Situation.objects.linked().filter(pk=situation.pk).exists():
        raise NotLinked
    return situation


def _send(actor: Actor, situation: Situation, message: dict[str, str], at: datetime) -> None:
    """Through the door, as a reply to what linked the two cases; taken in over there."""
    exchange = door.send(
        actor=actor,
        standing=standing_under(situation.proposal.protocol, actor.service),
        recipient=situation.partner,
        kind=ExchangeKind.DISAGREEMENT,
        article=ARTICLE,
        purposes=situation.proposal.purposes,
        message={"text": "", **message},
        in_reply_to=situation.proposal,
        at=at,
    )
    outbox.owe(service=situation.partner, kind=OwedKind.CONCLUSION, subject_id=exchange.pk, due_at=at)


def _tell(disagreement: Disagreement, role: Role, step: int) -> int:
    return notify_role(
        service=disagreement.service,
        role=role,
        subject_id=disagreement.pk,
        step=step,
        urgency="",
        deadline_at=disagreement.due_at,
        case=disagreement.situation.case,
    )


def _close_if_both_agree(actor: Actor, disagreement: Disagreement, at: datetime) -> bool:
    if not disagreement.own_conclusion or disagreement.own_conclusion != disagreement.partner_conclusion:
        return False
    _close(actor, disagreement, disagreement.own_conclusion, at)
    return True


def _close(actor: Actor, disagreement: Disagreement, ended: str, at: datetime) -> None:
    disagreement.ended, disagreement.closed_at = ended, at
    disagreement.save(update_fields=["ended", "closed_at"])
    record(actor=actor, tag=Tag.DISAGREEMENT_CLOSED, subject_id=disagreement.pk, ended=ended)


@cache
def _delays() -> dict[Role, Delay]:
    plain: dict[str, str] = load(Path(__file__).with_suffix(".yaml")).plain()
    return {Role(role): Delay.parse(text) for role, text in plain.items()}
