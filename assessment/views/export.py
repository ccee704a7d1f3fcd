"""A finalised reading taken out of Pôle: on paper for the file, as data for whoever recomputes it.

What leaves the wall this way is asked for with the password once more, and written in the journal.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessment.exporting import exported
from assessment.models import Reading
from assessment.paper import printed
from pole.accounts.again import confirm_first, confirmed_lately
from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_GET
@service_view(Perm.CASE_READ)
def paper(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    def pdf(reading: Reading) -> HttpResponse:
        made = printed(reading, by=User.objects.get(pk=actor.person_id).name, at=database_now())
        return HttpResponse(made, content_type="application/pdf")

    return _taken_out(request, actor, reading_id, "pdf", pdf)


@require_GET
@service_view(Perm.CASE_READ)
def data(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    def document(reading: Reading) -> HttpResponse:
        return JsonResponse(exported(reading), json_dumps_params={"ensure_ascii": False, "indent": 2})

    return _taken_out(request, actor, reading_id, "json", document)


def _taken_out(
    request: ServiceRequest,
    actor: Actor,
    reading_id: UUID,
    form: str,
    made_of: Callable[[Reading], HttpResponse],
) -> HttpResponse:
    """What is made of the reading, under a file name that says nothing of anybody; or the password first.

    Raises:
        Http404: no such finalised reading for this actor.
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
    if not confirmed_lately(request):
        its_page = reverse("alerts:reading", args=[actor.service_slug, reading.pk])
        return confirm_first(then=f"{its_page}#export-title")
    record(actor=actor, tag=Tag.READING_EXPORTED, subject_id=reading.pk, case=str(reading.case_id), form=form)
    response, day = made_of(reading), f"{reading.finalised_at:%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="lecture-{day}-{str(reading.pk)[:8]}.{form}"'
    return response
