"""Data categories and legal bases of a draft by forms."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pole import legal
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from pole.yamlfile import FileError, Node
from protocols.editing import put, take
from protocols.forms.terms import BasisForm, CategoryForm
from protocols.law_shown import all_laws
from protocols.partial import mapping_at, partial, written_articles
from protocols.terms import AGREEMENT, REFERENT
from protocols.used import uses
from protocols.views.parts import changed, removed, shown, text_of, unread, without, writable


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def category(request: ServiceRequest, actor: Actor, draft_id: UUID, code: str = "") -> HttpResponse:
    """What may cross: a category changed, taken out, or, without code, a new one."""
    draft = writable(actor, draft_id)
    if (root := partial(text_of(draft, request)).root) is None:
        return unread(request, actor, draft)
    listed, never = mapping_at(root, "categories"), _never(root)
    if code and code not in listed:
        raise Http404
    taken = None if code else listed.keys()
    crossing = [use for use in uses(root, "categories", code) if not use.path.startswith("never[")]
    more = {"code": code, "used": crossing}
    if request.method == "GET":
        said = {"revision": draft.revision, "label": listed.get(code), "never": code in never}
        return shown(request, "draft_category", draft, CategoryForm(initial=said, taken=taken), **more)
    form = CategoryForm(request.POST, taken=taken)
    answer = None
    if "remove" in request.POST and code:

        def gone(text: str) -> str:
            return without(_crossing(text, code, never, is_never=False), "categories", code)

        answer = removed(request, actor, draft, form, gone, used=crossing, at="#categories")
    elif form.is_valid():
        name, is_never = code or form.cleaned_data["code"], form.cleaned_data["never"]
        if is_never and crossing:
            form.add_error("never", _("It crosses in the places below: take it out of them first."))
        else:

            def change(text: str) -> str:
                text = put(text, ("categories", name), form.words())
                return _crossing(text, name, never, is_never=is_never)

            answer = changed(request, actor, draft, form, change, at="#categories")
    return answer or shown(request, "draft_category", draft, form, **more)


def _crossing(text: str, code: str, never: list[str], *, is_never: bool) -> str:
    """The text with, or without, this code among what never crosses."""
    if is_never == (code in never):
        return text
    codes = [*never, code] if is_never else [each for each in never if each != code]
    return put(text, ("never",), codes) if codes else take(text, ("never",))


def _never(root: Node) -> list[str]:
    said = root.at(("never",))
    plain = said.plain() if said.path else []
    return plain if isinstance(plain, list) else []


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def basis(request: ServiceRequest, actor: Actor, draft_id: UUID, code: str = "") -> HttpResponse:
    """A legal basis changed, taken out, or, without code, a new one."""
    draft = writable(actor, draft_id)
    if (root := partial(text_of(draft, request)).root) is None:
        return unread(request, actor, draft)
    listed = mapping_at(root, "bases")
    if code and code not in listed:
        raise Http404
    try:
        day = root.at(("in_force", "from")).day()
    except FileError:
        day = timezone.localdate()
    options: dict[str, Any] = {
        "written": mapping_at(root, "bases", code) if code else {},
        "taken": None if code else listed.keys(),
        "articles": [each.number for each in written_articles(root) if each.number],
        "day": day,
    }
    more: dict[str, Any] = {
        "code": code,
        "used": uses(root, "bases", code) if code else [],
        "stays": code in (AGREEMENT, REFERENT),
        "laws": all_laws(),
        "change_over": legal.change_over(),
    }
    if request.method == "GET":
        form = BasisForm(initial={"revision": draft.revision}, **options)
        return shown(request, "draft_basis", draft, form, **more)
    form = BasisForm(request.POST, **options)
    answer = None
    if "remove" in request.POST and code and not more["stays"]:
        answer = removed(
            request,
            actor,
            draft,
            form,
            lambda text: without(text, "bases", code),
            used=more["used"],
            at="#bases",
        )
    elif form.is_valid():
        path, said = ("bases", code or form.cleaned_data["code"]), form.basis()
        answer = changed(request, actor, draft, form, lambda text: put(text, path, said), at="#bases")
    return answer or shown(request, "draft_basis", draft, form, **more)
