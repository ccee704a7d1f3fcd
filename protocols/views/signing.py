"""A proposed text as the parties' directions read it: signed, or declined."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import drafts, signing
from protocols.differences import differences
from protocols.documents import load_protocol
from protocols.forms.engaging import DeclineForm, SignForm
from protocols.models import DraftState, ProtocolDraft
from protocols.registry import protocol_of
from protocols.signing import Stand
from protocols.statement import fingerprint
from protocols.views.shown import document_shown


@require_safe
@service_view(Perm.PROTOCOL_READ)
def proposal(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """The whole text with what each article orders, what the checks noticed, and who signed already."""
    draft = _proposed(actor, draft_id)
    protocol, findings = drafts.findings_of(draft)
    if protocol is None:  # it was one when it was proposed
        raise Http404
    stands = signing.stands(draft)
    context = document_shown(protocol) | {
        "draft": draft,
        "hash": protocol.text_hash(),
        "findings": findings,
        "parties": [(protocol.parties[stand.code], stand.service) for stand in stands],
        "stands": _with_fingerprints(stands),
        "own": _own(stands, actor),
        "is_open": draft.state == DraftState.PROPOSED,
    }
    return render(request, "protocols/proposal.html", context)


@require_safe
@service_view(Perm.PROTOCOL_READ)
def proposal_differences(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """What a proposed amendment changes."""
    draft = _proposed(actor, draft_id)
    if draft.amends is None:
        raise Http404
    context = {
        "found": differences(protocol_of(draft.amends), load_protocol(draft.text)),
        "older": draft.amends,
        "newer": draft,
        "draft": draft,
    }
    return render(request, "protocols/differences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@service_view(Perm.PROTOCOL_SIGN)
def sign(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Both factors, and the service is engaged."""
    draft = _proposed(actor, draft_id)
    stands = signing.stands(draft)
    own = _own(stands, actor)
    if draft.state != DraftState.PROPOSED or own.signature:
        return redirect("protocols:proposal", actor.service_slug, draft.pk)
    protocol = load_protocol(draft.text)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        request=request,
        initial={"sha256": protocol.text_hash()},
    )
    if form.is_bound and attempt(
        form,
        lambda: signing.sign(
            actor=actor, draft=draft, sha256=form.cleaned_data["sha256"], confirmed=form.confirmed
        ),
    ):
        draft.refresh_from_db()
        if draft.became_id:
            messages.success(request, _("Signed. All parties have: it is a version now."))
            return redirect("protocols:version", actor.service_slug, draft.became_id)
        messages.success(request, _("Signed for your service."))
        return redirect("protocols:proposal", actor.service_slug, draft.pk)
    context = {
        "form": form,
        "draft": draft,
        "protocol": protocol,
        "own": own,
        "hash": protocol.text_hash(),
        "others": [stand for stand in stands if not stand.signature and stand.code != own.code],
    }
    return render(request, "protocols/sign.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@service_view(Perm.PROTOCOL_SIGN)
def decline(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Why not: all parties read it."""
    draft = _proposed(actor, draft_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda: signing.decline(actor=actor, draft=draft, motive=form.cleaned_data["motive"])
    ):
        messages.success(
            request, _("The other parties are being told. You may still sign as long as it is proposed.")
        )
        return redirect("protocols:proposal", actor.service_slug, draft.pk)
    context = {"form": form, "draft": draft}
    return render(request, "protocols/decline.html", context, status=422 if form.errors else 200)


def _proposed(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """A text that the service is asked to sign, or asked others to; also once it is signed.

    Raises:
        Http404: any other, one's own draft that is not proposed among them.
    """
    shown = ProtocolDraft.objects.visible_to(actor.service_id).filter(
        state__in=[DraftState.PROPOSED, DraftState.SIGNED]
    )
    draft = shown.select_related("service", "amends", "became").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


def _own(stands: list[Stand], actor: Actor) -> Stand:
    """Whoever sees a proposed text is a party of it, its author too."""
    return next(stand for stand in stands if stand.service.pk == actor.service_id)


def _with_fingerprints(stands: list[Stand]) -> list[tuple[Stand, str]]:
    keys = signing.public_keys([stand.service.pk for stand in stands])
    return [
        (stand, fingerprint(keys[stand.service.pk]) if stand.service.pk in keys else "") for stand in stands
    ]
