"""The duty rota of the service: looked at by everybody, changed by coordination and direction."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.duty_forms import PlanForm, ReplaceForm
from desk.fortnight import fortnight_of
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy import duty_planning
from pole.tenancy.actor import Actor
from pole.tenancy.duty import on_duty
from pole.tenancy.duty_refusals import ChangedMeanwhile, DutyRefused
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import DutyTurn
from pole.tenancy.permissions import Perm

FIRST_YEAR, LAST_YEAR = 2000, 2200


@require_safe
@service_view(Perm.MEMBER)
def rota(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Two weeks, and who is on duty now."""
    context = {
        "fortnight": fortnight_of(actor.service, _day_in(request) or timezone.localdate()),
        "on_duty": on_duty(actor.service, database_now()),
        "removed": _just_removed(request, actor),
    }
    return render(request, "desk/duty.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.DUTY_MANAGE)
def plan(request: ServiceRequest, actor: Actor) -> HttpResponse:
    known = {"starts_on": _day_in(request)}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=known, service=actor.service)
    planned: list[DutyTurn] = []
    if form.is_bound and attempt(
        form, lambda: planned.extend(duty_planning.plan(actor=actor, **form.cleaned_data))
    ):
        said = ngettext("%(n)s turn is planned.", "%(n)s turns are planned.", len(planned))
        messages.success(request, said % {"n": len(planned)})
        return redirect(_address(actor, timezone.localdate(planned[0].starts_at)))
    context = {"form": form, "page_heading": _("Put somebody on duty")}
    return render(request, "desk/duty_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@service_view(Perm.DUTY_MANAGE)
def turn(request: ServiceRequest, actor: Actor, turn_id: UUID) -> HttpResponse:
    """One turn: have a part of it, or all, taken by somebody else; or remove it."""
    found = _turn(actor, turn_id)
    address = _address(actor, timezone.localdate(found.starts_at))
    if found.until <= found.starts_at:
        return _refused(request, ChangedMeanwhile(), address)
    begins, ends = timezone.localtime(found.starts_at), timezone.localtime(found.until)
    now = timezone.localtime(database_now())
    since = begins if begins.date() >= now.date() else now.replace(second=0, microsecond=0)
    known = {"starts_on": since.date(), "starts": since.time(), "ends_on": ends.date(), "ends": ends.time()}
    form = ReplaceForm(
        request.POST if request.method == "POST" else None, initial=known, service=actor.service
    )
    if form.is_bound and form.is_valid():
        try:
            duty_planning.replace(actor=actor, turn_id=found.pk, **form.cleaned_data)
        except ChangedMeanwhile as changed:
            return _refused(request, changed, address)
        except DutyRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The replacement is planned."))
            return redirect(address)
    context: dict[str, Any] = {
        "turn": found,
        "form": form,
        "replacements": found.replacements.between(begins, ends).select_related("user"),
        "is_over": ends <= now,
        "is_running": begins <= now < ends,
        "back": address,
    }
    return render(request, "desk/duty_turn.html", context, status=422 if form.errors else 200)


@require_POST
@service_view(Perm.DUTY_MANAGE)
def remove(request: ServiceRequest, actor: Actor, turn_id: UUID) -> HttpResponse:
    found = _turn(actor, turn_id)
    address = _address(actor, timezone.localdate(found.starts_at))
    try:
        duty_planning.remove(actor=actor, turn_id=found.pk)
    except DutyRefused as refused:
        return _refused(request, refused, address)
    return redirect(f"{address}&retire={found.pk}")


@require_POST
@service_view(Perm.DUTY_MANAGE)
def restore(request: ServiceRequest, actor: Actor, turn_id: UUID) -> HttpResponse:
    """Undo a removal."""
    found = _turn(actor, turn_id)
    address = _address(actor, timezone.localdate(found.starts_at))
    try:
        duty_planning.restore(actor=actor, turn_id=found.pk)
    except DutyRefused as refused:
        return _refused(request, refused, address)
    messages.success(request, _("The turn is back."))
    return redirect(address)


def _turn(actor: Actor, turn_id: UUID) -> DutyTurn:
    """A turn of the service, removed or not: whether it still stands as it was seen, the service asks under lock."""
    turns = DutyTurn.objects.filter(service=actor.service).select_related("user", "replaces__user")
    return get_object_or_404(turns, pk=turn_id)


def _refused(request: ServiceRequest, refused: DutyRefused, address: str) -> HttpResponse:
    """The rota as it is, and why nothing was done."""
    messages.error(request, str(refused))
    return redirect(address)


def _address(actor: Actor, day: date) -> str:
    return f"{reverse('desk:duty', args=[actor.service_slug])}?jour={day.isoformat()}"


def _day_in(request: ServiceRequest) -> date | None:
    """The day in the address, if a reasonable one stands there."""
    try:
        day = parse_date(request.GET.get("jour", ""))
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _just_removed(request: ServiceRequest, actor: Actor) -> DutyTurn | None:
    """The turn whose removal can be undone from here."""
    try:
        turn_id = UUID(request.GET.get("retire", ""))
    except ValueError:
        return None
    if not actor.can(Perm.DUTY_MANAGE):
        return None
    removed = DutyTurn.objects.filter(service=actor.service, removed_at__isnull=False)
    return removed.select_related("user").filter(pk=turn_id).first()
