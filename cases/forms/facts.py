from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, text_area
from cases.models import IncidentKind, Measure, MeasureKind, MeasureStatus


class IncidentForm(forms.Form):
    """A dated fact, as it was told or seen."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IncidentKind, widget=forms.RadioSelect)
    happened_on = forms.DateField(label=_("When it happened"), widget=DayInput())
    text = forms.CharField(
        label=_("What happened"),
        help_text=_("Facts and the person's words. Who told it, and how it is known."),
        max_length=20_000,
        widget=text_area(5),
    )


class MeasureForm(forms.Form):
    """What an authority ordered."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MeasureKind)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("You are reminded before it ends."),
        required=False,
        widget=DayInput(),
    )
    authority = forms.CharField(label=_("Ordered by"), max_length=80, required=False)
    text = forms.CharField(
        label=_("What it says"),
        help_text=_("Places, people not to be contacted, conditions."),
        required=False,
        max_length=4000,
        widget=text_area(4),
    )


class ChangeMeasureForm(forms.Form):
    """Whether it is respected, and until when it runs."""

    status = forms.ChoiceField(label=_("Where it stands"), choices=MeasureStatus, widget=forms.RadioSelect)
    breached_on = forms.DateField(
        label=_("Day of the breach"),
        help_text=_("Messages passed by somebody else are a breach too."),
        required=False,
        widget=DayInput(),
    )
    approaching = forms.BooleanField(label=_("The person came near"), required=False)
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    text = forms.CharField(label=_("What it says"), required=False, max_length=4000, widget=text_area(4))

    @staticmethod
    def of(measure: Measure) -> dict[str, Any]:
        """The form's initial values for a measure."""
        return {name: getattr(measure, name) for name in ChangeMeasureForm.base_fields}
