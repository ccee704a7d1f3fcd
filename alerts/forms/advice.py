"""Advice asked without naming anybody, and given."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pole.tenancy.models import Service


class AdviceForm(forms.Form):
    """A question that names nobody."""

    adviser = forms.ChoiceField(label=_("Whom you ask"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        help_text=_(
            "What happens, what you hesitate about, what you expect. No name, address, telephone, date of birth, "
            "nor anything by which the people could be recognised."
        ),
        error_messages={"required": _("Write your question.")},
    )

    def __init__(self, *args: Any, advisers: Sequence[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advisers = {str(adviser.pk): adviser for adviser in advisers}
        field = self.fields["adviser"]
        field.choices = [(key, adviser.name) for key, adviser in self.advisers.items()]  # type: ignore[attr-defined] # a ChoiceField
        if len(self.advisers) == 1:
            field.initial, field.widget = next(iter(self.advisers)), forms.HiddenInput()

    def clean_adviser(self) -> Service:
        return self.advisers[self.cleaned_data["adviser"]]


class AdviceGivenForm(forms.Form):
    """The advice, which names nobody either."""

    text = forms.CharField(
        label=_("Your advice"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text=_("Neither you nor whoever asks says who it is about: answer on what was written."),
        error_messages={"required": _("Write your advice.")},
    )
