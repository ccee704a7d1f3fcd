"""What a recipient answers: an outcome, how relevant it was, whether it is contested."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT
from alerts.models import Outcome, Relevance


class ContestsField(forms.BooleanField):
    """Whether a recipient contests the alert."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("We contest this alert: open a disagreement with its sender"),
            help_text=_(
                "For an alert refused, too much or not for you. The référents of both services deal with it, "
                "without blame."
            ),
        )


class AnswerForm(forms.Form):
    """What the sender is always told."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome, widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("Words for the sender"),
        required=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_(
            "Who does what next, by when; or why not, and where to turn. Nothing your secrecy covers."
        ),
    )
    contests = ContestsField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") not in (None, Outcome.TAKEN_ON) and not cleaned.get("message", "").strip():
            self.add_error("message", _("Say why, in a few words: the sender must know what to do next."))
        return cleaned


class RelevanceForm(forms.Form):
    """Whether an alert was of use: for its sender, and for the figures of the cooperation.

    It stands beside the answer's form on one page: its fields have ids of their own.
    """

    mark = forms.ChoiceField(
        label=_("This alert was"),
        choices=Relevance,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    line = forms.CharField(
        label=_("In a line"),
        required=False,
        max_length=300,
        help_text=_("For the sender, if you like. Nothing your secrecy covers."),
    )
    contests = ContestsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "relevance_%s"} | kwargs)
