"""The journal: who saw and did what. Ids and rule references, never content."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.access import case_for
from cases.forms.inputs import ColleagueChoice, DayInput
from cases.models import Case
from desk.words import tag_label
from pole.accounts.models import User
from pole.audit.models import Event, Tag
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 50


class JournalFilter(forms.Form):
    """What, who, which case, since when."""

    quoi = forms.ChoiceField(label=_("What"), required=False)
    qui = ColleagueChoice(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("Anybody")
    )
    dossier = forms.CharField(label=_("Reference of the case"), required=False, max_length=20)
    depuis = forms.DateField(label=_("Since"), required=False, widget=DayInput())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["quoi"].choices = [("", _("Anything")), *((tag.value, tag_label(tag)) for tag in Tag)]
        # Also those who left: what they did stays.
        here = User.objects.filter(memberships__service=actor.service)
        fields["qui"].queryset = here.order_by("name")

    def chosen(self, actor: Actor) -> QuerySet[Event]:
        """The events that match; with a filter that can't be read, none."""
        events = Event.objects.filter(service=actor.service)
        if not self.is_valid():
            return events.none()
        wanted = self.cleaned_data
        if wanted["quoi"]:
            events = events.filter(tag=wanted["quoi"])
        if wanted["qui"]:
            events = events.filter(user=wanted["qui"])
        if wanted["depuis"]:
            events = events.filter(at__date__gte=wanted["depuis"])
        if wanted["dossier"]:
            case = Case.objects.filter(service=actor.service, reference=wanted["dossier"].strip()).first()
            events = events.filter(_about(case.pk)) if case else events.none()
        return events


@require_safe
@service_view(Perm.JOURNAL_READ)
def journal(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Everything of the service. A case shows by its reference alone."""
    form = JournalFilter(request.GET, actor=actor)
    context = {"form": form, "case": None, **_shown(request, form.chosen(actor))}
    return render(request, "desk/journal.html", context)


@require_safe
@service_view(Perm.READING_SECOND)
def history(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """One case's own: who saw it, for those who answer for it."""
    case = case_for(actor, case_id)
    events = Event.objects.filter(_about(case.pk), service=actor.service)
    return render(request, "desk/journal.html", {"form": None, "case": case, **_shown(request, events)})


def _about(case_id: UUID) -> Q:
    return Q(subject_id=case_id) | Q(detail__case=str(case_id))


def _shown(request: ServiceRequest, events: QuerySet[Event]) -> dict[str, Any]:
    """A page of events; each as (event, words, reference of its case or '')."""
    paginator = Paginator(events.select_related("user").order_by("-at", "pk"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    cases = [(event, _case_id(event)) for event in page.object_list]
    known = Case.objects.filter(pk__in={pk for event, pk in cases if pk})
    references = dict(known.values_list("pk", "reference"))
    rows = [(event, tag_label(event.tag), references.get(pk, "") if pk else "") for event, pk in cases]
    return {"page": page, "rows": rows}


def _case_id(event: Event) -> UUID | None:
    """The case an event is about: its subject, or named beside it."""
    if event.tag.startswith(("case:", "agreement:")):
        return event.subject_id
    named = event.detail.get("case")
    return UUID(named) if named else None
