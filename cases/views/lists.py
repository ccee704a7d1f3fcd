"""The list of cases, which is also the search."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.listing import name_people, with_next_dates
from cases.models import Case
from cases.search import search_cases
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 25


@require_safe
@service_view(Perm.CASE_READ)
def case_list(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Mine or all I may see, open or closed, found by name; last active first."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]  # PostgreSQL takes no NUL
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
    context = {"page": page, "query": query, "whose": whose, "state": state}
    return render(request, "cases/list.html", context)
