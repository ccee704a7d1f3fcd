"""Finalise and second: where a reading meets the protocols. No reading is final without them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alerts import askings, situations
from alerts.contacts import owe_contact
from alerts.deciding import decide
from alerts.leaving_out import LeftOut, without
from alerts.models import Alert
from alerts.outlook import outlooks
from alerts.releasing import drop
from alerts.reviews import owe_review
from alerts.seconds import ask_author_back, ask_second_reader
from assessment import finalising, seconding
from assessment.deciding import Decision
from assessment.models import Reading
from assessment.stored import last_finalised, result_of
from cases.models import Case
from pole.tenancy.actor import Actor
from protocols.engine import AWAITING_SECOND_READER


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
        pole.refusals.Refused: what `freeze` refuses, twice finalised included.
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
        pole.refusals.Refused: see `assessment.seconding.second`.
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
        pole.refusals.Refused: see `assessment.seconding.send_back`.
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
        pole.refusals.Refused: see `assessment.seconding.answer_sent_back`.
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


def _settle_waiting(
    actor: Actor, reading: Reading, motive: str, *, suggestion_stays: bool, at: datetime
) -> None:
    """Once the level is settled, what waited for it does not leave as it stood; what stays is asked again.

    A newer reading that kept the level found nothing new in it and ordered nothing: what waits is all that speaks of
    it. Where the level stays it leaves; where it was lowered after all, the two readings contradict each other, and
    what waits goes on waiting for the référent.
    """
    last = last_finalised(reading) or reading
    is_kept_since = last != reading and (last.in_force or 0) >= (reading.suggested or 0)
    if suggestion_stays or not is_kept_since:
        # What a change in the case ordered is not the second reader's: it waits for the référent's own decision.
        waiting = Alert.objects.held().filter(
            reading=reading, change=None, held_because=AWAITING_SECOND_READER, service=actor.service
        )
        for alert in waiting.select_for_update(of=("self",)):
            drop(actor, alert, motive, at)
    # A choice that counted from the start was asked about then: asking again would tell partners twice.
    if suggestion_stays and reading.choice_waits and (last == reading or is_kept_since):
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
