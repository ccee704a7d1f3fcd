"""A draft's text is changed: whole, from a file, or by a form. Whoever comes second sees what came first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import drafts
from protocols.forms.starting import TextForm, UploadForm
from protocols.merging import difference, merged
from protocols.models import DraftState, ProtocolDraft
from protocols.partial import partial
from protocols.refusals import Stale
from protocols.views.drafts import may_write, own


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def text(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """The whole text, right or wrong."""
    found = own(actor, draft_id)
    if request.method == "GET":
        if not may_write(actor, found):
            return redirect("protocols:draft", actor.service_slug, found.pk)
        form = TextForm(initial={"text": found.text, "revision": found.revision})
        return _text_page(request, found, form)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _text_page(request, found, form, status=422)
    return kept(request, actor, found, form.cleaned_data["text"], form.cleaned_data["revision"])


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def upload(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """A file in place of the text."""
    found = own(actor, draft_id)
    if request.method == "GET":
        form = UploadForm(initial={"revision": found.revision})
    else:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            said = form.cleaned_data
            return kept(request, actor, found, said["text"], said["revision"])
    context = {"draft": found, "form": form}
    return render(request, "protocols/draft_upload.html", context, status=422 if form.errors else 200)


def kept(
    request: ServiceRequest, actor: Actor, draft: ProtocolDraft, text: str, revision: int, *, at: str = ""
) -> HttpResponse:
    """Save and show the draft; where that can't be, the text page with what was typed, and why.

    Args:
        at: where on the draft's page the writer goes on.
    """
    try:
        drafts.save(actor=actor, draft=draft, text=text, revision=revision)
    except Stale as stale:
        return _both(request, draft, text, stale)
    except Refused as refused:
        form = TextForm({"text": text, "revision": revision})
        form.add_error("text", str(refused))
        return _text_page(request, draft, form, status=422)
    messages.success(request, _("Saved."))
    answer = redirect("protocols:draft", actor.service_slug, draft.pk)
    answer["Location"] += at
    return answer


def _both(request: ServiceRequest, draft: ProtocolDraft, mine: str, stale: Stale) -> HttpResponse:
    """The change that came first, and the text in which the second goes on: with both changes where they don't
    touch, else as it was typed."""
    mine = mine.replace("\r\n", "\n")
    theirs = stale.theirs.text
    together = merged(stale.base, mine, theirs) if stale.base else None
    form = TextForm(initial={"text": mine if together is None else together, "revision": stale.theirs.number})
    context = {
        "stale": stale,
        "is_merged": together is not None,
        "their_change": difference(stale.base, theirs),
        "my_change": difference(stale.base, mine),
        "mine": mine,
    }
    return _text_page(request, draft, form, status=409, **context)


def _text_page(
    request: ServiceRequest, draft: ProtocolDraft, form: TextForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    written = form["text"].value() or ""
    too_long = "text" in form.errors
    context = {
        "draft": draft,
        "form": form,
        "read": None if too_long else partial(written.replace("\r\n", "\n")),
        "stale": None,
        "is_frozen": draft.state != DraftState.DRAFT,
        **more,
    }
    return render(request, "protocols/draft_text.html", context, status=status)
