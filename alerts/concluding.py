"""How a disagreement ends: the référents of both services give the same conclusion, each in its own space.

Until then the highest level applies. What both agree on applies afterwards, until either side reads again: no reading
is changed by it. A recorded disagreement leaves each side its own, and the highest applies as long as they differ.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.contesting import open_about
from alerts.disagreements import DECLARED, STEPS, close, locked_situation, open_one, say, tell
from alerts.facts import agreements_of
from alerts.models import Owed, Situation
from alerts.models.disagreement import Conclusion, Disagreement
from assessment.grids import load_grid
from assessment.models import Reading
from pole.audit.models import Tag, record
from pole.legal import READING
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Perm, Role
from protocols import exchange as door
from protocols.facts import Facts
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under
from protocols.terms import AGREEMENT, REFERENT

CONCLUDED_BY_PARTNER = 3  # the step of the notice to référents, after those of the two reminders


class ClosedAlready(Refused):
    message = _("This disagreement is closed.")


class WordsMissing(Refused):
    message = _("Say it in a few words: the other side reads them.")
    field = "words"


class NothingAgreed(Refused):
    message = _("A recorded disagreement leaves each its own: name no level and no dynamics.")
    field = "conclusion"


class AboutAnAlert(Refused):
    message = _("This disagreement is about an alert, not about a level: conclude in words.")
    field = "conclusion"


class NotInGrid(Refused):
    message = _("The grid has no such level or dynamics.")
    field = "level"


class MayNotCross(Refused):
    message = _(
        "The protocol does not let a level cross here without the person’s agreement. Conclude in words, "
        "or each read again: readings that agree end the disagreement."
    )
    field = "level"


@transaction.atomic
def conclude(
    *,
    actor: Actor,
    disagreement_id: UUID,
    conclusion: Conclusion,
    words: str,
    at: datetime,
    level: int | None = None,
    dynamics: str = "",
) -> Disagreement:
    """A référent's conclusion, with words for the other side. It ends when both sides gave the same.

    Args:
        level, dynamics: what both take, in the words of the grid in use; crosses as part of a reading (C05), on the
            person's agreement, else on the référent's decision where the matrix admits that at the level applied.

    Raises:
        RightLacking, ClosedAlready, WordsMissing, NothingAgreed, NotInGrid, AboutAnAlert
        MayNotCross: a level or type that the protocol does not let cross.
        Disagreement.DoesNotExist: no such one for this actor.
    """
    actor.require(Perm.ALERT_DECIDE)
    seen = Disagreement.objects.visible_to(actor).select_related("situation").get(pk=disagreement_id)
    situation = locked_situation(seen.situation) if seen.situation else None
    disagreement = Disagreement.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if not disagreement.is_open:
        raise ClosedAlready
    if not words.strip():
        raise WordsMissing
    # Of two who conclude at once, the one who waited for the other said it later, also for the partner.
    at = max(at, (disagreement.own_at or at) + timedelta(microseconds=1))
    names_reading = level is not None or bool(dynamics)
    if names_reading and conclusion == Conclusion.RECORDED:
        raise NothingAgreed
    if names_reading and situation is None:
        raise AboutAnAlert
    content = {READING: [_agreed_line(level, dynamics)]} if names_reading else {}
    bases = {READING: _basis(actor, situation, at)} if names_reading and situation else {}
    message = {"conclusion": str(conclusion), "text": words.strip()}
    try:
        case = situation.case if situation else None
        say(actor, disagreement.anchor, message, at, case=case, bases=bases, content=content)
    except door.Refused as refused:
        raise MayNotCross from refused
    disagreement.own_conclusion, disagreement.own_words = conclusion, words.strip()
    disagreement.own_level, disagreement.own_dynamics = level, dynamics
    disagreement.own_by_id, disagreement.own_at = actor.person_id, at
    disagreement.save()
    record(actor=actor, tag=Tag.DISAGREEMENT_CONCLUDED, subject_id=disagreement.pk, conclusion=conclusion)
    _close_if_same(actor, disagreement, at)
    return disagreement


def take_in(row: Owed) -> str:
    """In the space of who is told: the partner declared one, or concludes."""
    with inside(row.service) as service:
        actor = Actor.clockwork(service)
        exchange = (
            Exchange.objects.received_by(service.pk)
            .select_related("in_reply_to__protocol")
            .get(pk=row.subject_id)
        )
        said = door.read(actor, exchange)
        disagreement = _begun(actor, exchange)
        disagreement = Disagreement.objects.select_for_update(of=("self",)).get(pk=disagreement.pk)
        if said["message"]["conclusion"] == DECLARED:
            if disagreement.is_found:  # what is declared has an object, whatever becomes of the levels
                disagreement.is_found = False
                disagreement.save(update_fields=["is_found"])
            tell(disagreement, Role.REFERENT, STEPS[Role.REFERENT])
            return "declared by the partner"
        if disagreement.partner_at and disagreement.partner_at > exchange.sent_at:
            return "older than what is known"
        [line] = said["categories"].get(READING, [{}])
        disagreement.partner_conclusion = said["message"]["conclusion"]
        disagreement.partner_words = said["message"]["text"]
        disagreement.partner_level = line.get("level")
        disagreement.partner_dynamics = line.get("dynamics", "")
        disagreement.partner_at = exchange.sent_at
        disagreement.save()
        if _close_if_same(actor, disagreement, exchange.sent_at):
            return "closed"
        tell(disagreement, Role.REFERENT, CONCLUDED_BY_PARTNER)
        return "référents told"


def _begun(actor: Actor, exchange: Exchange) -> Disagreement:
    """Our row of what the partner speaks of: a link of cases, or an alert that its recipient contests."""
    anchor = exchange.in_reply_to
    if anchor and anchor.kind != ExchangeKind.LINK_PROPOSAL:
        return open_about(actor=actor, alert=anchor, at=exchange.sent_at)
    situation = Situation.objects.linked().get(service=actor.service, proposal_id=exchange.in_reply_to_id)
    return open_one(actor=actor, situation=situation, at=exchange.sent_at)


def _agreed_line(level: int | None, dynamics: str) -> dict[str, Any]:
    """What both take, as a line of a reading."""
    grid = load_grid(settings.READING_GRID)
    if level not in grid.levels or (dynamics and dynamics not in grid.dynamics):
        raise NotInGrid
    return {
        "agreed": True,
        "grid": grid.code,
        "level": level,
        "level_label": grid.levels[level].label if level is not None else "",
        "dynamics": dynamics,
        "dynamics_label": grid.dynamics[dynamics].label if dynamics else "",
    }


def _basis(actor: Actor, situation: Situation, at: datetime) -> str:
    """The person's agreement where it stands; else the référent's decision, from the matrix's own level on."""
    standing = standing_under(situation.proposal.protocol, actor.service)
    facts = Facts(standing.code, None, agreements=agreements_of(situation.case, standing, at))
    recipient = standing.code_of(situation.partner_id) or ""
    purposes = tuple(situation.proposal.purposes)
    agreed, _purposes = facts.agreed(recipient, purposes, timezone.localdate(at))
    if READING in agreed:
        return AGREEMENT
    applied = max(situation.case.level or 0, situation.received_level or 0)
    if applied < standing.protocol.without_from:
        raise MayNotCross
    return REFERENT


def _close_if_same(actor: Actor, disagreement: Disagreement, at: datetime) -> bool:
    if not disagreement.is_same_on_both_sides:
        return False
    close(actor=actor, disagreement=disagreement, ended=disagreement.own_conclusion, at=at)
    if disagreement.own_level is not None or disagreement.own_dynamics:
        _apply(disagreement, at)
    return True


def _apply(disagreement: Disagreement, at: datetime) -> None:
    """What both agreed on applies, unless one of the two read again meanwhile."""
    if disagreement.situation is None:
        return
    situation = locked_situation(disagreement.situation)
    read_since = Reading.objects.filter(case=situation.case_id, finalised_at__gt=at).exists()
    if read_since or (situation.received_at and situation.received_at > at):
        return
    situation.agreed_level, situation.agreed_dynamics = disagreement.own_level, disagreement.own_dynamics
    situation.agreed_at = at
    situation.save(update_fields=["agreed_level", "agreed_dynamics", "agreed_at"])
