"""What became of the grid's suggestions, for who answers for the service's readings."""

import csv
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from assessment.models import Reading, SecondReading
from assessment.overrides import Overrides, overrides
from cases.forms.inputs import DayInput
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

SECONDS = [word for word in SecondReading if word != SecondReading.NOT_NEEDED]


class Period(forms.Form):
    """From a day to a day, both included; open at either end."""

    depuis = forms.DateField(label=_("Since"), required=False, widget=DayInput())
    jusque = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("depuis"), cleaned.get("jusque")
        if since and until and until < since:
            self.add_error("jusque", _("This is before the first day. Give a later one."))
        return cleaned


@require_GET
@service_view(Perm.READING_SECOND)
def statistics(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Kept, raised, lowered, and the second reader's word, by version of the grid; as CSV with `format=csv`."""
    period = Period(request.GET)
    readings = Reading.objects.filter(service=actor.service).finalised()
    if period.is_valid():
        if since := period.cleaned_data["depuis"]:
            readings = readings.filter(finalised_at__date__gte=since)
        if until := period.cleaned_data["jusque"]:
            readings = readings.filter(finalised_at__date__lte=until)
    else:
        readings = readings.none()
    counted = overrides(readings.only(*COLUMNS).iterator(chunk_size=2000))
    # A table of a time that can't be read would be empty, and look as if nobody had read anything.
    if request.GET.get("format") == "csv" and not period.errors:
        return _csv(counted)
    context = {
        "form": period,
        "counted": [
            (each, [(word.label, each.seconds.get(word, 0)) for word in SECONDS]) for each in counted
        ],
        "query": request.GET.urlencode(),
    }
    return render(request, "assessment/statistics.html", context, status=422 if period.errors else 200)


COLUMNS = ("service", "grid", "suggested", "chosen", "chosen_dynamics", "second", "second_due_at")


def _csv(counted: list[Overrides]) -> HttpResponse:
    """One line for each suggested and chosen level of each grid: nothing in it is about a person."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lectures.csv"'
    response.write("\ufeff")  # spreadsheets take the letters for UTF-8
    lines = csv.writer(response, delimiter=";")
    lines.writerow(["grille", "suggéré", "retenu", "lectures"])
    for each in counted:
        for suggested, counts in each.rows:
            for chosen, count in zip(each.levels, counts, strict=True):
                if count:
                    lines.writerow(
                        [each.grid, *(level.value or "NE" for level in (suggested, chosen)), count]
                    )
    return response
