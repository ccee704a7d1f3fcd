"""Opening an exercise."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.grids import load_grid
from assessment.versions import grids_in_use, known_codes
from assessment.vignettes import load_vignette, shipped
from cases.forms.inputs import DayInput
from pole.tenancy.models import Service

if TYPE_CHECKING:
    ServicesField = forms.ModelMultipleChoiceField[Service]
else:  # generic for the type checker only
    ServicesField = forms.ModelMultipleChoiceField


class ServicesChoice(ServicesField):
    """Services, by their public name."""

    def label_from_instance(self, obj: Service) -> str:
        return obj.name


class ExerciseForm(forms.Form):
    """Who reads what, with which grid, until when. A grid may be tried out before a service reads with it."""

    invited = ServicesChoice(
        label=_("Services invited"),
        help_text=_(
            "Yours too, if your colleagues take part. A service does not see which others are invited. "
            "No e-mail leaves: tell them yourself that it waits under “Exercises”, and until when."
        ),
        queryset=Service.objects.none(),
        widget=forms.CheckboxSelectMultiple(),
    )
    vignettes = forms.MultipleChoiceField(
        label=_("Vignettes"),
        help_text=_("With fewer than five, no interval can be given."),
        widget=forms.CheckboxSelectMultiple(),
    )
    grid = forms.ChoiceField(label=_("Grid"))
    closes_on = forms.DateField(
        label=_("Last day to hand in"),
        help_text=_("Included. Nobody sees the answers of others before."),
        widget=DayInput(),
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["invited"].queryset = Service.objects.filter(is_active=True).order_by("name")
        fields["vignettes"].choices = [(code, load_vignette(code).title) for code in shipped()]
        fields["vignettes"].initial = shipped()
        fields["grid"].choices = [(code, f"{load_grid(code).title} ({code})") for code in known_codes()]
        fields["grid"].initial = grids_in_use(service)[0]
