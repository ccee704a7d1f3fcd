"""What became of protocols lately, and which services are to be told: asked by whoever tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from pole.calendar import Period
from pole.tenancy.models import Service
from pole.yamlfile import load
from protocols.models import Decline, DraftState, LifeEvent, LifeKind, ProtocolDraft, ProtocolVersion
from protocols.registry import lifetime_of

LOOKED_BACK = timedelta(days=30)
"""How long after something happened it is still told, should nobody have been able to."""
SMALL = 32_767


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell: `step` tells apart what happens to one subject several times."""

    subject_id: UUID
    services: tuple[Service, ...]
    step: int = 0


def news(now: datetime) -> list[News]:
    """All that is to be told by now, whether or not it was told before."""
    since = now - LOOKED_BACK
    return [*_proposed(since), *_declined(since), *_signed(since), *_decided(since), *_expiring(now)]


def page_of(service_id: UUID, subject_id: UUID) -> tuple[str, UUID] | None:
    """The page on which a service reads about it, as the name and argument of its address."""
    decided = LifeEvent.objects.filter(pk=subject_id).values_list("version_id", flat=True).first()
    versions = ProtocolVersion.objects.of_service(service_id)
    if version := versions.filter(pk=decided or subject_id).first():
        return "protocols:version", version.pk
    declined = Decline.objects.filter(pk=subject_id).values_list("draft_id", flat=True).first()
    shown = ProtocolDraft.objects.visible_to(service_id).exclude(state=DraftState.DRAFT)
    draft = shown.filter(pk=declined or subject_id).first()
    return ("protocols:proposal", draft.pk) if draft else None


def _proposed(since: datetime) -> Iterator[News]:
    """To all that are asked to sign, but its author."""
    drafts = ProtocolDraft.objects.filter(state=DraftState.PROPOSED, changed_at__gte=since)
    for draft in drafts.defer("text").prefetch_related("parties__service"):
        asked = (p.service for p in draft.parties.all() if p.service_id != draft.service_id)
        yield News(draft.pk, tuple(asked), min(draft.revision, SMALL))


def _declined(since: datetime) -> Iterator[News]:
    """To the author: there is something to change."""
    for row in Decline.objects.filter(at__gte=since).select_related("draft__service"):
        yield News(row.pk, (row.draft.service,))


def _signed(since: datetime) -> Iterator[News]:
    """To all parties: it is a version now."""
    signed = ProtocolDraft.objects.filter(state=DraftState.SIGNED, signatures__at__gte=since).distinct()
    for draft in signed.defer("text").prefetch_related("parties__service"):
        if draft.became_id:
            yield News(draft.became_id, tuple(party.service for party in draft.parties.all()))


def _decided(since: datetime) -> Iterator[News]:
    """To all parties. An amendment is told as the version that it is."""
    decided = LifeEvent.objects.filter(decided_at__gte=since).exclude(kind=LifeKind.AMENDED)
    for event in decided.prefetch_related("version__parties__service"):
        yield News(event.pk, tuple(party.service for party in event.version.parties.all()))


def _expiring(now: datetime) -> Iterator[News]:
    """To all parties: it ends by its days, and nothing is signed that follows."""
    today = timezone.localdate(now)
    furthest = max(period.after(today) for period in _told_before())
    ending = ProtocolVersion.objects.filter(in_force_until__gte=today, in_force_until__lte=furthest)
    for version in ending.prefetch_related("life", "parties__service"):
        if lifetime_of(version).ended_by or _follows(version):
            continue
        reached = min(
            (p.after(today) - today).days for p in _told_before() if p.after(today) >= version.in_force_until
        )
        yield News(version.pk, tuple(party.service for party in version.parties.all()), reached)


def _follows(version: ProtocolVersion) -> bool:
    return ProtocolVersion.objects.filter(
        identifier=version.identifier, in_force_from__gt=version.in_force_until
    ).exists()


@cache
def _told_before() -> tuple[Period, ...]:
    root = load(Path(__file__).with_name("news.yaml"))
    said = root.mapping(required=("expiry_told_before",), optional=())["expiry_told_before"]
    return tuple(Period.parse(part.text()) for part in said.items())
