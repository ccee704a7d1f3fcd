"""Emergency without agreement: what left by itself is explained in four lines, before or after, and reviewed.

Nothing here stands in an alert's way: the lines may be poor, or come later. Source of the four questions and of the
delay: the state of necessity as `pole/legal/bases.yaml` requires it (a grave danger, no other means, the minimum, a
review by the référent within two working days).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import outbox
from alerts.models import Alert, Emergency, Owed, OwedKind
from alerts.notices import ask_a_human, notify_role
from pole.audit.models import Event, Tag, record
from pole.calendar import Delay, due
from pole.opening import office_hours
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Perm, Role
from protocols.exchange import WITHOUT_IDENTITY
from protocols.terms import AGREEMENT

LINES = ("danger", "protects", "no_other_means", "minimum")
REVIEWED_WITHIN = Delay.parse("2 working days")
RECALLED_AFTER = Delay.parse("1 working day")
RECALLED, OVERDUE, OVERDUE_DIRECTION = range(1, 4)


class NothingWritten(Refused):
    message = _("Write at least one of the four lines. The others can follow.")
    field = "danger"


class ReviewedAlready(Refused):
    message = _("It is reviewed: the lines stay as the reviewer read them.")


class OwnDecision(Refused):
    message = _("You decided on it yourself: somebody else reviews it.")


class OwnLines(Refused):
    message = _("You wrote lines of it yourself: somebody else reviews it.")


class WordMissing(Refused):
    message = _("Say why, in a few words: it stays with the review.")
    field = "review"


def is_one(alert: Alert) -> bool:
    """Whether it leaves by itself without the person's agreement: not released by a référent, who gives a motive."""
    return alert.case_id is not None and not alert.basis and without_agreement(alert.categories)


def without_agreement(categories: Mapping[str, str]) -> bool:
    """Whether something of this rests on neither the person's agreement nor the lack of a name.

    Args:
        categories: category -> basis.
    """
    return bool(set(categories.values()) - {AGREEMENT, WITHOUT_IDENTITY})


def open_for(*, actor: Actor, alert: Alert, at: datetime) -> None:
    """With the alert that leaves, in its transaction: one for all that leave about the case at this moment."""
    hours = office_hours(at)
    emergency, is_new = Emergency.objects.get_or_create(
        service=actor.service,
        case=alert.case,
        at=at,
        defaults={"acted_by_id": actor.user_id, "review_due_at": due(at, REVIEWED_WITHIN, hours)},
    )
    if is_new:
        for step, when in ((RECALLED, due(at, RECALLED_AFTER, hours)), (OVERDUE, emergency.review_due_at)):
            outbox.owe(
                service=actor.service,
                kind=OwedKind.EMERGENCY,
                subject_id=emergency.pk,
                due_at=when,
                step=step,
            )


def of_alerts(actor: Actor, alerts: Iterable[Alert]) -> list[Emergency]:
    """Those that these alerts left in, of the cases that the actor sees; the latest first."""
    sent = [alert for alert in alerts if alert.exchange_id]
    moments = [alert.decided_at for alert in sent if alert.decided_at]
    found = Emergency.objects.visible_to(actor).filter(
        service=actor.service, case__in={alert.case_id for alert in sent}, at__in=moments
    )
    return list(found.order_by("-at")) if moments else []


def alerts_of(emergency: Emergency) -> list[Alert]:
    """What left then."""
    left = Alert.objects.sent().with_replies().filter(service=emergency.service_id, case=emergency.case_id)
    left = left.filter(decided_at=emergency.at).select_related("recipient").order_by("recipient__name")
    return [alert for alert in left if is_one(alert)]


@transaction.atomic
def write_lines(*, actor: Actor, emergency_id: UUID, lines: Mapping[str, str], at: datetime) -> Emergency:
    """What somebody of the team says to it, as far as it is said.

    Raises:
        RightLacking, NothingWritten, ReviewedAlready
        Emergency.DoesNotExist: none that the actor sees.
    """
    actor.require(Perm.CASE_WRITE)
    emergency = _locked(actor, emergency_id)
    if emergency.reviewed_at:
        raise ReviewedAlready
    written = {name: lines.get(name, "").strip() for name in LINES}
    if not any(written.values()):
        raise NothingWritten
    for name, text in written.items():
        setattr(emergency, name, text)
    emergency.written_at, emergency.written_by_id = at, actor.person_id
    emergency.save()
    record(
        actor=actor,
        tag=Tag.EMERGENCY_WRITTEN,
        subject_id=emergency.pk,
        case=str(emergency.case_id),
        lines=[name for name in LINES if written[name]],
    )
    return emergency


def keep_lines(*, actor: Actor, alerts: Iterable[Alert], lines: Mapping[str, str], at: datetime) -> bool:
    """Keep what was typed beside the button that sent these alerts. Returns whether there was a place for it: words
    about alerts that all had an agreement have none, and none typed need none.

    Raises:
        RightLacking
    """
    if not any(text.strip() for text in lines.values()):
        return True
    opened = of_alerts(actor, alerts)
    for emergency in opened:
        write_lines(actor=actor, emergency_id=emergency.pk, lines=lines, at=at)
    return bool(opened)


def wrote(actor: Actor, emergency: Emergency) -> bool:
    """Whether the actor wrote lines of it, also such as somebody wrote anew since."""
    return actor.person_id in _writers(emergency)


def _writers(emergency: Emergency) -> set[UUID | None]:
    written = Event.objects.filter(
        service=emergency.service, subject_id=emergency.pk, tag=Tag.EMERGENCY_WRITTEN
    )
    return set(written.values_list("user_id", flat=True))


@transaction.atomic
def review(*, actor: Actor, emergency_id: UUID, founded: bool, words: str, at: datetime) -> Emergency:
    """The référent's word. What left is not taken back by it; an alert that was a mistake is recalled.

    Raises:
        RightLacking, OwnDecision, OwnLines, ReviewedAlready, WordMissing
        Emergency.DoesNotExist: none that the actor sees.
    """
    actor.require(Perm.ALERT_DECIDE)
    emergency = _locked(actor, emergency_id)
    if emergency.acted_by_id == actor.person_id:
        raise OwnDecision
    if wrote(actor, emergency):
        raise OwnLines
    if emergency.reviewed_at:
        raise ReviewedAlready
    if not words.strip():
        raise WordMissing
    emergency.founded, emergency.review = founded, words.strip()
    emergency.reviewed_at, emergency.reviewed_by_id = at, actor.person_id
    emergency.save()
    record(
        actor=actor,
        tag=Tag.EMERGENCY_REVIEWED,
        subject_id=emergency.pk,
        case=str(emergency.case_id),
        founded=founded,
        late=at > emergency.review_due_at,
    )
    return emergency


def remind(row: Owed) -> str:
    """After a working day the référents are reminded; when it is due, the direction is told as well."""
    with inside(row.service) as service:
        emergency = Emergency.objects.select_related("case").get(pk=row.subject_id, service=service)
        if emergency.reviewed_at:
            return "reviewed"
        if row.step == RECALLED:
            return f"{_tell(emergency, Role.REFERENT, RECALLED)} reminded"
        record(
            actor=Actor.clockwork(service),
            tag=Tag.EMERGENCY_OVERDUE,
            subject_id=emergency.pk,
            case=str(emergency.case_id),
        )
        told = _tell(emergency, Role.REFERENT, OVERDUE) + _tell(emergency, Role.DIRECTION, OVERDUE_DIRECTION)
        if not told:
            ask_a_human(
                service, gettext("An emergency without agreement waits for its review, and nobody can do it.")
            )
        return f"{told} told"


def _tell(emergency: Emergency, role: Role, step: int) -> int:
    return notify_role(
        service=emergency.service,
        role=role,
        subject_id=emergency.pk,
        step=step,
        urgency="",
        deadline_at=emergency.review_due_at,
        but={emergency.acted_by_id, *_writers(emergency)},
        case=emergency.case,
    )


def _locked(actor: Actor, emergency_id: UUID) -> Emergency:
    seen = Emergency.objects.visible_to(actor).filter(service=actor.service)
    return seen.select_for_update(of=("self",)).get(pk=emergency_id)
