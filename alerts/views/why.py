"""Why something left and something else did not, paragraph by paragraph, as it was decided then."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alerts.askings import askings_of
from alerts.models import Alert
from alerts.shown import name_urgencies
from assessment.models import Reading
from assessment.stored import grid_of
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_safe
@service_view(Perm.CASE_READ)
def why(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """Every paragraph that was put to a finalised reading, those that ordered nothing too."""
    reading = (
        Reading.objects.visible_to(actor)
        .finalised()
        .filter(service=actor.service, pk=reading_id)
        .select_related("case")
        .first()
    )
    if reading is None:
        raise Http404
    alerts = list(
        Alert.objects.visible_to(actor)
        .filter(reading=reading, service=actor.service)
        .with_replies()
        .select_related("recipient")
    )
    name_urgencies(alerts)
    name_people([reading.case])
    record(actor=actor, tag=Tag.CASE_READ, subject_id=reading.case_id, reading=str(reading.pk))
    context = {
        "reading": reading,
        "askings": askings_of(actor, reading, alerts),
        "levels": grid_of(reading).levels,
    }
    return render(request, "alerts/why.html", context)
