"""The list of cases, which is also the search."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases.listing import name_people, with_next_dates
from cases.models import Case
from cases.search import LONGEST, sealed_words, search_cases, words_in
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 25
CHOICES = {"qui": ("miens", "tous"), "etat": ("ouverts", "fermes", "tous")}


@require_safe
@service_view(Perm.CASE_READ)
def case_list(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Mine or all I may see, open or closed, found by name; last active first."""
    query = words_in(actor, request.GET.get("mots", ""))
    whose = request.GET.get("qui", "tous" if query else "miens")
    state = request.GET.get("etat", "tous" if query else "ouverts")
    cases = search_cases(actor, query) if query else Case.objects.visible_to(actor)
    if whose == "miens":
        cases = cases.of_team(actor)
    if state != "tous":
        cases = cases.closed() if state == "fermes" else cases.open()
    paginator = Paginator(with_next_dates(cases).order_by("-active_at", "pk"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    name_people(page.object_list)
    context = {"page": page, "query": query, "whose": whose, "state": state, "longest": LONGEST}
    return render(request, "cases/list.html", context)


@require_POST
@service_view(Perm.CASE_READ)
def search(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """From what was typed to the list's address, in which no name can be read."""
    asked = {name: request.POST[name] for name, known in CHOICES.items() if request.POST.get(name) in known}
    if query := request.POST.get("q", "").strip():
        asked["mots"] = sealed_words(actor, query)
    address = reverse("cases:list", args=[actor.service_slug])
    return redirect(f"{address}?{urlencode(asked)}" if asked else address)
