"""The register of exchanges: looked through, and taken out of Pôle with the password once more."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.forms.inputs import DayInput
from desk.register import (
    RECEIVED,
    SENT,
    Wanted,
    as_csv,
    exchanges_of,
    known_bases,
    lines_of,
    partners,
)
from pole import legal
from pole.accounts.again import confirm_first, confirmed_lately
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.models import Exchange, ExchangeKind

PER_PAGE = 50


class RegisterFilter(forms.Form):
    """Which exchanges."""

    depuis = forms.DateField(label=_("Since"), required=False, widget=DayInput())
    jusque = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    avec = forms.ChoiceField(label=_("Partner"), required=False)
    sens = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("Both ways")), (SENT, _("Sent by us")), (RECEIVED, _("Received by us"))],
    )
    nature = forms.ChoiceField(label=_("Kind"), required=False)
    article = forms.CharField(label=_("Article"), required=False, max_length=20)
    categorie = forms.ChoiceField(label=_("Category"), required=False)
    base = forms.ChoiceField(label=_("Legal basis"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        anything = ("", _("Anything"))
        fields["avec"].choices = [
            ("", _("Anybody")),
            *((str(each.pk), each.name) for each in partners(actor.service)),
        ]
        fields["nature"].choices = [anything, *ExchangeKind.choices]
        fields["categorie"].choices = [
            anything,
            *((each.code, f"{each.code} {each.label}") for each in legal.categories()),
        ]
        fields["base"].choices = [anything, *known_bases(actor.service).items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("depuis"), cleaned.get("jusque")
        if since and until and until < since:
            self.add_error("jusque", _("This is before the first day. Give a later one."))
        return cleaned

    @property
    def wanted(self) -> Wanted | None:
        """What was asked for; None where it can't be read."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        return Wanted(
            since=data["depuis"],
            until=data["jusque"],
            partner=data["avec"] or None,
            direction=data["sens"],
            article=data["article"].strip(),
            category=data["categorie"],
            basis=data["base"],
            kind=data["nature"],
        )


@require_safe
@service_view(Perm.REGISTER_READ)
def register(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Everything that crossed, the latest first."""
    form = RegisterFilter(request.GET, actor=actor)
    wanted = form.wanted
    found = exchanges_of(actor.service, wanted) if wanted else Exchange.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": list(lines_of(actor.service, page.object_list)),
        "asked": asked.urlencode(),
        "confirmed": confirmed_lately(request),
    }
    return render(request, "desk/register.html", context, status=422 if form.errors else 200)


@require_safe
@service_view(Perm.REGISTER_READ)
def export(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """What is shown, every page of it, as a file; the password first."""
    asked = request.GET.urlencode()
    its_page = f"{reverse('desk:register', args=[actor.service_slug])}?{asked}"
    if not confirmed_lately(request):
        return confirm_first(then=f"{its_page}#export-title")
    wanted = RegisterFilter(request.GET, actor=actor).wanted
    if wanted is None:
        return redirect(its_page)
    lines = list(lines_of(actor.service, exchanges_of(actor.service, wanted).iterator(chunk_size=2000)))
    record(actor=actor, tag=Tag.REGISTER_EXPORTED, lines=len(lines), asked=asked)
    name = f"registre-{actor.service_slug}-{timezone.localdate(database_now()):%Y-%m-%d}.csv"
    return HttpResponse(
        as_csv(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
