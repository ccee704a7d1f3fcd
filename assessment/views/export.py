"""A finalised reading taken out of Pôle: on paper for the file, as data for whoever recomputes it.

What leaves the wall this way is asked for with the password once more, and written in the journal.
"""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from assessment.exporting import exported
from assessment.models import Reading
from assessment.paper import printed
from pole.accounts.again import require_confirmation
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_GET
@service_view(Perm.CASE_READ)
def paper(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    reading = _finalised(request, actor, reading_id, "pdf")
    return _attached(HttpResponse(printed(reading), content_type="application/pdf"), reading, "pdf")


@require_GET
@service_view(Perm.CASE_READ)
def data(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    reading = _finalised(request, actor, reading_id, "json")
    options = {"ensure_ascii": False, "indent": 2}
    return _attached(JsonResponse(exported(reading), json_dumps_params=options), reading, "json")


def _finalised(request: ServiceRequest, actor: Actor, reading_id: UUID, form: str) -> Reading:
    """Raises:
    Http404: no such finalised reading for this actor.
    ReauthenticationRequired: see `require_confirmation`.
    """
    reading = (
        Reading.objects.visible_to(actor)
        .finalised()
        .filter(service=actor.service, pk=reading_id)
        .select_related("service", "case", "author", "second_by", "previous")
        .first()
    )
    if reading is None:
        raise Http404
    require_confirmation(request)
    record(actor=actor, tag=Tag.READING_EXPORTED, subject_id=reading.pk, case=str(reading.case_id), form=form)
    return reading


def _attached(response: HttpResponse, reading: Reading, ending: str) -> HttpResponse:
    """Under a name that says nothing of anybody."""
    day = f"{reading.finalised_at:%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="lecture-{day}-{str(reading.pk)[:8]}.{ending}"'
    return response
