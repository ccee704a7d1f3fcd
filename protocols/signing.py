"""A proposed text is signed by each party's direction, or declined; with the last signature it is a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from pole.accounts.again import Confirmed
from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.crypto.keys import service_key
from pole.crypto.seal import seal, unseal
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols.documents import load_protocol
from protocols.drafts import parties_of
from protocols.ending import amended
from protocols.models import (
    Decline,
    DraftState,
    LifeKind,
    ProtocolDraft,
    ProtocolVersion,
    Signature,
    SigningKey,
)
from protocols.refusals import (
    AlreadySigned,
    IdentifierTaken,
    LeavesSomebodyOut,
    NotConfirmed,
    NothingToSay,
    NotProposed,
    NotTheSameProtocol,
    OtherText,
    Overlapping,
    Past,
)
from protocols.registry import OverlappingVersions, lifetime_of, overlapping, register_version
from protocols.statement import parts_of, statement
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a party stands towards a proposed or signed text: signed, declined, or neither yet."""

    code: str
    service: Service
    signature: Signature | None = None
    decline: Decline | None = None


def stands(draft: ProtocolDraft) -> list[Stand]:
    """Every party in the order of its code. Answers given before the text was proposed (again) count no more."""
    signed = {row.code: row for row in _given(draft)}
    declined = {
        row.code: row
        for row in draft.declines.filter(at__gte=draft.changed_at).select_related("user").order_by("at")
    }
    return [
        Stand(code, service, signed.get(code), None if code in signed else declined.get(code))
        for code, service in parties_of(draft).items()
    ]


def signatures_of(version: ProtocolVersion) -> list[Signature]:
    """Those that made the version; none of one that was registered without being signed here."""
    draft = ProtocolDraft.objects.filter(became=version).first()
    return _given(draft) if draft else []


@transaction.atomic
def sign(*, actor: Actor, draft: ProtocolDraft, sha256: str, confirmed: Confirmed) -> ProtocolDraft:
    """Engage the actor's service on a proposed text; with the last party's signature it becomes a version.

    Args:
        sha256: `Protocol.text_hash()` of the text that the actor was shown.

    Raises:
        RightLacking
        ProtocolDraft.DoesNotExist: the actor's service is no party of it.
        NotConfirmed, NotProposed, AlreadySigned, OtherText, Past, IdentifierTaken
        Overlapping: another version is in force on one of its days, and it is no amendment of that one.
        NotTheSameProtocol, LeavesSomebodyOut: an amendment that is none, or that puts a party out.
    """
    draft, code, now = _asked(actor, draft.pk)
    if not confirmed.holds(actor.user_id, now):
        raise NotConfirmed
    given = _given(draft)
    if any(row.code == code for row in given):
        raise AlreadySigned
    protocol = load_protocol(draft.text)
    if protocol.text_hash() != sha256:
        raise OtherText
    if protocol.in_force_until < timezone.localdate(now):
        raise Past
    if ProtocolVersion.objects.filter(identifier=protocol.identifier, version=protocol.version).exists():
        raise IdentifierTaken
    parties = parties_of(draft)
    _check_amended(draft.amends, protocol, parties)
    if overlapping(protocol, but=draft.amends):
        raise Overlapping
    said = statement(
        protocol,
        parts_of(draft.text),
        parties={each: service.name for each, service in parties.items()},
        party=code,
        by=User.objects.get(pk=actor.person_id).name,
        at=now,
    )
    key = _key_of(actor.service)
    signature = Signature.objects.create(
        draft=draft,
        service=actor.service,
        user_id=actor.person_id,
        code=code,
        at=now,
        key=key,
        statement=said,
        signature=_private(key).sign(said.encode()),
    )
    if {row.code for row in given} | {code} == set(parties):
        try:
            draft.became = register_version(
                draft.text, parties=parties, signed_on=timezone.localdate(now), amends=draft.amends
            )
        except OverlappingVersions:  # signed in the same moment as this one
            raise Overlapping from None
        draft.state = DraftState.SIGNED
        draft.save(update_fields=["became", "state"])  # `changed_at` stays: from it on, signatures count
        if draft.amends:
            amended(actor=actor, version=draft.amends, by=draft.became, now=now)
    record(
        actor=actor,
        tag=Tag.PROTOCOL_SIGNED,
        subject_id=draft.pk,
        protocol=str(draft),
        party=code,
        sha256=sha256,
        signature=str(signature.pk),
        version=str(draft.became_id) if draft.became_id else None,
    )
    return draft


@transaction.atomic
def decline(*, actor: Actor, draft: ProtocolDraft, motive: str) -> Decline:
    """Say that the actor's service does not sign this text, and why. All parties read it; signing stays open.

    Raises:
        RightLacking
        ProtocolDraft.DoesNotExist: the actor's service is no party of it.
        NotProposed, AlreadySigned, NothingToSay
    """
    draft, code, now = _asked(actor, draft.pk)
    if any(row.code == code for row in _given(draft)):
        raise AlreadySigned
    if not motive.strip():
        raise NothingToSay
    declined = Decline.objects.create(
        draft=draft,
        service=actor.service,
        user_id=actor.person_id,
        code=code,
        at=now,
        motive=motive.strip(),
    )
    record(actor=actor, tag=Tag.PROTOCOL_DECLINED, subject_id=draft.pk, protocol=str(draft), party=code)
    return declined


def public_keys(services: list[UUID]) -> dict[UUID, bytes]:
    """Service -> its public key, for those that ever signed."""
    keys = SigningKey.objects.filter(service__in=services).values_list("service_id", "public")
    return {service_id: bytes(public) for service_id, public in keys}


def _asked(actor: Actor, draft_id: UUID) -> tuple[ProtocolDraft, str, datetime]:
    """The proposed draft, locked; the party that the actor would engage; the moment, after the lock."""
    actor.require(Perm.PROTOCOL_SIGN)
    seen = ProtocolDraft.objects.visible_to(actor.service_id).get(pk=draft_id)
    draft = ProtocolDraft.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if draft.state != DraftState.PROPOSED:
        raise NotProposed
    return draft, draft.parties.get(service=actor.service).code, database_now()


def _check_amended(
    amends: ProtocolVersion | None, protocol: Protocol, parties: Mapping[str, Service]
) -> None:
    """An amendment follows what it amends, between the same services: one leaves by withdrawing, not otherwise."""
    if amends is None:
        return
    if amends.identifier != protocol.identifier or amends.in_force_from >= protocol.in_force_from:
        raise NotTheSameProtocol
    stay = {service.pk for service in parties.values()}
    left = {event.service_id for event in lifetime_of(amends).events if event.kind == LifeKind.WITHDRAWN}
    if {party.service_id for party in amends.parties.all()} - stay - left:
        raise LeavesSomebodyOut


def _given(draft: ProtocolDraft) -> list[Signature]:
    """The signatures that count: given since the text was proposed as it stands."""
    given = draft.signatures.filter(at__gte=draft.changed_at)
    return list(given.select_related("service", "user", "key").order_by("code"))


def _key_of(service: Service) -> SigningKey:
    """The service's key, made when it signs first."""
    private, key_id = Ed25519PrivateKey.generate(), uuid4()
    made = SigningKey(
        id=key_id,
        service=service,
        public=private.public_key().public_bytes_raw(),
        sealed=seal(service_key(service.pk), private.private_bytes_raw(), _place(key_id, service.pk)),
    )
    # Two first signatures at once: one key is kept, and both sign with it.
    SigningKey.objects.bulk_create([made], ignore_conflicts=True)
    return SigningKey.objects.get(service=service)


def _private(key: SigningKey) -> Ed25519PrivateKey:
    raw = unseal(service_key(key.service_id), bytes(key.sealed), _place(key.pk, key.service_id))
    return Ed25519PrivateKey.from_private_bytes(raw)


def _place(key_id: UUID, service_id: UUID) -> str:
    return f"protocols_signingkey|sealed|{key_id}|{service_id}"
