"""Contacts, tasks, and the words on their way there."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import services
from cases.access import case_for
from cases.forms import ContactForm, TaskForm
from cases.models import Case, Task
from cases.refusals import DraftTooLong
from cases.services.opening import OPENING
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

NOT_TYPED = {"csrfmiddlewaretoken", "idempotency_key"}


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def contact(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "contact", ContactForm)
    if request.method == "POST" and attempt(
        form, lambda: services.log_contact(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The contact is saved."))
    return page(request, actor, case, "contact", form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def task(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "task", TaskForm, actor=actor)
    if request.method == "POST" and attempt(
        form, lambda: services.add_task(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The task is added."))
    return page(request, actor, case, "task", form)


@require_POST
@service_view(Perm.CASE_READ)
def task_done(request: ServiceRequest, actor: Actor, task_id: UUID) -> HttpResponse:
    """Tick a task off, from the case or from the dashboard, and go back there."""
    # In one query: a task of a case one may not see costs what a task that is not there does.
    of_a_visible_case = Q(case=None) | Q(case__in=Case.objects.visible_to(actor))
    task = get_object_or_404(Task.objects.filter(of_a_visible_case), pk=task_id)
    services.complete_task(actor=actor, task=task)
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return redirect(asked)
    return redirect("desk:dashboard", actor.service_slug)


@require_POST
@service_view(Perm.CASE_WRITE)
def draft(request: ServiceRequest, actor: Actor, case_id: UUID, form: str) -> HttpResponse:
    """What was typed so far. 204 when kept; 422 says why not."""
    case = case_for(actor, case_id, shown=False)
    return _keep(request, actor, case, form)


@require_POST
@service_view(Perm.CASE_WRITE)
def opening_draft(request: ServiceRequest, actor: Actor, form: str) -> HttpResponse:
    if form != OPENING:
        raise Http404
    return _keep(request, actor, None, form)


def _keep(request: ServiceRequest, actor: Actor, case: Case | None, form: str) -> HttpResponse:
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}
    try:
        services.save_draft(actor=actor, case=case, form=form[:30], fields=fields)
    except DraftTooLong as refused:
        return JsonResponse({"errors": {"form": str(refused)}}, status=422)
    return HttpResponse(status=204)
