"""What a sender decides about an alert: held, taken back."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT
from protocols.terms import Protocol


class RecallForm(forms.Form):
    """Why an alert is taken back."""

    because = forms.CharField(
        label=_("Why it no longer holds"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_(
            "The recipient reads it: what was wrong, and what still holds. Nothing your secrecy covers."
        ),
        error_messages={
            "required": _("Say why: whoever received it reads it, and must know what still holds.")
        },
    )


class DecisionForm(forms.Form):
    """The référent's decision on a held alert."""

    RELEASE, DROP = "release", "drop"
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(RELEASE, _("Send it, on another basis")), (DROP, _("Do not send it"))],
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, help_text=_("Needed to send: the agreement is missing.")
    )
    left_out = forms.MultipleChoiceField(
        label=_("Take out of what leaves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what the recipient does not need. Nothing can be added."),
    )
    motive = forms.CharField(
        label=_("Motive"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What danger, why no other means, why this minimum. It stays on record."),
        error_messages={"required": _("Write the motive: it stays with the decision.")},
    )

    def __init__(
        self,
        *args: Any,
        protocol: Protocol,
        bases: list[str],
        categories: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        held = [(code, protocol.categories[code]) for code in sorted(categories)]
        self.fields["left_out"].choices = held  # type: ignore[attr-defined] # a MultipleChoiceField
        labels = [(code, protocol.bases[code].label) for code in bases]
        self.fields["basis"].choices = [("", _("Choose a basis")), *labels]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.RELEASE and not cleaned.get("basis"):
            self.add_error("basis", _("Choose the basis on which it leaves."))
        return cleaned
