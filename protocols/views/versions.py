"""The protocols of a service, and one version: its text, and beside it what each article orders."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.models import ProtocolDraft, ProtocolVersion
from protocols.partners import partners_of
from protocols.registry import lifetime_of, protocol_of, standing_under
from protocols.sentences import article_text, urgency_text
from protocols.terms import Flow, Protocol


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
    context = {
        "listed": [
            (version, protocol_of(version).title, lifetime_of(version).state(now)) for version in listed
        ],
        "in_force": in_force,
        "partners": [] if in_force else list(partners_of(actor.service)),
        "drafts": ProtocolDraft.objects.visible_to(actor.service_id)
        .in_work()
        .select_related("service")
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
    protocol, standing = protocol_of(found), standing_under(found, actor.service)
    context = {
        "version": found,
        "protocol": protocol,
        "state": lifetime_of(found).state(database_now()),
        "own_code": standing.code,
        "parties": [(party, standing.services[code]) for code, party in protocol.parties.items()],
        "articles": [article_text(protocol, article) for article in protocol.articles],
        "urgencies": [urgency_text(urgency) for urgency in protocol.urgencies.values()],
        "matrix": [_cell(protocol, pair, flow) for pair, flow in protocol.matrix.items()],
        "never": [protocol.categories[code] for code in sorted(protocol.never)],
        "categories": protocol.categories.items(),
        "bases": protocol.bases.values(),
        "warnings": protocol.warnings.values(),
    }
    return render(request, "protocols/version.html", context)


def _cell(protocol: Protocol, pair: tuple[str, str], flow: Flow) -> dict[str, object]:
    """A line of the matrix: what crosses either way, only with agreement, only without."""
    columns = {
        "both": flow.agreed & flow.without,
        "agreed": flow.agreed - flow.without,
        "without": flow.without - flow.agreed,
    }
    named = {
        name: [(code, protocol.categories[code]) for code in sorted(codes)] for name, codes in columns.items()
    }
    return {"sender": pair[0], "recipient": pair[1], "identity": flow.identity, **named}
