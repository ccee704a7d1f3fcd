"""Signed versions as they stand in the database, and which one speaks today."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from pole.alone import take_turns
from pole.tenancy.models import Service
from protocols.documents import load_protocol
from protocols.documents.loading import HERE
from protocols.lifetime import Lifetime, lifetime
from protocols.models import LifeEvent, Party, ProtocolVersion
from protocols.terms import Protocol

PARTIES = Prefetch("parties", Party.objects.select_related("service"))


class OverlappingVersions(ValueError):
    """Two versions of one protocol would be in force on the same day."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A version in force, seen from one of its parties."""

    version: ProtocolVersion
    protocol: Protocol
    code: str
    services: dict[str, Service]

    def code_of(self, service_id: UUID) -> str | None:
        """The party that a service is, if it is one."""
        return next((code for code, service in self.services.items() if service.pk == service_id), None)


@transaction.atomic
def register_version(
    text: str,
    *,
    parties: dict[str, Service],
    signed_on: date | None = None,
    amends: ProtocolVersion | None = None,
) -> ProtocolVersion:
    """Keep a signed document and say which service is which party.

    Args:
        signed_on: the day of the last signature, where the document itself says none.
        amends: the version that ends where this one begins; the caller ends it.

    Raises:
        ProtocolError: a document that doesn't load, with path, line and reason.
        ValueError: parties that are not the document's.
        OverlappingVersions: another version of it is in force on one of its days.
    """
    protocol = load_protocol(text)
    if set(parties) != set(protocol.parties):
        raise ValueError(f"the parties are {sorted(protocol.parties)}, not {sorted(parties)}")
    take_turns(f"protocol {protocol.identifier}")  # two last signatures at once
    if overlapping(protocol, but=amends):
        raise OverlappingVersions(f"{protocol.identifier}: another version is in force on some of these days")
    version = ProtocolVersion.objects.create(
        identifier=protocol.identifier,
        version=protocol.version,
        document=text,
        text_hash=protocol.text_hash(),
        signed_on=protocol.signed_on or signed_on or protocol.in_force_from,
        in_force_from=protocol.in_force_from,
        in_force_until=protocol.in_force_until,
    )
    Party.objects.bulk_create(
        Party(version=version, service=service, code=code) for code, service in parties.items()
    )
    return version


def overlapping(protocol: Protocol, *, but: ProtocolVersion | None = None) -> list[ProtocolVersion]:
    """The versions of the same protocol that are in force on one of its days, as far as is decided."""
    same_days = ProtocolVersion.objects.filter(
        identifier=protocol.identifier,
        in_force_from__lte=protocol.in_force_until,
        in_force_until__gte=protocol.in_force_from,
    )
    begins = lifetime(protocol).begins
    return [
        each for each in same_days.prefetch_related("life") if each != but and lifetime_of(each).ends > begins
    ]


def lifetime_of(version: ProtocolVersion) -> Lifetime:
    """From when to when it is in force, by what is decided now."""
    return lifetime(protocol_of(version), version.life.all())


def is_in_force(version: ProtocolVersion, at: datetime) -> bool:
    """Whether something may cross under it at this moment, by what is decided now: asked anew each time."""
    return lifetime(protocol_of(version), LifeEvent.objects.filter(version=version)).in_force(at)


def protocol_of(version: ProtocolVersion) -> Protocol:
    """The document of a version, loaded once: it never changes."""
    return _loaded(version.pk, version.document)


@lru_cache(maxsize=64)
def _loaded(version_id: UUID, document: str) -> Protocol:
    return load_protocol(document)


def standings(service: Service, at: datetime) -> list[Standing]:
    """Every version in force at that moment of which the service is a party."""
    around = ProtocolVersion.objects.around(at).of_service(service.pk).order_by("identifier")
    return [
        _standing(version, service)
        for version in around.prefetch_related(PARTIES, "life")
        if lifetime_of(version).in_force(at)
    ]


def standing_with(service: Service, partner_id: UUID, at: datetime) -> Standing | None:
    """The version in force at that moment that binds both, seen from the service."""
    return next((each for each in standings(service, at) if each.code_of(partner_id)), None)


def standing_under(version: ProtocolVersion, service: Service) -> Standing:
    """The same for one version, in force or not: what was opened under it is carried through."""
    prefetch_related_objects([version], PARTIES)
    return _standing(version, service)


def warning_about(version: ProtocolVersion, recipient_id: UUID) -> str:
    """What to say before anything goes to this party ("la police peut devoir…"), or nothing."""
    protocol = protocol_of(version)
    prefetch_related_objects([version], PARTIES)
    party = next((each for each in version.parties.all() if each.service_id == recipient_id), None)
    code = protocol.parties[party.code].warning if party else None
    return protocol.warnings[code] if code else ""


def _standing(version: ProtocolVersion, service: Service) -> Standing:
    services = {party.code: party.service for party in version.parties.all()}
    code = next(code for code, party in services.items() if party.pk == service.pk)
    return Standing(version=version, protocol=protocol_of(version), code=code, services=services)


def shipped_text(identifier: str) -> str:
    """The text of a protocol that comes with Pôle, as a file."""
    return (HERE / f"{identifier}.yaml").read_text()
