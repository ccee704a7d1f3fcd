"""What one disagrees about, and the conclusion that ends it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT
from alerts.forms.levels import offer_level_and_type
from alerts.models import Conclusion
from assessment.grids import load_grid


class DeclareForm(forms.Form):
    """What one disagrees about: it stays in one's service."""

    about = forms.CharField(
        label=_("What you read otherwise"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("It stays in your service. The partner is told that a disagreement is open, no more."),
        error_messages={"required": _("Say it in a few words.")},
    )


class ConcludeForm(forms.Form):
    """The référent's conclusion, with words for the other side."""

    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=Conclusion, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Words for the other side"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What you agree on and what not. Nothing your secrecy covers."),
    )
    level = forms.TypedChoiceField(
        label=_("Level that both take"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "It crosses as part of a reading (C05), on the person’s agreement or on your reasoned decision. "
            "It applies until either of you reads again."
        ),
    )
    dynamics = forms.ChoiceField(label=_("Dynamics that both take"), required=False)
    field_order = ["conclusion", "level", "dynamics", "words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grid = load_grid(settings.READING_GRID)
        offer_level_and_type(self, level="level", dynamics="dynamics", grid=grid, otherwise=_("none named"))

    def leave_out_the_level(self) -> None:
        """For a disagreement about an alert: it ends in words, no level is at stake."""
        del self.fields["level"], self.fields["dynamics"]
