"""A party suspends a version, resumes it, or withdraws from it: by its own direction, with notice or at once.

The version is one agreement between all its parties, so that one's withdrawal ends it for all: what the others go on
with is a text that they sign anew, and may prepare while the notice runs. Open alerts are carried through.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from pole.accounts.again import Confirmed
from pole.alone import take_turns
from pole.audit.models import Tag, record
from pole.calendar import Delay, Period, due
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols.lifetime import Lifetime, State
from protocols.models import LifeEvent, LifeKind, ProtocolVersion
from protocols.refusals import (
    MotiveMissing,
    NoNotice,
    NotConfirmed,
    NotSuspended,
    OverAlready,
    SuspendedAlready,
    WithdrawnAlready,
)
from protocols.registry import lifetime_of, protocol_of
from protocols.terms import Protocol

NOTICE = "notice"
"""The term under which an article states how long a notice runs."""


def notice_of(protocol: Protocol) -> Delay | Period | None:
    """How long a notice runs, where the document states one."""
    article = protocol.article_setting(NOTICE)
    return (article.terms or {})[NOTICE] if article else None


def notice_ends(protocol: Protocol, now: datetime) -> datetime:
    """When a notice given at this moment is over; the last day of a period counts in full.

    Raises:
        NoNotice: the document states none.
    """
    notice = notice_of(protocol)
    if notice is None:
        raise NoNotice
    if isinstance(notice, Delay):
        return due(now, notice, protocol.working_hours(holidays_around(now.date())))
    last = notice.after(now.astimezone(protocol.zone).date())
    return datetime.combine(last + timedelta(days=1), time.min, protocol.zone)


@transaction.atomic
def suspend(
    *, actor: Actor, version: ProtocolVersion, confirmed: Confirmed, at_once: bool, motive: str = ""
) -> LifeEvent:
    """Nothing crosses under the version until the actor's service resumes it.

    Raises:
        RightLacking, NotConfirmed, OverAlready, SuspendedAlready, NoNotice
        MotiveMissing: at once, without saying why.
        ProtocolVersion.DoesNotExist: the actor's service is no party of it.
    """
    version, life, now = _asked(actor, version, confirmed)
    if any(event.service_id == actor.service_id for event in life.suspensions(now)):
        raise SuspendedAlready
    effective_at = _effective(version, now, at_once, motive)
    return _decide(
        actor, version, LifeKind.SUSPENDED, decided_at=now, effective_at=effective_at, motive=motive
    )


@transaction.atomic
def resume(*, actor: Actor, version: ProtocolVersion, confirmed: Confirmed, motive: str = "") -> LifeEvent:
    """End the suspension that the actor's service decided, or call it off; another's stays.

    Raises:
        RightLacking, NotConfirmed, OverAlready
        NotSuspended: not by the actor's service.
        ProtocolVersion.DoesNotExist: the actor's service is no party of it.
    """
    version, life, now = _asked(actor, version, confirmed)
    if not any(event.service_id == actor.service_id for event in life.suspensions(now)):
        raise NotSuspended
    return _decide(actor, version, LifeKind.RESUMED, decided_at=now, effective_at=now, motive=motive)


@transaction.atomic
def withdraw(
    *, actor: Actor, version: ProtocolVersion, confirmed: Confirmed, at_once: bool, motive: str = ""
) -> LifeEvent:
    """End the version: at the end of the notice, or now. A notice given may still be cut short; it is not called off.

    Raises:
        RightLacking, NotConfirmed, OverAlready, NoNotice
        WithdrawnAlready: with a notice that runs, by the actor's service.
        MotiveMissing: at once, without saying why.
        ProtocolVersion.DoesNotExist: the actor's service is no party of it.
    """
    version, life, now = _asked(actor, version, confirmed)
    if not at_once and has_withdrawn(life, actor):
        raise WithdrawnAlready
    effective_at = _effective(version, now, at_once, motive)
    return _decide(
        actor, version, LifeKind.WITHDRAWN, decided_at=now, effective_at=effective_at, motive=motive
    )


def has_withdrawn(life: Lifetime, actor: Actor) -> bool:
    """Whether the actor's service is on its way out."""
    return any(
        event.kind == LifeKind.WITHDRAWN and event.service_id == actor.service_id for event in life.events
    )


def amended(*, actor: Actor, version: ProtocolVersion, by: ProtocolVersion, now: datetime) -> LifeEvent:
    """The version ends where the amendment begins; not before this moment, in which it was signed."""
    effective_at = max(lifetime_of(by).begins, now)
    return _decide(actor, version, LifeKind.AMENDED, decided_at=now, effective_at=effective_at, by_version=by)


def _asked(
    actor: Actor, version: ProtocolVersion, confirmed: Confirmed
) -> tuple[ProtocolVersion, Lifetime, datetime]:
    """The version, on which two decisions take turns; its life; the moment."""
    actor.require(Perm.PROTOCOL_SIGN)
    version = ProtocolVersion.objects.of_service(actor.service_id).get(pk=version.pk)
    take_turns(f"version {version.pk}")  # a row of a signed text can't be locked: nobody may change it
    now, life = database_now(), lifetime_of(version)
    if not confirmed.holds(actor.user_id, now):
        raise NotConfirmed
    if life.state(now) is State.OVER:
        raise OverAlready
    return version, life, now


def _effective(version: ProtocolVersion, now: datetime, at_once: bool, motive: str) -> datetime:
    if not at_once:
        return notice_ends(protocol_of(version), now)
    if not motive.strip():
        raise MotiveMissing
    return now


def _decide(actor: Actor, version: ProtocolVersion, kind: LifeKind, **decided: Any) -> LifeEvent:
    """Write the decision down; `decided` are the fields of the event."""
    decided["motive"] = decided.get("motive", "").strip()
    event = LifeEvent.objects.create(
        version=version, kind=kind, service=actor.service, user_id=actor.person_id, **decided
    )
    record(
        actor=actor,
        tag=Tag(f"protocol:{kind}"),
        subject_id=version.pk,
        protocol=str(version),
        effective_at=event.effective_at.isoformat(),
        amendment=str(event.by_version) if event.by_version else None,
    )
    return event
