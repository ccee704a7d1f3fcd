"""The protocols of a service, and one version: its text, and beside it what each article orders."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.lifetime import lifetime
from protocols.models import DraftState, ProtocolDraft, ProtocolVersion
from protocols.partners import partners_of
from protocols.registry import lifetime_of, protocol_of, standing_under
from protocols.signing import signatures_of
from protocols.statement import fingerprint
from protocols.views.shown import document_shown
from protocols.views.timeline import moments


@require_safe
@service_view(Perm.PROTOCOL_READ)
def versions(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Those the service is a party of, the latest first; what to do when none is in force."""
    now = database_now()
    listed = list(
        ProtocolVersion.objects.of_service(actor.service_id)
        .prefetch_related("parties__service", "life")
        .order_by("-in_force_from", "identifier")
    )
    in_force = [version for version in listed if lifetime_of(version).in_force(now)]
    asked = ProtocolDraft.objects.visible_to(actor.service_id).filter(state=DraftState.PROPOSED)
    context = {
        "asked": asked.select_related("service", "amends").order_by("-changed_at"),
        "listed": [
            (version, protocol_of(version).title, lifetime_of(version).state(now)) for version in listed
        ],
        "in_force": in_force,
        "partners": [] if in_force else list(partners_of(actor.service)),
        "drafts": ProtocolDraft.objects.filter(service=actor.service)
        .in_work()
        .defer("text")
        .order_by("-changed_at"),
    }
    return render(request, "protocols/list.html", context)


@require_safe
@service_view(Perm.PROTOCOL_READ)
def version(request: ServiceRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    """One version, as signed. A version the service is no party of does not exist for it."""
    found = ProtocolVersion.objects.of_service(actor.service_id).filter(pk=version_id).first()
    if found is None:
        raise Http404
    protocol, standing, now = protocol_of(found), standing_under(found, actor.service), database_now()
    draft = ProtocolDraft.objects.filter(became=found).select_related("service", "amends").first()
    signatures = signatures_of(found)
    life = lifetime(protocol, found.life.select_related("service", "by_version"))
    context = document_shown(protocol) | {
        "version": found,
        "state": life.state(now),
        "life": life,
        "suspensions": [(event, event.effective_at <= now) for event in life.suspensions(now)],
        "is_ours_suspended": any(event.service == actor.service for event in life.suspensions(now)),
        "moments": moments(life, draft, signatures, now),
        "own_code": standing.code,
        "parties": [(party, standing.services[code]) for code, party in protocol.parties.items()],
        "signatures": [(row, fingerprint(bytes(row.key.public))) for row in signatures],
        "older": draft.amends if draft else None,
    }
    return render(request, "protocols/version.html", context)
