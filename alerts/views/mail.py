"""The service's mail: where alerts are announced, which certificate seals it. The direction changes it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.channels.email import certificates
from alerts.channels.email.became import latest_notices
from alerts.channels.email.smime import MOST_BYTES
from alerts.models import MailCertificate
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


class CertificateForm(forms.Form):
    """A file, bounded before it is read."""

    file = forms.FileField(
        label=gettext_lazy("Certificate"),
        help_text=gettext_lazy(
            "A file in PEM (.pem, .crt) or DER (.cer), with an RSA key, for the duty address. No private key."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file of the certificate."),
            "empty": gettext_lazy("This file is empty. Choose the file of the certificate."),
        },
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too big to be a certificate (64 KB at most)."))
        data: bytes = file.read()
        return data


@require_GET
@service_view(Perm.MEMBER)
def mail(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Everybody may know in what state it is: whoever is told that it ends finds it here."""
    return _page(request, actor, CertificateForm())


@require_POST
@service_view(Perm.MEMBERS_MANAGE)
def take_certificate(request: ServiceRequest, actor: Actor) -> HttpResponse:
    form = CertificateForm(request.POST, request.FILES)
    if attempt(
        form,
        lambda: certificates.take_certificate(actor=actor, data=form.cleaned_data["file"], at=database_now()),
    ):
        messages.success(request, _("The duty e-mail leaves encrypted from now on."))
        return redirect("mail:state", actor.service_slug)
    return _page(request, actor, form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.MEMBERS_MANAGE)
def remove_certificate(request: ServiceRequest, actor: Actor, certificate_id: UUID) -> HttpResponse:
    """Asked once more before: mail leaves unsealed from then on."""
    mine = MailCertificate.objects.current().filter(service=actor.service)
    found = get_object_or_404(mine, pk=certificate_id)
    if request.method == "GET":
        context = {
            "heading": _("Remove the certificate?"),
            "text": _(
                "E-mail to %(address)s leaves unencrypted from then on. It names nobody, and alerts are announced "
                "as before. To replace a certificate, add the new one: this one is then put aside by itself."
            )
            % {"address": found.email},
            "act": _("Remove the certificate"),
            "back": reverse("mail:state", args=[actor.service_slug]),
        }
        return render(request, "alerts/ask_again.html", context)
    certificates.remove_certificate(actor=actor, certificate_id=found.pk, at=database_now())
    messages.success(
        request, _("The certificate is removed: the duty e-mail leaves unencrypted from now on.")
    )
    return redirect("mail:state", actor.service_slug)


def _page(request: ServiceRequest, actor: Actor, form: CertificateForm) -> HttpResponse:
    notices = latest_notices(actor.service)
    context: dict[str, Any] = {
        "notices": notices,
        # The latest that was settled one way or the other says how the address does now.
        "is_refused": next((each.failed for each in notices if each.reply), False),
        "form": form,
        "certificate": certificates.state_of(actor.service, at=database_now()),
    }
    return render(request, "alerts/mail.html", context, status=422 if form.errors else 200)
