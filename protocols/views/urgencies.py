"""Urgencies of a draft by a form: their delays, and who is told when nobody acknowledges."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.editing import move, put
from protocols.forms.urgencies import FIRST, UrgencyForm
from protocols.partial import mapping_at, partial
from protocols.used import uses
from protocols.views.parts import changed, removed, shown, text_of, unread, without, writable


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def urgency(request: ServiceRequest, actor: Actor, draft_id: UUID, code: str = "") -> HttpResponse:
    """An urgency changed, taken out, or, without code, a new one."""
    draft = writable(actor, draft_id)
    if (root := partial(text_of(draft, request)).root) is None:
        return unread(request, actor, draft)
    listed = mapping_at(root, "urgencies")
    if code and code not in listed:
        raise Http404
    codes = [*listed]
    before = codes.index(code) if code else len(codes)
    options: dict[str, Any] = {
        "written": mapping_at(root, "urgencies", code) if code else {},
        "others": {
            each: str(said.get("label", each)) if isinstance(said, dict) else each
            for each, said in listed.items()
            if each != code
        },
        "code": code,
        "after": codes[before - 1] if before else FIRST,
    }
    used = uses(root, "urgencies", code) if code else []
    more = {"code": code, "used": used}
    if request.method == "GET":
        form = UrgencyForm(initial={"revision": draft.revision}, **options)
        return shown(request, "draft_urgency", draft, form, **more)
    form = UrgencyForm(request.POST, **options)
    answer = None
    if "remove" in request.POST and code:
        answer = removed(
            request,
            actor,
            draft,
            form,
            lambda text: without(text, "urgencies", code),
            used=used,
            at="#delays",
        )
    elif form.is_valid():
        name, after, was = code or form.cleaned_data["code"], form.cleaned_data["after"], options["after"]

        def change(text: str) -> str:
            text = _put(text, name, form.urgency(), options["written"].get("ladder"))
            return (
                text
                if after == was
                else move(text, ("urgencies", name), after=None if after == FIRST else after)
            )

        answer = changed(request, actor, draft, form, change, at="#delays")
    return answer or shown(request, "draft_urgency", draft, form, **more)


def _put(text: str, code: str, said: dict[str, Any], was: Any) -> str:
    """Where a ladder keeps its length, rung by rung: comments beside them stay."""
    ladder = said.get("ladder", [])
    if isinstance(was, list) and ladder and len(ladder) == len(was):
        for n, rung in enumerate(ladder):
            text = put(text, ("urgencies", code, "ladder", n), rung)
    return put(text, ("urgencies", code), said)
