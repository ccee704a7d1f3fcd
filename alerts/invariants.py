"""What must hold whatever died meanwhile, proved by asking the database; whoever can mend it is told.

Each invariant is asked in each service's own space and answers with ids. Nothing is repaired here: what is owed
has its own clocks, and a breach says that one of them does not run.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import ngettext

from alerts.models import Alert, AlertState, Breach, ChannelUse, Handling, Owed, OwedKind
from alerts.notices import ask_a_human
from cases.models import CaseChange
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service, ServiceKind
from protocols.models import Exchange, ExchangeKind
from protocols.partners import partners_of
from protocols.registry import protocol_of

log = logging.getLogger("alerts.invariants")

GRACE = timedelta(minutes=5)
"""What is a few minutes late is at work. After this nobody is at it."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold. `broken` gives the ids of what breaks it, asked inside the service.

    Its second argument is a moment before which everything due should be done.
    """

    code: str
    sentence: str
    broken: Callable[[Service, datetime], Iterable[UUID]]


def decided_and_lost(service: Service, late: datetime) -> Iterable[UUID]:
    """The journal says that an alert was decided, and there is none."""
    decided = Event.objects.filter(service=service, tag=Tag.ALERT_DECIDED)
    lost = decided.exclude(Exists(Alert.objects.filter(pk=OuterRef("subject_id"))))
    return (event.subject_id or event.pk for event in lost)


def sent_and_not_announced(service: Service, late: datetime) -> Iterable[UUID]:
    """An alert left, and nobody owes its notice."""
    notice = Owed.objects.filter(kind=OwedKind.NOTICE, step=0, subject_id=OuterRef("exchange_id"))
    sent = Alert.objects.sent().filter(service=service)
    return sent.exclude(Exists(notice)).values_list("pk", flat=True)


def sent_and_not_owed_a_channel(service: Service, late: datetime) -> Iterable[UUID]:
    """An alert left to a service that uses another channel beside e-mail, and nobody owes it that way."""
    for kind in ChannelUse.objects.order_by("kind").values_list("kind", flat=True).distinct():
        # Not those decided while the channel was being set.
        in_use = ChannelUse.objects.filter(
            kind=kind, service=OuterRef("recipient"), since__lt=OuterRef("decided_at") - GRACE
        )
        row = Owed.objects.filter(kind=kind, subject_id=OuterRef("exchange_id"))
        sent = Alert.objects.sent().filter(Exists(in_use), service=service)
        yield from sent.exclude(Exists(row)).values_list("pk", flat=True)


def received_without_ladder(service: Service, late: datetime) -> Iterable[UUID]:
    """An alert came in whose urgency has a ladder, and not every rung is owed."""
    received = Exchange.objects.received_by(service.pk).filter(
        kind__in=(ExchangeKind.ALERT, ExchangeKind.UPDATE)
    )
    kinds = received.order_by().values_list("protocol_id", "urgency").distinct()
    versions = {
        each.protocol_id: each.protocol for each in received.select_related("protocol").distinct("protocol")
    }
    for version_id, urgency in kinds:
        for step, _rung in enumerate(protocol_of(versions[version_id]).urgencies[urgency].ladder, start=1):
            rung = Owed.objects.filter(kind=OwedKind.RUNG, step=step, subject_id=OuterRef("pk"))
            of_kind = received.filter(protocol_id=version_id, urgency=urgency)
            yield from of_kind.exclude(Exists(rung)).values_list("pk", flat=True)


def owed_and_left(service: Service, late: datetime) -> Iterable[UUID]:
    """Something is due, nobody has it in hand, and nobody tried it when they should have."""
    free = Q(leased_until=None) | Q(leased_until__lt=late)
    left = Owed.objects.filter(free, service=service, done_at=None, due_at__lt=late, next_try_at__lt=late)
    return left.values_list("pk", flat=True)


def gathered_and_left(service: Service, late: datetime) -> Iterable[UUID]:
    """A notice waits to leave in another's e-mail, which has left, is another service's, or itself rides on a third."""
    waiting = Owed.objects.filter(service=service, done_at=None, gathered_in__isnull=False)
    still_leaves = Q(
        gathered_in__done_at=None, gathered_in__service=service, gathered_in__gathered_in=F("gathered_in")
    )
    return waiting.exclude(still_leaves).values_list("pk", flat=True)


def unacknowledged_and_silent(service: Service, late: datetime) -> Iterable[UUID]:
    """The sender's clock ran out without an acknowledgement, and the sender was not warned."""
    silent = Alert.objects.overdue(late).filter(service=service, overdue_at=None)
    return silent.values_list("pk", flat=True)


def unacknowledged_and_not_climbed(service: Service, late: datetime) -> Iterable[UUID]:
    """A rung of the recipient's ladder is past, nobody acknowledged, and the rung was not climbed."""
    climbed = Handling.objects.filter(exchange_id=OuterRef("subject_id")).filter(
        Q(acknowledged_at__isnull=False) | Q(rung__gte=OuterRef("step"))
    )
    recalled = Exchange.objects.filter(in_reply_to=OuterRef("subject_id"), kind=ExchangeKind.RECALL)
    rungs = Owed.objects.filter(service=service, kind=OwedKind.RUNG, due_at__lt=late)
    return rungs.exclude(Exists(climbed)).exclude(Exists(recalled)).values_list("subject_id", flat=True)


def held_and_forgotten(service: Service, late: datetime) -> Iterable[UUID]:
    """A held alert has no clock, or its clock ran out and the direction was not asked."""
    clock = Owed.objects.filter(kind=OwedKind.DECIDE, subject_id=OuterRef("pk"))
    held = Alert.objects.filter(service=service, state=AlertState.HELD, undecided_at=None)
    return held.filter(~Exists(clock) | Q(decide_by__lt=late)).values_list("pk", flat=True)


def changed_and_not_read(service: Service, late: datetime) -> Iterable[UUID]:
    """A fact was recorded in a case, and the protocols were not asked about it."""
    waiting = CaseChange.objects.filter(service=service, consumed_at=None, at__lt=late)
    return waiting.values_list("pk", flat=True)


INVARIANTS = (
    Invariant("decided", "every decision in the journal has its alert", decided_and_lost),
    Invariant("announced", "every alert that left owes its notice", sent_and_not_announced),
    Invariant(
        "channels", "every alert that left owes each channel its recipient uses", sent_and_not_owed_a_channel
    ),
    Invariant("ladder", "every alert received owes the rungs of its urgency", received_without_ladder),
    Invariant("living", "everything due is done, in hand, or about to be tried", owed_and_left),
    Invariant("gathered", "what leaves in another's e-mail has one that will leave", gathered_and_left),
    Invariant("warned", "without acknowledgement in time, the sender was warned", unacknowledged_and_silent),
    Invariant(
        "climbed", "without acknowledgement, every rung past was climbed", unacknowledged_and_not_climbed
    ),
    Invariant("asked", "every held alert is decided in time, or the direction was asked", held_and_forgotten),
    Invariant("read", "every change in a case was put to the protocols", changed_and_not_read),
)


def broken_in(service: Service, *, now: datetime) -> list[tuple[Invariant, UUID]]:
    """Every breach in one service, each thing once per invariant. In the service's space."""
    return [
        (invariant, subject_id)
        for invariant in INVARIANTS
        for subject_id in dict.fromkeys(invariant.broken(service, now - GRACE))
    ]


def watch_over() -> int:
    """Look in every service, keep each breach with its time, and tell of the new ones; how many there are now.

    A breach is told once, and ends when it is no longer found. What no mail server took is sent at the next look.
    """
    found = 0
    # Also those that were suspended: what is owed to them is owed still.
    for service in Service.objects.order_by("slug"):
        with inside(service):
            now = database_now()
            broken = [(invariant.code, subject_id) for invariant, subject_id in broken_in(service, now=now)]
        _keep(service, broken, now)
        found += len(broken)
    _tell_operator()
    return found


def _keep(service: Service, broken: Iterable[tuple[str, UUID]], now: datetime) -> None:
    known = {
        (each.invariant, each.subject_id): each for each in Breach.objects.current().filter(service=service)
    }
    broken = set(broken)
    Breach.objects.filter(pk__in=[each.pk for key, each in known.items() if key not in broken]).update(
        mended_at=now
    )
    new = [
        Breach(service=service, invariant=code, subject_id=subject_id, found_at=now)
        for code, subject_id in sorted(broken - known.keys())
    ]
    # With its task, or not at all; and whether or not mail leaves, which may be what is wrong.
    with transaction.atomic():
        Breach.objects.bulk_create(new, ignore_conflicts=True)
        if new:
            _ask_coordination(service, len(new))


def _ask_coordination(service: Service, count: int) -> None:
    """By a task: which service, how many, never which case."""
    for coordination in partners_of(service).filter(kind=ServiceKind.COORDINATION):
        with inside(coordination), translation.override(settings.LANGUAGE_CODE):
            ask_a_human(coordination, _sentence(service, count))


def _tell_operator() -> None:
    """By mail; again at the next look, until one is taken."""
    untold = list(Breach.objects.current().filter(told_at=None).select_related("service"))
    by_service: dict[Service, list[Breach]] = {}
    for breach in untold:
        by_service.setdefault(breach.service, []).append(breach)
        log.error(
            "invariant '%s' does not hold in %s: %s", breach.invariant, breach.service, breach.subject_id
        )
    for service, breaches in by_service.items():
        try:
            _mail_operator(service, breaches)
        except OSError as error:  # smtplib's errors are
            log.error("the operator could not be told by mail: %s", type(error).__name__)
            continue
        Breach.objects.filter(pk__in=[breach.pk for breach in breaches]).update(told_at=database_now())


def _sentence(service: Service, count: int) -> str:
    return ngettext(
        "The check of alerts found %(n)s gap at %(service)s. The operator is told. Call them on %(phone)s: "
        "what they are owed may not have reached them.",
        "The check of alerts found %(n)s gaps at %(service)s. The operator is told. Call them on %(phone)s: "
        "what they are owed may not have reached them.",
        count,
    ) % {"n": count, "service": service.name, "phone": service.urgent_phone}


def _mail_operator(service: Service, breaches: list[Breach]) -> None:
    if not settings.OPERATOR_EMAIL:
        return
    sentences = {invariant.code: invariant.sentence for invariant in INVARIANTS}
    lines = [
        f"{each.found_at:%Y-%m-%d %H:%M}Z  {each.subject_id}  {sentences[each.invariant]}"
        for each in breaches
    ]
    body = "\n".join(["This does not hold:", "", *lines, "", "See `manage.py check_invariants`."])
    EmailMessage(f"Pôle: {len(breaches)} broken at {service.slug}", body, to=[settings.OPERATOR_EMAIL]).send()
