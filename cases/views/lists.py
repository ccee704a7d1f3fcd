"""The list of cases, which is also the search."""

from django.core.paginator import Paginator
from django.db.models import Min, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.models import Case, Measure, MeasureStatus, Person, PersonRole, Task
from cases.models.case import CaseQuerySet
from cases.search import search_cases
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 25


@require_safe
@service_view(Perm.CASE_READ)
def case_list(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Mine or all I may see, open or closed, found by name; last active first."""
    query = request.GET.get("q", "").strip()[:200]
    whose = request.GET.get("qui", "tous" if query else "miens")
    state = request.GET.get("etat", "tous" if query else "ouverts")
    cases = search_cases(actor, query) if query else Case.objects.visible_to(actor)
    if whose == "miens":
        cases = cases.of_team(actor)
    if state != "tous":
        cases = cases.closed() if state == "fermes" else cases.open()
    paginator = Paginator(_with_next_dates(cases).order_by("-active_at", "pk"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    _name_people(list(page.object_list))
    context = {"page": page, "query": query, "whose": whose, "state": state}
    return render(request, "cases/list.html", context)


def _with_next_dates(cases: CaseQuerySet) -> CaseQuerySet:
    """Adds `measure_ends_on`, the measure that ends next, and `task_due_at`, the task due first."""
    ends = Measure.objects.filter(
        Q(ends_on__gte=timezone.localdate()), ~Q(status=MeasureStatus.ENDED), case=OuterRef("pk")
    )
    tasks = Task.objects.filter(case=OuterRef("pk"), done_at=None)
    return cases.annotate(
        measure_ends_on=Subquery(ends.order_by("ends_on").values("ends_on")[:1]),
        task_due_at=Subquery(tasks.values("case").annotate(first=Min("due_at")).values("first")),
    )


def _name_people(cases: list[Case]) -> None:
    """Give each case of the page its two people, in one query."""
    shown = {case.pk: case for case in cases}
    for case in cases:
        case.followed = case.partner = None  # type: ignore[attr-defined] # for the page alone
    roles = (PersonRole.FOLLOWED, PersonRole.PARTNER)
    for person in Person.objects.filter(case__in=shown, role__in=roles).order_by("-id"):
        setattr(shown[person.case_id], person.role, person)
