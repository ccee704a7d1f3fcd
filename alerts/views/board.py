"""The board of a service: what it received, and what is done with many of them at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from alerts import board as listing
from alerts import preferences, triage
from alerts.board_forms import BoardFilterForm, TriageForm
from alerts.models import Alert
from alerts.shown import name_urgencies
from pole.clock import database_now
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm

LAST_SENT = 5
FILTERS = ("urgence", "etat", "de", "pour", "depuis", "jusque")


@require_GET
@service_view(Perm.ALERT_READ)
def board(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Received, new or mine first."""
    return _page(request, actor, request.GET)


@require_GET
@service_view(Perm.ALERT_READ)
def counter(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """The number in the navigation: one cheap query, polled."""
    return render(request, "alerts/_counter.html", {"count": listing.waiting(actor)})


@require_POST
@service_view(Perm.ALERT_HANDLE)
def act(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """One act on all that was ticked, or on none of it."""
    query = QueryDict(request.POST.get("back", ""))
    form = TriageForm(request.POST, colleagues=triage.who_may_handle(actor))
    done: list[str] = []
    if attempt(form, lambda: done.append(_do(actor, request.POST.get("act", ""), form))):
        messages.success(request, done[0])
        return redirect(_address(actor, query))
    return _page(request, actor, query, form)


@require_POST
@service_view(Perm.ALERT_READ)
def save_filter(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Keep the filter of the page under a name, for this person."""
    query = _filter_of(QueryDict(request.POST.get("back", "")))
    if _filter_form(actor, query).is_valid():
        try:
            preferences.save_filter(
                actor=actor, name=request.POST.get("called", "")[:60], query=query.urlencode()
            )
            messages.success(request, _("The filter is kept."))
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect(_address(actor, query))


@require_POST
@service_view(Perm.ALERT_READ)
def drop_filter(request: ServiceRequest, actor: Actor, filter_id: UUID) -> HttpResponse:
    preferences.drop_filter(get_object_or_404(preferences.filters_of(actor), pk=filter_id))
    messages.success(request, _("The filter is removed."))
    return redirect("alerts:received", actor.service_slug)


@require_POST
@service_view(Perm.ALERT_READ)
def signal(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Sound and title flag, on or off."""
    preferences.set_signal(actor=actor, has_sound="sound" in request.POST, has_flag="flag" in request.POST)
    messages.success(request, _("Kept for you."))
    return redirect(_address(actor, QueryDict(request.POST.get("back", ""))))


def _do(actor: Actor, what: str, form: TriageForm) -> str:
    """Do it to all that was ticked; what to say of it."""
    given = form.cleaned_data
    exchanges = listing.ticked(actor, given["ticked"])
    match what:
        case "acknowledge":
            n = triage.acknowledge_many(actor=actor, exchanges=exchanges)
            said = ngettext(
                "%(n)s alert acknowledged. Its sender has been told.",
                "%(n)s alerts acknowledged. Their senders have been told.",
                n,
            )
        case "take":
            n = triage.give(actor=actor, exchanges=exchanges, to=actor.person_id)
            said = ngettext("%(n)s alert is yours.", "%(n)s alerts are yours.", n)
        case "give":
            n = triage.give(actor=actor, exchanges=exchanges, to=given["owner"])
            said = ngettext("%(n)s alert given.", "%(n)s alerts given.", n)
        case "snooze":
            until, because = given["until"], given["because"]
            n = triage.snooze(actor=actor, exchanges=exchanges, until=until, because=because)
            said = ngettext("%(n)s alert put off.", "%(n)s alerts put off.", n)
        case "wake":
            n = triage.wake(actor=actor, exchanges=exchanges)
            said = ngettext("%(n)s alert back on the board.", "%(n)s alerts back on the board.", n)
        case "tie":
            n = triage.tie(actor=actor, exchanges=exchanges)
            said = ngettext(
                "%(n)s alert tied. “Untie” undoes it.", "%(n)s alerts tied together. “Untie” undoes it.", n
            )
        case "untie":
            n = triage.untie(actor=actor, exchanges=exchanges)
            said = ngettext("%(n)s alert untied.", "%(n)s alerts untied.", n)
        case _:
            raise triage.NothingTicked
    return said % {"n": n}


def _page(
    request: ServiceRequest, actor: Actor, query: QueryDict, triage_form: TriageForm | None = None
) -> HttpResponse:
    colleagues = triage.who_may_handle(actor)
    asked = _filter_of(query)
    filter_form = _filter_form(actor, asked, colleagues)
    chosen = filter_form.chosen()
    page = listing.page_of(actor, chosen or listing.Chosen(), _number(query))
    sent = (
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .sent()
        .with_replies()
        .select_related("recipient")
        .order_by("-created_at")[:LAST_SENT]
    )
    name_urgencies([*page.rows, *sent])
    context = {
        "page": page,
        "filter_form": filter_form,
        "is_filtered": bool(asked),
        "saved": preferences.filters_of(actor) if actor.user_id else (),
        "signal": preferences.signal_of(actor),
        "back": _kept(query).urlencode(),
        "form": triage_form or TriageForm(colleagues=colleagues),
        "ticked": set(triage_form.data.getlist("ticked")) if triage_form else set(),  # type: ignore[attr-defined] # a QueryDict
        "sent": sent,
        "now": database_now(),
        "me": actor.user_id,
    }
    refused = triage_form is not None or chosen is None
    return render(request, "alerts/received.html", context, status=422 if refused else 200)


def _filter_form(
    actor: Actor, query: QueryDict, colleagues: list[Membership] | None = None
) -> BoardFilterForm:
    return BoardFilterForm(
        query,
        partners=listing.partners(actor),
        colleagues=triage.who_may_handle(actor) if colleagues is None else colleagues,
    )


def _filter_of(query: QueryDict) -> QueryDict:
    """The filter alone, without what was left empty."""
    return _only(query, FILTERS)


def _kept(query: QueryDict) -> QueryDict:
    return _only(query, (*FILTERS, "page"))


def _only(query: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if value := query.get(name):
            kept[name] = str(value)
    return kept


def _number(query: QueryDict) -> int:
    number = query.get("page", "1")
    return min(int(number), 100_000) if number.isascii() and number.isdigit() else 1


def _address(actor: Actor, query: QueryDict) -> str:
    address, kept = reverse("alerts:received", args=[actor.service_slug]), _kept(query)
    return f"{address}?{kept.urlencode()}" if kept else address
