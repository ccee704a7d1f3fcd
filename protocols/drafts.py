"""Protocols in work: begun, saved without losing anybody's change, proposed for signature, taken back."""

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from pole.yamlfile import FileError, Node, load
from protocols.checking import Finding, check_parties, examine
from protocols.documents import ProtocolError, shipped
from protocols.draft_text import as_kept, skeleton, unsigned
from protocols.models import DraftParty, DraftRevision, DraftState, ProtocolDraft, ProtocolVersion
from protocols.refusals import (
    IdentifierTaken,
    NotADraft,
    NotTheAuthors,
    PartyMissing,
    Stale,
    Unfit,
    UnknownShipped,
)
from protocols.registry import shipped_text
from protocols.staffing import staff_of
from protocols.terms import Protocol


@transaction.atomic
def create(*, actor: Actor, text: str = "", identifier: str = "") -> ProtocolDraft:
    """Begin a draft: of a text, or of an empty skeleton under this identifier.

    Raises:
        RightLacking, TooLong
    """
    actor.require(Perm.PROTOCOL_WRITE)
    first = timezone.localdate(database_now()) + timedelta(days=1)
    return _begin(actor, text or skeleton(identifier or f"protocole-{actor.service_slug}", first))


@transaction.atomic
def create_from_shipped(*, actor: Actor, identifier: str) -> ProtocolDraft:
    """Begin a draft of a protocol that comes with Pôle.

    Raises:
        RightLacking, UnknownShipped
    """
    actor.require(Perm.PROTOCOL_WRITE)
    if identifier not in shipped():
        raise UnknownShipped
    return _begin(actor, unsigned(shipped_text(identifier)))


@transaction.atomic
def amend(*, actor: Actor, version: ProtocolVersion) -> ProtocolDraft:
    """Begin the next version of a protocol from its text, between the same services.

    Raises:
        RightLacking
        ProtocolVersion.DoesNotExist: the service is no party of it.
    """
    actor.require(Perm.PROTOCOL_WRITE)
    version = ProtocolVersion.objects.of_service(actor.service_id).get(pk=version.pk)
    text = re.sub(r"(?m)^version: .*$", f'version: "{_next(version)}"', unsigned(version.document), count=1)
    draft = _begin(actor, text, amends=version)
    _set(draft, {party.code: party.service for party in version.parties.select_related("service")})
    return draft


@transaction.atomic
def save(*, actor: Actor, draft: ProtocolDraft, text: str, revision: int) -> ProtocolDraft:
    """Keep a text, right or wrong, as the next revision. The same text again changes nothing.

    Args:
        revision: the one that the actor started from.

    Raises:
        RightLacking, NotTheAuthors, NotADraft, TooLong
        Stale: the text moved on since; nothing is saved.
    """
    draft, text = _locked(actor, draft.pk), as_kept(text)
    if draft.state != DraftState.DRAFT:
        raise NotADraft
    if text == draft.text:
        return draft
    if revision != draft.revision:
        raise _stale(draft, revision)
    draft.text, draft.revision, draft.changed_at = text, draft.revision + 1, database_now()
    _named(draft)
    draft.save()
    _keep(actor, draft)
    return draft


@transaction.atomic
def set_parties(*, actor: Actor, draft: ProtocolDraft, parties: Mapping[str, Service]) -> ProtocolDraft:
    """Say which service would be which party. Those that the text does not name yet may stand already.

    Raises:
        RightLacking, NotTheAuthors, NotADraft
        PartyMissing: one service as two parties.
    """
    draft = _locked(actor, draft.pk)
    if draft.state != DraftState.DRAFT:
        raise NotADraft
    if len({service.pk for service in parties.values()}) != len(parties):
        raise PartyMissing
    _set(draft, parties)
    return draft


def parties_of(draft: ProtocolDraft) -> dict[str, Service]:
    """Party -> service, as far as it was said."""
    return {party.code: party.service for party in draft.parties.select_related("service").order_by("code")}


def findings_of(draft: ProtocolDraft) -> tuple[Protocol | None, list[Finding]]:
    """All that the checks say about the text and the services behind its parties; the protocol, if it is one."""
    examined = examine(draft.text)
    if examined.protocol is None:
        return None, examined.findings
    root = load(draft.text, error=ProtocolError)
    staff = staff_of({c: s for c, s in parties_of(draft).items() if c in examined.protocol.parties})
    return examined.protocol, [*examined.findings, *check_parties(examined.protocol, root, staff)]


@transaction.atomic
def propose(*, actor: Actor, draft: ProtocolDraft, revision: int) -> ProtocolDraft:
    """Ask every party to sign the text as it stands; from now on they see it, and it does not change.

    Raises:
        RightLacking, NotTheAuthors, NotADraft
        Stale: what would be proposed is not what the actor saw.
        Unfit: the checks found faults.
        PartyMissing: the services are not the text's parties, or the author is none of them.
        IdentifierTaken: a signed version bears this name already.
    """
    draft = _locked(actor, draft.pk)
    if draft.state != DraftState.DRAFT:
        raise NotADraft
    if revision != draft.revision:
        raise _stale(draft, revision)
    protocol, findings = findings_of(draft)
    faults = [finding for finding in findings if finding.is_fault]
    if protocol is None or faults:
        raise Unfit(faults)
    parties = parties_of(draft)
    if set(parties) != set(protocol.parties) or actor.service not in parties.values():
        raise PartyMissing
    if ProtocolVersion.objects.filter(identifier=protocol.identifier, version=protocol.version).exists():
        raise IdentifierTaken
    draft.state, draft.changed_at = DraftState.PROPOSED, database_now()
    draft.save()
    record(
        actor=actor,
        tag=Tag.PROTOCOL_PROPOSED,
        subject_id=draft.pk,
        protocol=str(draft),
        sha256=protocol.text_hash(),
    )
    return draft


@transaction.atomic
def take_back(*, actor: Actor, draft: ProtocolDraft) -> ProtocolDraft:
    """Write on: nobody else sees it any more, and signatures given to the old text are dropped with it.

    Raises:
        RightLacking, NotTheAuthors
        NotADraft: it is not proposed.
    """
    draft = _locked(actor, draft.pk)
    if draft.state != DraftState.PROPOSED:
        raise NotADraft
    draft.state, draft.changed_at = DraftState.DRAFT, database_now()
    draft.save()
    record(actor=actor, tag=Tag.PROTOCOL_TAKEN_BACK, subject_id=draft.pk, protocol=str(draft))
    return draft


@transaction.atomic
def drop(*, actor: Actor, draft: ProtocolDraft) -> ProtocolDraft:
    """Give a draft up. Its revisions stay.

    Raises:
        RightLacking, NotTheAuthors, NotADraft
    """
    draft = _locked(actor, draft.pk)
    if draft.state != DraftState.DRAFT:
        raise NotADraft
    draft.state, draft.changed_at = DraftState.DROPPED, database_now()
    draft.save()
    record(actor=actor, tag=Tag.PROTOCOL_DROPPED, subject_id=draft.pk, protocol=str(draft))
    return draft


def _begin(actor: Actor, text: str, amends: ProtocolVersion | None = None) -> ProtocolDraft:
    now = database_now()
    draft = ProtocolDraft(
        service=actor.service, text=as_kept(text), amends=amends, started_at=now, changed_at=now
    )
    _named(draft)
    draft.save()
    _keep(actor, draft)
    record(actor=actor, tag=Tag.PROTOCOL_DRAFTED, subject_id=draft.pk, protocol=str(draft))
    return draft


def _locked(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """The draft as it stands, locked until the end of the transaction.

    Raises:
        ProtocolDraft.DoesNotExist: not visible to the actor's service.
    """
    actor.require(Perm.PROTOCOL_WRITE)
    seen = ProtocolDraft.objects.visible_to(actor.service_id).get(pk=draft_id)
    draft = ProtocolDraft.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if draft.service_id != actor.service_id:
        raise NotTheAuthors
    return draft


def _stale(draft: ProtocolDraft, revision: int) -> Stale:
    kept = {row.number: row for row in draft.revisions.filter(number__in=[revision, draft.revision])}
    return Stale(kept[draft.revision], kept[revision].text if revision in kept else "")


def _keep(actor: Actor, draft: ProtocolDraft) -> None:
    DraftRevision.objects.create(
        draft=draft,
        number=draft.revision,
        text=draft.text,
        service=actor.service,
        user_id=actor.person_id,
        at=draft.changed_at,
    )


def _set(draft: ProtocolDraft, parties: Mapping[str, Service]) -> None:
    draft.parties.all().delete()
    DraftParty.objects.bulk_create(
        DraftParty(draft=draft, code=code, service=service) for code, service in parties.items()
    )


def _named(draft: ProtocolDraft) -> None:
    """What the text calls itself, where it can be read that far; what it said last stays otherwise."""
    try:
        top = load(draft.text).mapping()
    except FileError:
        return
    for name, key, length in (
        ("identifier", "protocol", 60),
        ("version", "version", 20),
        ("title", "title", 200),
    ):
        said = top.get(key, Node("", 0)).value
        if isinstance(said, str):
            setattr(draft, name, said[:length])


def _next(version: ProtocolVersion) -> str:
    """The label after the last one that the protocol had, where labels are numbers."""
    labels = ProtocolVersion.objects.filter(identifier=version.identifier).values_list("version", flat=True)
    numbers = [int(label) for label in labels if label.isdecimal()]
    return str(max(numbers) + 1) if numbers else f"{version.version}-2"
