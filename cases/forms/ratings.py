"""What another instrument said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, text_area
from cases.instruments import LONGEST_LEVEL, Instrument


class RatingForm(forms.Form):
    """Made for one instrument: its own words are offered, or typed where we do not know them."""

    instrument_name = forms.CharField(label=_("Name of the instrument"), max_length=80)
    version = forms.CharField(
        label=_("Version"),
        help_text=_("As it stands on the document; leave empty if nothing says it."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "versions", "autocomplete": "off"}),
    )
    level = forms.CharField(label=_("Level, in the instrument's own words"), max_length=LONGEST_LEVEL)
    rated_on = forms.DateField(label=_("Day of the rating"), widget=DayInput())
    rated_by = forms.CharField(label=_("Rated by"), help_text=_("The service, not a person."), max_length=120)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=text_area(3))

    def __init__(self, *args: Any, instrument: Instrument | None, **kwargs: Any) -> None:
        """`instrument` None: one that no file describes, to be named."""
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        if instrument:
            del self.fields["instrument_name"]
        if instrument and instrument.levels:
            # Which words the scale has is the service's rule; here they are offered.
            words = [(level, level) for level in instrument.levels]
            self.fields["level"] = forms.CharField(
                label=self.base_fields["level"].label, widget=forms.RadioSelect(choices=words)
            )


class WithdrawRatingForm(forms.Form):
    """Why it is taken back."""

    because = forms.CharField(
        label=_("Why it is taken back"),
        widget=text_area(2),
        max_length=2000,
        error_messages={"required": _("Say in a few words why: it stays on record.")},
    )
