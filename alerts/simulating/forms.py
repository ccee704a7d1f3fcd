"""What a simulation is begun on."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models import SimulationKind
from alerts.simulating.beginning import MOST_INVENTED
from alerts.simulating.refusals import BadNumber
from cases.forms.inputs import DayInput

YEAR = timedelta(days=364)


def a_year_ago() -> date:
    return timezone.localdate() - YEAR


class SimulateForm(forms.Form):
    """Which readings, of which days. Days and number are judged where a simulation begins."""

    kind = forms.ChoiceField(
        label=_("Play the draft on"),
        widget=forms.RadioSelect,
        initial=SimulationKind.PAST,
        choices=[
            (SimulationKind.PAST, _("the readings that your service finalised")),
            (
                SimulationKind.INVENTED,
                _("invented readings: nobody made them, and they say nothing of any service"),
            ),
        ],
    )
    first = forms.DateField(label=_("From"), widget=DayInput(), initial=a_year_ago)
    last = forms.DateField(label=_("To, included"), widget=DayInput(), initial=timezone.localdate)
    number = forms.IntegerField(
        label=_("How many invented readings"),
        help_text=_("From 1 to 100,000. Of your own readings all are played."),
        initial=2000,
        required=False,
        min_value=1,
        max_value=MOST_INVENTED,
        error_messages={"min_value": BadNumber.message, "max_value": BadNumber.message},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("kind") == SimulationKind.PAST:
            self.fields["number"].disabled = True  # not asked for: whatever stands there is no mistake

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == SimulationKind.INVENTED and not cleaned.get("number") and not self.errors:
            self.add_error("number", str(BadNumber.message))
        return cleaned
