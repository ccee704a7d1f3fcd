"""Protocols in work: begun, looked at with what each article orders, proposed, taken back, given up."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import drafts
from protocols.documents import load_protocol, shipped
from protocols.forms.starting import AMEND, FILE, SHIPPED, StartForm
from protocols.models import DraftState, ProtocolDraft, ProtocolVersion
from protocols.partial import partial_of
from protocols.shown_draft import page_of


def visible(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """A draft that the service writes, or is asked to sign.

    Raises:
        Http404: any other.
    """
    seen = ProtocolDraft.objects.visible_to(actor.service_id).select_related("service")
    if (found := seen.filter(pk=draft_id).first()) is None:
        raise Http404
    return found


def own(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """A draft that the service writes.

    Raises:
        Http404: any other, also one that it may read.
    """
    found = visible(actor, draft_id)
    if found.service_id != actor.service_id:
        raise Http404
    return found


def may_write(actor: Actor, draft: ProtocolDraft) -> bool:
    return (
        draft.state == DraftState.DRAFT
        and draft.service_id == actor.service_id
        and actor.can(Perm.PROTOCOL_WRITE)
    )


@require_safe
@service_view(Perm.PROTOCOL_READ)
def draft(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Text on one side, what each article orders on the other, what the checks found beside the article."""
    found = visible(actor, draft_id)
    if found.service_id != actor.service_id:
        return redirect("protocols:proposal", actor.service_slug, found.pk)
    context = page_of(found, partial_of(found)) | {
        "may_write": may_write(actor, found),
        "last": found.revisions.select_related("user").order_by("-number").first(),
    }
    return render(request, "protocols/draft.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def begin(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Of nothing, of an example, of a signed text, of a file."""
    signed = list(ProtocolVersion.objects.of_service(actor.service_id).order_by("-in_force_from"))
    form = StartForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        shipped=[(name, load_protocol(name).title) for name in shipped()],
        versions=[(str(version.pk), str(version)) for version in signed],
        initial={"of": request.GET.get("de"), "version": request.GET.get("version")}
        if request.GET.get("de")
        else None,
    )
    begun: list[ProtocolDraft] = []
    if request.method == "POST" and attempt(form, lambda: begun.append(_begin(actor, form, signed))):
        messages.success(request, _("The draft is begun. Only your service sees it until you propose it."))
        return redirect("protocols:draft", actor.service_slug, begun[0].pk)
    return render(request, "protocols/draft_begin.html", {"form": form}, status=422 if form.errors else 200)


def _begin(actor: Actor, form: StartForm, signed: list[ProtocolVersion]) -> ProtocolDraft:
    said = form.cleaned_data
    match said["of"]:
        case of if of == SHIPPED:
            return drafts.create_from_shipped(actor=actor, identifier=said["shipped"])
        case of if of == AMEND:
            return drafts.amend(
                actor=actor, version=next(each for each in signed if str(each.pk) == said["version"])
            )
        case of if of == FILE:
            return drafts.create(actor=actor, text=said["text"])
        case _:
            return drafts.create(actor=actor, identifier=said["identifier"])


@require_safe
@service_view(Perm.PROTOCOL_READ)
def export(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """The text as it was saved, byte for byte."""
    found = visible(actor, draft_id)
    answer = HttpResponse(found.text.encode(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(found)}"'
    return answer


def _file_name(draft: ProtocolDraft) -> str:
    """Whatever a text calls itself, a name that every system takes."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in f"{draft.identifier}-{draft.version}")
    return f"{name.strip('-') or 'protocole'}.yaml"


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def propose(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """What was found, and who would be asked to sign; then the asking."""
    found = own(actor, draft_id)
    if found.state != DraftState.DRAFT:
        return redirect("protocols:draft", actor.service_slug, found.pk)
    refused = ""
    if request.method == "POST":
        try:
            revision = int(request.POST.get("revision", ""))
            drafts.propose(actor=actor, draft=found, revision=revision)
            messages.success(request, _("Proposed: the parties now see the text, and it does not change."))
            return redirect("protocols:draft", actor.service_slug, found.pk)
        except ValueError:
            refused = _("The page was incomplete: look at the text again.")
        except Refused as reason:
            refused = str(reason)
            found.refresh_from_db()
    context = page_of(found, partial_of(found))
    context |= {
        "refused": refused,
        # What stops the proposal first.
        "findings": sorted(context["read"].findings, key=lambda found: not found.is_fault),
        "is_said": all(party.service for party in context["parties"]),
    }
    return render(request, "protocols/draft_propose.html", context, status=422 if refused else 200)


@require_POST
@service_view(Perm.PROTOCOL_WRITE)
def take_back(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    found = own(actor, draft_id)
    done = _("Taken back: only your service sees it, and you can write on.")
    _act(request, lambda: drafts.take_back(actor=actor, draft=found), done)
    return redirect("protocols:draft", actor.service_slug, found.pk)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def drop(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Asked once more before."""
    found = own(actor, draft_id)
    if request.method == "GET":
        return render(request, "protocols/draft_drop.html", {"draft": found})
    done = _("The draft is given up. Its text stays readable here and can be downloaded.")
    _act(request, lambda: drafts.drop(actor=actor, draft=found), done)
    return redirect("protocols:list", actor.service_slug)


def _act(request: ServiceRequest, act: Callable[[], object], done: str) -> None:
    try:
        act()
        messages.success(request, done)
    except Refused as refused:
        messages.warning(request, str(refused))
