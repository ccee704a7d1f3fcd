"""The service: how it is reached, who works here. The direction changes both."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from alerts.channels.email import certificates
from cases.forms.inputs import DayInput
from pole.refusals import attempt
from pole.tenancy import members
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm, Role


class MemberForm(forms.Form):
    """A colleague's role, and when it ends."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    ends_on = forms.DateField(
        label=_("First day without access"),
        help_text=_("Today takes effect at once."),
        required=False,
        widget=DayInput(),
    )


class NewMemberForm(MemberForm):
    email = forms.EmailField(label=_("Professional e-mail"))
    name = forms.CharField(label=_("Name"), max_length=120)
    # Today is refused to somebody who begins: the help of a colleague's form would promise it.
    ends_on = forms.DateField(label=_("First day without access"), required=False, widget=DayInput())
    field_order = ("email", "name", "role", "ends_on")


class ContactsForm(forms.Form):
    """Read by every other service."""

    name = forms.CharField(label=_("Name of the service"), max_length=120)
    duty_email = forms.EmailField(
        label=_("Duty e-mail"),
        help_text=_("Where alerts are announced. Nothing about anybody is written there."),
    )
    urgent_phone = forms.CharField(
        label=_("Urgent number"), help_text=_("Called when nobody acknowledges."), max_length=30
    )
    round_the_clock = forms.BooleanField(label=_("Open day and night"), required=False)


@require_safe
@service_view(Perm.MEMBER)
def service(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Everybody may know who their colleagues are; those who left are shown to the direction."""
    people = Membership.objects.filter(service=actor.service).select_related("user").order_by("user__name")
    if not actor.can(Perm.MEMBERS_MANAGE):
        people = people.current()
    context = {
        "members": people,
        "today": timezone.localdate(),
        "certificate": certificates.state_of(actor.service, at=timezone.now()),
    }
    return render(request, "desk/service.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.MEMBERS_MANAGE)
def add_member(request: ServiceRequest, actor: Actor) -> HttpResponse:
    form = NewMemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, lambda: members.add_member(actor=actor, **form.cleaned_data)
    ):
        messages.success(
            request,
            _("Added. The person chooses a password with “Forgotten password” on the sign-in page."),
        )
        return redirect("desk:service", actor.service_slug)
    return _form(request, form, _("Add somebody"))


@require_http_methods(["GET", "POST"])
@service_view(Perm.MEMBERS_MANAGE)
def member(request: ServiceRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    mine = Membership.objects.filter(service=actor.service).select_related("user")
    found = get_object_or_404(mine, pk=membership_id)
    known = {"role": found.role, "ends_on": found.ends_on}
    form = MemberForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and attempt(
        form,
        lambda: members.change_member(actor=actor, membership_id=found.pk, **form.cleaned_data),
    ):
        messages.success(request, _("Saved."))
        # Whoever ended their own place has no page here any more.
        still_here = Membership.objects.current().filter(user=actor.user_id, service=actor.service).exists()
        return redirect("desk:service", actor.service_slug) if still_here else redirect("desk:home")
    return _form(request, form, found.user.name)


@require_http_methods(["GET", "POST"])
@service_view(Perm.MEMBERS_MANAGE)
def contacts(request: ServiceRequest, actor: Actor) -> HttpResponse:
    known = {name: getattr(actor.service, name) for name in ContactsForm.base_fields}
    form = ContactsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and attempt(
        form, lambda: members.change_contacts(actor=actor, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        actor.service.refresh_from_db()
        certificate = certificates.state_of(actor.service, at=timezone.now())
        if certificate and certificate.is_of_another:
            messages.warning(
                request, _("The certificate is of the former address: add that of the new one, under E-mail.")
            )
        return redirect("desk:service", actor.service_slug)
    return _form(request, form, _("How others reach the service"))


def _form(request: ServiceRequest, form: forms.Form, heading: Any) -> HttpResponse:
    context = {"form": form, "page_heading": heading}
    return render(request, "desk/service_form.html", context, status=422 if form.is_bound else 200)
