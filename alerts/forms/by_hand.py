"""An alert on a professional's own judgement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT


class ByHandForm(forms.Form):
    """What a professional tells with an alert that no reading ordered, and what of the case goes with it."""

    happened = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=2000,
        help_text=_("The fact, its day, and how you know it. Not the content of an interview."),
        error_messages={"required": _("Say what happened, when, and how you know it.")},
    )
    asked = forms.CharField(
        label=_("What you ask"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=1000,
        error_messages={"required": _("Say what you ask of them: they must know what to do.")},
    )
    avoid = forms.CharField(
        label=_("What not to do"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text=_("“Do not call the home”, “he does not know that she spoke”…"),
    )
    categories = forms.MultipleChoiceField(
        label=_("What leaves of the case"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Take out what is not needed. Nothing can be added."),
        error_messages={
            "required": _("Leave at least one category: an alert about nobody and nothing can’t be acted on.")
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = choices  # type: ignore[attr-defined] # a MultipleChoiceField
        self.fields["categories"].initial = [code for code, _label in choices]
