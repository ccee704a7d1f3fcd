"""Parts of a draft changed by forms: heading, articles, rules, matrix, parties. The rest of the text stays as it is."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols import drafts
from protocols.editing import Unwritable, add, put, take
from protocols.forms.parts import ArticleForm, CellForm, HeadingForm, PartForm, PartiesForm, ways_of
from protocols.models import ProtocolDraft
from protocols.partial import mapping_at, partial, written_articles
from protocols.used import Use
from protocols.views.drafts import may_write, own
from protocols.views.writing import kept

Change = Callable[[str], str]


def writable(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """A draft that is written now.

    Raises:
        Http404: not the service's, or not in work any more.
    """
    found = own(actor, draft_id)
    if not may_write(actor, found):
        raise Http404
    return found


def text_of(draft: ProtocolDraft, request: ServiceRequest) -> str:
    """The text that the form was made of: what stands now, or the save that its writer started from."""
    said = request.POST.get("revision", "")
    if request.method == "POST" and said.isascii() and said.isdecimal() and int(said) != draft.revision:
        kept_then = draft.revisions.filter(number=min(int(said), 2**31 - 1)).first()
        return kept_then.text if kept_then else draft.text
    return draft.text


def changed(
    request: ServiceRequest, actor: Actor, draft: ProtocolDraft, form: PartForm, change: Change, *, at: str
) -> HttpResponse | None:
    """Make the change in the text that the form was made of and save it; None, with the form's error, where the
    text is written in a way that forms can't change."""
    try:
        text = change(text_of(draft, request))
    except Unwritable:
        form.add_error(
            None, _("This part is written in a way that forms can't change: do it in the whole text.")
        )
        return None
    return kept(request, actor, draft, text, form.cleaned_data["revision"], at=at)


def removed(
    request: ServiceRequest,
    actor: Actor,
    draft: ProtocolDraft,
    form: PartForm,
    change: Change,
    *,
    used: Sequence[Use],
    at: str,
) -> HttpResponse | None:
    """Take out a part that nothing uses, whatever else was typed about it; None, with the form's error, where it is
    used."""
    form.is_valid()
    if used:
        form.add_error(None, _("This is still used: take it out of the places below first."))
        return None
    return changed(request, actor, draft, form, change, at=at) if "revision" in form.cleaned_data else None


def without(text: str, *path: str) -> str:
    """The text without a named part; its mapping stays, empty when that was the last.

    Raises:
        Unwritable
    """
    holder = mapping_at(partial(text).root, *path[:-1])
    return put(text, path[:-1], {}) if len(holder) == 1 else take(text, path)


def unread(request: ServiceRequest, actor: Actor, draft: ProtocolDraft) -> HttpResponse:
    """What forms stand on can't be read: back to where it is named."""
    messages.warning(request, _("Something that this stands on is wrong in the text: mend it first."))
    return redirect("protocols:draft", actor.service_slug, draft.pk)


def shown(request: ServiceRequest, page: str, draft: ProtocolDraft, form: Form, **more: Any) -> HttpResponse:
    context = {"draft": draft, "form": form, **more}
    return render(request, f"protocols/{page}.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def heading(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Title, short name, version, days in force."""
    draft = writable(actor, draft_id)
    if request.method == "GET":
        root = partial(draft.text).root
        top = root.plain() if root else {}
        days = top.get("in_force") if isinstance(top, dict) else None
        days = days if isinstance(days, dict) else {}
        said = (
            {key: top.get(key) for key in ("title", "protocol", "version")} if isinstance(top, dict) else {}
        )
        initial = said | {"first": days.get("from"), "last": days.get("until"), "revision": draft.revision}
        return shown(request, "draft_heading", draft, HeadingForm(initial=initial))
    form = HeadingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data

        def change(text: str) -> str:
            for key in ("title", "protocol", "version"):
                text = put(text, (key,), said[key])
            return put(text, ("in_force",), {"from": said["first"], "until": said["last"]})

        if answer := changed(request, actor, draft, form, change, at=""):
            return answer
    return shown(request, "draft_heading", draft, form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def article(request: ServiceRequest, actor: Actor, draft_id: UUID, place: int) -> HttpResponse:
    """The text of an article; or the article is taken out."""
    draft = writable(actor, draft_id)
    listed = written_articles(partial(text_of(draft, request)).root)
    if place >= len(listed):
        raise Http404
    written = listed[place]
    plain = written.node.plain() if isinstance(written.node.value, dict) else {}
    options: dict[str, Any] = {
        "taken": [each.number for each in listed if each is not written],
        "may_order_nothing": not plain.keys() - {"number", "text", "orders"},
    }
    if request.method == "GET":
        initial = {"number": written.number, "text": written.text, "orders_nothing": "orders" in plain}
        form = ArticleForm(initial=initial | {"revision": draft.revision}, **options)
        return shown(request, "draft_article", draft, form, place=place, is_only=len(listed) == 1)
    form = ArticleForm(request.POST, **options)
    path = ("articles", place)
    if form.is_valid():

        def change(text: str) -> str:
            if "remove" in request.POST:
                return take(text, path)
            said = {key: form.cleaned_data[key] for key in ("number", "text")}
            rest = {key: value for key, value in plain.items() if key not in {"number", "text", "orders"}}
            if form.cleaned_data.get("orders_nothing"):
                rest["orders"] = "nothing"
            return put(text, path, said | rest)

        at = "#articles" if "remove" in request.POST else f"#a{place}"
        if answer := changed(request, actor, draft, form, change, at=at):
            return answer
    return shown(request, "draft_article", draft, form, place=place, is_only=len(listed) == 1)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def new_article(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """One more article, the last or before the one that `avant` names."""
    draft = writable(actor, draft_id)
    listed = written_articles(partial(text_of(draft, request)).root)
    before = request.GET.get("avant", "")
    place = min(int(before), len(listed)) if before.isascii() and before.isdecimal() else len(listed)
    options: dict[str, Any] = {"taken": [each.number for each in listed], "may_order_nothing": True}
    if request.method == "GET":
        form = ArticleForm(initial={"revision": draft.revision}, **options)
        return shown(request, "draft_article", draft, form, place=None, is_only=True)
    form = ArticleForm(request.POST, **options)
    if form.is_valid():
        said = {key: form.cleaned_data[key] for key in ("number", "text")}
        if form.cleaned_data["orders_nothing"]:
            said["orders"] = "nothing"

        def change(text: str) -> str:
            return add(text, ("articles",), said, at=place) if listed else put(text, ("articles",), [said])

        if answer := changed(request, actor, draft, form, change, at=f"#a{place}"):
            return answer
    return shown(request, "draft_article", draft, form, place=None, is_only=True)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def matrix(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """What may cross from one party to another: `de` and `vers` name them."""
    draft = writable(actor, draft_id)
    protocol = partial(text_of(draft, request)).protocol
    if protocol is None:
        return unread(request, actor, draft)
    pair = request.GET.get("de", ""), request.GET.get("vers", "")
    if pair[0] == pair[1] or not {*pair} <= protocol.parties.keys():
        messages.warning(request, _("Choose two different parties."))
        return redirect("protocols:draft", actor.service_slug, draft.pk)
    more = {"sender": protocol.parties[pair[0]], "recipient": protocol.parties[pair[1]]}
    flow = protocol.matrix.get(pair)
    if request.method == "GET":
        identity = flow.identity if flow else True
        initial = {"revision": draft.revision, "identity": identity, **ways_of(protocol, flow)}
        form = CellForm(initial=initial, protocol=protocol)
        return shown(request, "draft_matrix", draft, form, **more)
    form = CellForm(request.POST, protocol=protocol)
    if form.is_valid():
        path = ("matrix", "flows", " -> ".join(pair))

        def change(text: str) -> str:
            cell = form.cell(mapping_at(partial(text).root, *path))
            return put(text, path, cell) if cell else without(text, *path)

        if not flow and not form.cell():
            return redirect("protocols:draft", actor.service_slug, draft.pk)
        if answer := changed(request, actor, draft, form, change, at="#matrix"):
            return answer
    return shown(request, "draft_matrix", draft, form, **more)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def parties(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """Which service would be which party."""
    draft = writable(actor, draft_id)
    protocol, said = partial(draft.text).protocol, drafts.parties_of(draft)
    labels = {code: party.label for code, party in protocol.parties.items()} if protocol else {}
    labels = labels or dict.fromkeys(said, "")
    services = list(Service.objects.order_by("name"))
    if request.method == "GET":
        initial = {code: service.slug for code, service in said.items()}
        form = PartiesForm(initial=initial, labels=labels, services=services)
        return shown(request, "draft_parties", draft, form)
    form = PartiesForm(request.POST, labels=labels, services=services)
    if attempt(form, lambda: drafts.set_parties(actor=actor, draft=draft, parties=form.parties())):
        messages.success(request, _("Saved."))
        answer = redirect("protocols:draft", actor.service_slug, draft.pk)
        answer["Location"] += "#parties"
        return answer
    return shown(request, "draft_parties", draft, form)
