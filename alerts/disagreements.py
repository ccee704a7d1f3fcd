"""Disagreements: found when levels differ or declared by anybody; opened, told, reminded of, closed.

Each service has its own row; what one tells the other goes through the door. How the référents end one stands in
`alerts.concluding`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import outbox
from alerts.facts import agreements_of
from alerts.models import Owed, OwedKind, Situation
from alerts.models.disagreement import MOOT, Disagreement
from alerts.notices import ask_a_human, notify_role
from cases.models import Case
from pole.audit.models import Tag, record
from pole.calendar import Delay, due
from pole.holidays import holidays_around
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Perm, Role
from pole.yamlfile import load
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under
from protocols.terms import Protocol

DECLARED = "declared"
STEPS = {Role.REFERENT: 1, Role.DIRECTION: 2}
EXAMINED = {Role.REFERENT: "referents_examine", Role.DIRECTION: "directions_examine"}
"""Names under which an article of the protocol sets these delays."""
MET = "referents_meet"
"""The same for a difference of levels, in the article that compares them."""


class NotLinked(Refused):
    message = _("The link with the partner is not accepted yet: there is nothing to disagree about.")


class OpenAlready(Refused):
    message = _("A disagreement is open already about this situation.")


class AboutMissing(Refused):
    message = _("Say it in a few words.")
    field = "about"


@transaction.atomic
def declare(*, actor: Actor, situation_id: UUID, about: str, at: datetime) -> Disagreement:
    """Anybody of the case's team says that the two services read it otherwise; the partner is told that, no more.

    Raises:
        RightLacking, NotLinked, OpenAlready
        AboutMissing: without a word about what.
        Situation.DoesNotExist: no such situation for this actor.
    """
    actor.require(Perm.CASE_WRITE)
    situation = locked_situation(Situation.objects.visible_to(actor).get(pk=situation_id))
    if not Situation.objects.linked().filter(pk=situation.pk).exists():
        raise NotLinked
    if not about.strip():
        raise AboutMissing
    if situation.disagreements.open().exists():
        raise OpenAlready
    disagreement = open_one(
        actor=actor, situation=situation, at=at, about=about.strip(), opened_by=actor.person_id
    )
    say(actor, situation.proposal, {"conclusion": DECLARED}, at, case=situation.case)
    return disagreement


@transaction.atomic
def open_one(
    *,
    actor: Actor,
    situation: Situation,
    at: datetime,
    is_found: bool = False,
    about: str = "",
    opened_by: UUID | None = None,
) -> Disagreement:
    """The service's own row, with its clocks; the open one, where there is one.

    Args:
        is_found: levels differ; once they no longer do, it closes by itself.
    """
    situation = locked_situation(situation)  # two who open one at once take turns
    existing = situation.disagreements.open().first()
    if existing:
        return existing
    return start(
        actor=actor,
        row=Disagreement(situation=situation, is_found=is_found, about=about, opened_by_id=opened_by),
        at=at,
    )


def start(*, actor: Actor, row: Disagreement, at: datetime) -> Disagreement:
    """Keep the service's own row of one that begins, with what is owed if nobody deals with it."""
    protocol = standing_under(row.anchor.protocol, actor.service).protocol
    deadlines = _deadlines(protocol, at, is_found=row.is_found)
    row.service, row.opened_at = actor.service, at
    row.due_at = deadlines[Role.REFERENT]
    row.save(force_insert=True)
    record(
        actor=actor,
        tag=Tag.DISAGREEMENT_OPENED,
        subject_id=row.pk,
        **({"situation": str(row.situation_id)} if row.situation_id else {"alert": str(row.contested_id)}),
    )
    for role, deadline in deadlines.items():
        outbox.owe(
            service=actor.service,
            kind=OwedKind.DISAGREEMENT,
            subject_id=row.pk,
            step=STEPS[role],
            due_at=deadline,
        )
    return row


def close(*, actor: Actor, disagreement: Disagreement, ended: str, at: datetime) -> None:
    """How it ended, and when; in the journal."""
    disagreement.ended, disagreement.closed_at = ended, at
    disagreement.save(update_fields=["ended", "closed_at"])
    record(actor=actor, tag=Tag.DISAGREEMENT_CLOSED, subject_id=disagreement.pk, ended=ended)


def close_moot(*, actor: Actor, situation: Situation, at: datetime) -> None:
    """The levels agree again: what was found by their difference has no object any more; what was declared has."""
    for disagreement in situation.disagreements.open().filter(is_found=True).select_for_update(of=("self",)):
        close(actor=actor, disagreement=disagreement, ended=MOOT, at=at)


def remind(row: Owed) -> str:
    """Not dealt with in time: the référents, later the direction."""
    with inside(row.service) as service:
        disagreement = Disagreement.objects.filter(pk=row.subject_id, closed_at=None).first()
        if disagreement is None:
            return "closed"
        role = next(role for role, step in STEPS.items() if step == row.step)
        if told := tell(disagreement, role, row.step + len(STEPS) + 1):
            return f"told {told} {role.value}"
        ask_a_human(service, gettext("A disagreement with a partner is overdue, and nobody can be told."))
        return "a task for the service"


def tell(disagreement: Disagreement, role: Role, step: int) -> int:
    """Owe a notice to everybody of the role who sees the case; how many they are."""
    return notify_role(
        service=disagreement.service,
        role=role,
        subject_id=disagreement.pk,
        step=step,
        urgency="",
        deadline_at=disagreement.due_at,
        case=disagreement.case,
    )


def say(
    actor: Actor,
    anchor: Exchange,
    message: Mapping[str, str],
    at: datetime,
    *,
    case: Case | None = None,
    bases: Mapping[str, str] | None = None,
    content: Mapping[str, Any] | None = None,
) -> Exchange:
    """Through the door, as a reply to what linked the two cases or to the alert; taken in over there.

    Args:
        case: ours, where it is about a link of cases: what is said of a person rests on their agreements.

    Raises:
        protocols.exchange.Refused: content that the protocol does not let cross.
    """
    standing = standing_under(anchor.protocol, actor.service)
    partner = anchor.recipient if anchor.sender_id == actor.service_id else anchor.sender
    article = standing.protocol.article_setting(EXAMINED[Role.REFERENT])
    exchange = door.send(
        actor=actor,
        standing=standing,
        recipient=partner,
        kind=ExchangeKind.DISAGREEMENT,
        article=article.number if article else anchor.article,
        purposes=anchor.purposes,
        bases=bases,
        content=content,
        message={"text": "", **message},
        in_reply_to=anchor,
        agreements=agreements_of(case, standing, at) if bases and case else (),
        followed_by=case.service_id if case else None,
        at=at,
    )
    outbox.owe(service=partner, kind=OwedKind.CONCLUSION, subject_id=exchange.pk, due_at=at)
    return exchange


def locked_situation(situation: Situation) -> Situation:
    """The row, locked before any of its disagreements: finalising a reading takes them in the same order."""
    rows = Situation.objects.select_for_update(of=("self",)).select_related(
        "proposal__protocol", "partner", "case"
    )
    return rows.get(pk=situation.pk)


def _deadlines(protocol: Protocol, at: datetime, *, is_found: bool) -> dict[Role, datetime]:
    """By when each role deals with it: as the protocol says, in its working hours."""
    hours = protocol.working_hours(holidays_around(at.date()))
    delays = {role: protocol.delay(term) or _own_delays()[role] for role, term in EXAMINED.items()}
    if is_found:
        delays[Role.REFERENT] = protocol.delay(MET) or delays[Role.REFERENT]
    return {role: due(at, delay, hours) for role, delay in delays.items()}


@cache
def _own_delays() -> dict[Role, Delay]:
    plain: dict[str, str] = load(Path(__file__).with_suffix(".yaml")).plain()
    return {Role(role): Delay.parse(text) for role, text in plain.items()}
