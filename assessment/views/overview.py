"""Readings seen from further off: the course of one case, and which cases are due."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessment.comparing import compare
from assessment.course import course_of
from assessment.models import Reading
from assessment.stored import grid_of
from cases.access import case_for
from cases.listing import name_people
from cases.models import Case, ExternalRating, PersonRole
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 25


@require_GET
@service_view(Perm.CASE_READ)
def course(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Levels, dynamics and markers from the first finalised reading to the last; any two side by side."""
    case = case_for(actor, case_id)
    readings = list(
        Reading.objects.visible_to(actor)
        .filter(case=case)
        .finalised()
        .select_related("author")
        .order_by("finalised_at")
    )
    by_id = {str(reading.pk): reading for reading in readings}
    one, other = (by_id.get(request.GET.get(name, "")) for name in ("de", "a"))
    comparison = compare(one, other) if one and other and one != other else None
    ratings = list(
        ExternalRating.objects.filter(case=case).select_related("recorded_by", "withdrawn_by").latest_first()
    )
    drawn = course_of(readings, [rating for rating in ratings if not rating.withdrawn_at])
    signs = {mark.rating.pk: mark.sign for mark in drawn.marks}
    context = {
        "case": case,
        "followed": case.people.filter(role=PersonRole.FOLLOWED).first(),
        "course": drawn,
        "one": one or (readings[-2] if len(readings) > 1 else None),
        "other": other or (readings[-1] if readings else None),
        "ratings": [(rating, signs.get(rating.pk, "")) for rating in ratings],
        "may_write": case.is_open and actor.can(Perm.CASE_WRITE),
        "comparison": comparison,
        "asked_in_vain": comparison is None and not request.GET.keys().isdisjoint({"de", "a"}),
        "grid": grid_of(readings[-1]) if readings else None,
    }
    return render(request, "assessment/course.html", context)


@require_GET
@service_view(Perm.READING_WRITE)
def reviews(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Cases by the day on which they are read again, the latest on top; mine, or all I may see."""
    whose = request.GET.get("qui", "miens")
    cases = Case.objects.visible_to(actor) if whose == "tous" else Case.objects.of_team(actor)
    last = Reading.objects.filter(case=OuterRef("pk")).finalised().latest_first()
    due = (
        cases.open()
        .exclude(review_due_at=None)
        .annotate(read_at=Subquery(last.values("finalised_at")[:1]))
        .order_by("review_due_at", "pk")
    )
    page = Paginator(due, PER_PAGE).get_page(request.GET.get("page"))
    name_people(page.object_list)
    late = due.filter(review_due_at__lte=timezone.now()).count()
    return render(request, "assessment/reviews.html", {"page": page, "whose": whose, "late": late})
