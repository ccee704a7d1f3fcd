"""What another instrument said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, text_area
from cases.instruments import OTHER, instruments


class RatingForm(forms.Form):
    """The instrument first; its own words for the levels are offered, or typed where we do not know them."""

    instrument = forms.ChoiceField(label=_("Instrument"))
    instrument_name = forms.CharField(
        label=_("Its name"), help_text=_("For another instrument."), max_length=80, required=False
    )
    version = forms.CharField(label=_("Version"), max_length=40, required=False)
    level = forms.CharField(
        label=_("Level, in the instrument's own words"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "levels", "autocomplete": "off"}),
    )
    rated_on = forms.DateField(label=_("Day of the rating"), widget=DayInput())
    rated_by = forms.CharField(label=_("Rated by"), help_text=_("The service, not a person."), max_length=120)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=text_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (each.code, f"{each.name} ({each.used_by})" if each.used_by else each.name)
            for each in instruments().values()
        ]
        known.sort(key=lambda choice: choice[0] == OTHER)
        self.fields["instrument"].choices = [("", _("Choose an instrument")), *known]  # type: ignore[attr-defined] # a ChoiceField

    @property
    def scales(self) -> list[tuple[str, str]]:
        """Each instrument that has words of its own, with them: « DASH », « standard, medium, high »."""
        return [(each.name, ", ".join(each.levels)) for each in instruments().values() if each.levels]

    @property
    def words(self) -> list[str]:
        """Every level that some scale knows, once: what the field offers."""
        return list(dict.fromkeys(level for each in instruments().values() for level in each.levels))


class WithdrawRatingForm(forms.Form):
    """Why it is taken back."""

    because = forms.CharField(
        label=_("Why it is taken back"),
        widget=text_area(2),
        max_length=2000,
        error_messages={"required": _("Say in a few words why: it stays on record.")},
    )
