"""Finalise, second, release, drop: where a reading meets the protocols. No reading is final without them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts import askings, situations
from alerts.contacts import owe_contact
from alerts.content import content_for
from alerts.deciding import decide, send
from alerts.facts import agreements_of
from alerts.leaving_out import LeftOut, without
from alerts.models import Alert, AlertState, Judgement
from alerts.outlook import outlooks
from alerts.reviews import owe_review
from alerts.seconds import ask_author_back, ask_second_reader
from assessment import finalising, seconding
from assessment.deciding import Decision
from assessment.models import Reading
from assessment.stored import last_finalised, result_of
from cases.models import Case
from pole.audit.models import Tag, record
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols.engine import AWAITING_SECOND_READER, Facts, deadlines
from protocols.exchange import Refused, bases_without_agreement
from protocols.registry import Standing, standing_under
from protocols.terms import AGREEMENT


class DecidedAlready(Exception):
    """Somebody decided on this alert before."""


@transaction.atomic
def finalise_reading(
    *,
    actor: Actor,
    reading_id: UUID,
    at: datetime,
    chosen: int | None = None,
    chosen_dynamics: str = "",
    motive: str = "",
    left_out: Collection[LeftOut] = (),
) -> list[Alert]:
    """Freeze the draft, ask every protocol in force, write the alerts owed.

    All or nothing: if anything raises, the draft stays a draft and nobody is told.

    Args:
        chosen, chosen_dynamics, motive: see `assessment.finalising.freeze`.
        left_out: recipients and categories that they do not need; none can be added.

    Raises:
        cases.refusals.Refused: what `freeze` refuses, twice finalised included.
        NothingLeft: every category of an alert was taken out.
        NoRecipient, protocols.exchange.Refused: a protocol that contradicts its own parties or matrix.
    """
    reading = finalising.freeze(
        actor=actor,
        reading_id=reading_id,
        at=at,
        chosen=chosen,
        chosen_dynamics=chosen_dynamics,
        motive=motive,
    )
    alerts = _ask_protocols(actor, reading, at, left_out=left_out)
    _owe_what_the_level_asks(reading, at)
    if reading.awaits_second:
        ask_second_reader(service=actor.service, reading=reading)
    situations.compare_all(actor=actor, case=reading.case, at=at)
    return alerts


@transaction.atomic
def second_reading(*, actor: Actor, reading_id: UUID, agrees: bool, motive: str, at: datetime) -> Reading:
    """Another person's word on a lowered level, and what follows for the alerts that waited for it.

    Agreed: what rested only on the suggestion is not sent. Not agreed: the service retains the suggestion, so the
    protocols are asked again and what they order leaves, or is held for lack of agreement.

    Raises:
        cases.refusals.Refused: see `assessment.seconding.second`.
    """
    reading = seconding.second(actor=actor, reading_id=reading_id, agrees=agrees, motive=motive, at=at)
    motive = motive or _("The second reader agreed with the lower level.")
    _settle_waiting(actor, reading, motive, suggestion_stays=not agrees, at=at)
    _owe_what_the_level_asks(reading, at)
    return reading


@transaction.atomic
def send_back_reading(*, actor: Actor, reading_id: UUID, question: str, at: datetime) -> Reading:
    """Ask the author back. What waits goes on waiting, and the suggested level goes on counting.

    Raises:
        cases.refusals.Refused: see `assessment.seconding.send_back`.
    """
    reading = seconding.send_back(actor=actor, reading_id=reading_id, question=question, at=at)
    ask_author_back(service=actor.service, reading=reading)
    return reading


@transaction.atomic
def answer_sent_back(
    *, actor: Actor, reading_id: UUID, motive: str, takes_suggestion: bool, at: datetime
) -> Reading:
    """The author's answer: a second reader is asked again, or the suggested level is taken and the protocols too.

    Raises:
        cases.refusals.Refused: see `assessment.seconding.answer_sent_back`.
    """
    reading = seconding.answer_sent_back(
        actor=actor, reading_id=reading_id, motive=motive, takes_suggestion=takes_suggestion, at=at
    )
    if takes_suggestion:
        motive = motive or _("The author took the suggested level.")
        _settle_waiting(actor, reading, motive, suggestion_stays=True, at=at)
    else:
        ask_second_reader(service=actor.service, reading=reading)
    return reading


@transaction.atomic
def release_held(
    *,
    actor: Actor,
    alert_id: UUID,
    basis: str,
    motive: str,
    at: datetime,
    left_out: Collection[str] = (),
) -> Alert:
    """Send a held alert on another basis than the agreement that is missing, with a motive that stays on record.

    Args:
        left_out: categories that the recipient does not need; none can be added.

    Raises:
        DecidedAlready: sent or dropped before.
        protocols.exchange.Refused: no protocol in force any more, a basis it does not admit, or nothing left to
            send since the agreement it rested on was withdrawn, or everything was taken out.
    """
    alert = _held(actor, alert_id)
    standing = standing_under(alert.protocol, actor.service)
    if basis not in bases_without_agreement(standing.protocol):
        raise Refused(_("This is no basis that a référent can give."), _("Choose one of the protocol’s."))
    allowed = _still_allowed(alert, standing, basis, at)
    alert.categories = {code: each for code, each in allowed.items() if code not in left_out}
    if not alert.categories:
        raise Refused(_("Nothing is left to send."), _("Leave at least one category, or do not send it."))
    alert.basis, alert.motive, alert.decided_by_id = basis, motive, actor.user_id
    alert.acknowledge_by, answer_by = deadlines(
        standing.protocol,
        standing.protocol.urgencies[alert.urgency],
        recipient=standing.code_of(alert.recipient_id) or "",
        at=at,
        holidays=holidays_around(at.date()),
    )
    content = content_for(case=alert.case, reading=alert.reading, categories=alert.categories)
    send(
        actor=actor,
        alert=alert,
        standing=standing,
        content=content,
        at=at,
        answer_by=answer_by,
        judgement=Judgement.objects.filter(alert=alert).first(),
    )
    record(actor=actor, tag=Tag.ALERT_RELEASED, subject_id=alert.pk, basis=basis, article=alert.article)
    return alert


@transaction.atomic
def drop_held(*, actor: Actor, alert_id: UUID, motive: str, at: datetime) -> Alert:
    """Decide that a held alert does not leave.

    Raises:
        DecidedAlready: sent or dropped before.
    """
    alert = _held(actor, alert_id)
    _drop(actor, alert, motive, at)
    return alert


def _still_allowed(alert: Alert, standing: Standing, basis: str, at: datetime) -> dict[str, str]:
    """Category -> basis as it leaves: what rested on an agreement does if the agreement still stands."""
    agreements = agreements_of(alert.case, standing, at) if alert.case else ()
    recipient = standing.code_of(alert.recipient_id) or ""
    agreed, _purposes = Facts(standing.code, None, agreements=agreements).agreed(
        recipient, tuple(alert.purposes), timezone.localdate(at)
    )
    allowed = {
        category: old if old == AGREEMENT else basis
        for category, old in alert.categories.items()
        if old != AGREEMENT or category in agreed
    }
    if not allowed:
        raise Refused(
            _("The agreement it rested on was withdrawn or has expired."),
            _("Do not send it. A new reading asks the protocol again."),
        )
    return allowed


def _settle_waiting(
    actor: Actor, reading: Reading, motive: str, *, suggestion_stays: bool, at: datetime
) -> None:
    """Once the level is settled, what waited for it does not leave as it stood; what stays is asked again."""
    # What a change in the case ordered is not the second reader's: it waits for the référent's own decision.
    waiting = Alert.objects.held().filter(
        reading=reading, change=None, held_because=AWAITING_SECOND_READER, service=actor.service
    )
    for alert in waiting.select_for_update(of=("self",)):
        _drop(actor, alert, motive, at)
    if suggestion_stays and last_finalised(reading) == reading:
        _ask_protocols(actor, reading, at, chosen=reading.in_force)
    situations.compare_all(actor=actor, case=Case.objects.get(pk=reading.case_id), at=at)


def _ask_protocols(
    actor: Actor,
    reading: Reading,
    at: datetime,
    chosen: int | None = None,
    left_out: Collection[LeftOut] = (),
) -> list[Alert]:
    decision = Decision(
        chosen=reading.chosen if chosen is None else chosen,
        dynamics=reading.chosen_dynamics or reading.dynamics,
        lowered=reading.awaits_second,
        retyped=bool(reading.chosen_dynamics),
        in_force=reading.in_force,
    )
    asked = outlooks(
        service=actor.service, reading=reading, result=result_of(reading), decision=decision, at=at
    )
    for outlook in asked:
        askings.keep(actor=actor, reading=reading, standing=outlook.standing, asked=outlook.asked, at=at)
    return [
        decide(
            actor=actor,
            standing=outlook.standing,
            order=without(order, outlook.standing, left_out),
            case=reading.case,
            reading=reading,
            at=at,
        )
        for outlook in asked
        for order in outlook.orders
    ]


def _owe_what_the_level_asks(reading: Reading, at: datetime) -> None:
    case = Case.objects.get(pk=reading.case_id)
    owe_review(case)
    owe_contact(case, at)


def _held(actor: Actor, alert_id: UUID) -> Alert:
    """A held alert of a case the actor sees, locked."""
    actor.require(Perm.ALERT_DECIDE)
    alert = (
        Alert.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("case", "recipient", "protocol", "reading")
        .get(pk=alert_id)
    )
    if alert.state != AlertState.HELD:
        raise DecidedAlready
    return alert


def _drop(actor: Actor, alert: Alert, motive: str, at: datetime) -> None:
    alert.state, alert.motive = AlertState.DROPPED, motive
    alert.decided_by_id, alert.decided_at = actor.user_id, at
    alert.save()
    record(actor=actor, tag=Tag.ALERT_DROPPED, subject_id=alert.pk, article=alert.article)
