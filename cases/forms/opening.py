from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, text_area
from cases.forms.people import PersonFields
from cases.models.people import Sex

PARTNER = "partner_"


class OpenCaseForm(PersonFields):
    """The person the service follows, the partner if known, the situation in a few words."""

    partner_first_name = forms.CharField(label=_("Partner's first name"), max_length=80, required=False)
    partner_last_name = forms.CharField(label=_("Partner's last name"), max_length=80, required=False)
    partner_birth_date = forms.DateField(
        label=_("Partner's date of birth"), required=False, widget=DayInput()
    )
    partner_sex = forms.ChoiceField(
        label=_("Partner's gender"), choices=Sex, initial=Sex.UNKNOWN, required=False
    )
    summary = forms.CharField(
        label=_("The situation in a few words"),
        help_text=_("What colleagues need to know first. Facts come later, dated."),
        required=False,
        max_length=4000,
        widget=text_area(4),
    )

    def facts(self) -> dict[str, Any]:
        """Arguments of `open_case`."""
        partner = {
            name.removeprefix(PARTNER): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PARTNER) and value
        }
        named = "first_name" in partner or "last_name" in partner
        return {
            "summary": self.cleaned_data["summary"],
            "followed": self.person(),
            "partner": partner if named else None,
        }


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=_("The situation in a few words"), required=False, max_length=4000, widget=text_area(6)
    )


class CloseForm(forms.Form):
    motive = forms.CharField(
        label=_("Why the case is closed"),
        help_text=_("What was agreed, where the person can turn to. It stays in the case."),
        max_length=2000,
        widget=text_area(4),
    )
