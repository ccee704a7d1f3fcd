"""Hours of a draft by forms: the working hours that its articles speak of, and when each party is there."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.editing import put
from protocols.forms.hours import NO_HOLIDAYS, PartyForm, WorkingHoursForm, hours_of
from protocols.partial import mapping_at, partial
from protocols.views.parts import changed, shown, text_of, unread, writable


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def working_hours(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """The week in which working delays run, and whose legal holidays close it."""
    draft = writable(actor, draft_id)
    if (root := partial(text_of(draft, request)).root) is None:
        return unread(request, actor, draft)
    written = mapping_at(root, "working_hours")
    week, holidays = mapping_at(root, "working_hours", "week"), str(written.get("holidays") or "")
    if request.method == "GET":
        form = WorkingHoursForm(week=week, holidays=holidays, initial={"revision": draft.revision})
        return shown(request, "draft_hours", draft, form)
    form = WorkingHoursForm(request.POST, week=week, holidays=holidays)
    if form.is_valid():
        said = {key: value for key, value in written.items() if key != "holidays"} | {"week": form.week()}
        if (country := form.cleaned_data["holidays"]) != NO_HOLIDAYS:
            said["holidays"] = country
        answer = changed(
            request, actor, draft, form, lambda text: put(text, ("working_hours",), said), at="#hours"
        )
        if answer:
            return answer
    return shown(request, "draft_hours", draft, form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def party(request: ServiceRequest, actor: Actor, draft_id: UUID, code: str) -> HttpResponse:
    """What a party is called, when it is there, and what is said before something is sent to it."""
    draft = writable(actor, draft_id)
    if (root := partial(text_of(draft, request)).root) is None:
        return unread(request, actor, draft)
    if code not in mapping_at(root, "parties"):
        raise Http404
    written = mapping_at(root, "parties", code)
    week = mapping_at(root, "parties", code, "hours")
    options = {"warnings": mapping_at(root, "warnings"), "week": week}
    if request.method == "GET":
        said = {"label": written.get("label"), "warning": written.get("warning"), "hours": hours_of(written)}
        form = PartyForm(initial=said | {"revision": draft.revision}, **options)
        return shown(request, "draft_party", draft, form, code=code)
    form = PartyForm(request.POST, **options)
    if form.is_valid():
        path, said = ("parties", code), form.party(written)
        answer = changed(request, actor, draft, form, lambda text: put(text, path, said), at="#parties")
        if answer:
            return answer
    return shown(request, "draft_party", draft, form, code=code)
